import type { MarketBook } from '../../../src/bot/market-lookup.ts';
import { createMarketBook } from '../../../src/market-book.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { InstrumentHour } from '../../../src/signals/model/history.ts';
import type { AssetId } from '../../../src/signals/model/ids.ts';
import type { InstrumentFigures } from '../../../src/signals/model/observations.ts';
import type { ExpectedSource } from '../../../src/signals/observe/asset-view.ts';
import { applyBatch, emptyBoard } from '../../../src/signals/observe/board.ts';
import { observe } from '../../../src/signals/observe/observe.ts';
import { DEFAULT_OBSERVE_SETTINGS } from '../../../src/signals/observe/settings.ts';
import type { Store } from '../../../src/store/store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HISTORY_DAYS = 40;
const WEEKS = 5;

/** As many as there may be, with the longest names; id, title, share of the market, hours a payment. */
const VENUES: readonly (readonly [string, string, number, number])[] = [
  ['binance-usdm', 'Binance USD-M', 0.31, 8],
  ['bybit', 'Bybit', 0.17, 8],
  ['okx', 'OKX', 0.12, 8],
  ['gate', 'Gate', 0.1, 8],
  ['bitget', 'Bitget', 0.09, 8],
  ['hyperliquid', 'Hyperliquid', 0.08, 1],
  ['mexc', 'MEXC', 0.04, 8],
  ['kucoin-futures', 'KuCoin Futures', 0.03, 8],
  ['htx', 'HTX', 0.02, 8],
  ['deribit', 'Deribit', 0.02, 8],
  ['binance-coinm', 'Binance COIN-M', 0.01, 8],
  ['kraken-futures', 'Kraken Futures', 0.007, 1],
  ['dydx', 'dYdX', 0.003, 1],
];
export const VENUE_TITLES: ReadonlyMap<string, string> = new Map(
  VENUES.map(([id, title]) => [id, title]),
);

const SILENT = 'okx';
const BROKEN = 'mexc';
/** Venues whose forced closings are read, and those that leave some out. */
const FEEDS = ['binance-usdm', 'bybit', 'okx', 'gate', 'bitget', 'dydx'];
const LOWER_BOUND = new Set(['binance-usdm', 'okx']);

/** Coin, price, coins open over all venues, funding of a year. */
const COINS: readonly (readonly [string, number, number, number])[] = [
  ['BTC', 97_300, 98_000, 0.087],
  ['ETH', 2_410, 3_900_000, 0.22],
  ['SOL', 141.2, 31e6, -0.04],
  ['HYPE', 38.1, 22e6, 0.61],
  ['FARTCOIN', 0.4123, 410e6, -1.93],
  ['DOGE', 0.1312, 9e9, 0.1095],
  ['XRP', 2.31, 700e6, 0.05],
];

/** A market on thirteen venues, one of them silent and one with a broken price, over stored history. */
export async function sampleMarket(store: Store, at: number): Promise<MarketBook> {
  const board = emptyBoard();
  for (const [source] of VENUES) {
    const takenAt = source === SILENT ? at - 15 * MINUTE_MS : at - 40_000;
    const figures = COINS.flatMap((coin, rank) => figuresOf(source, coin, rank, takenAt));
    for (const job of ['market', 'depth'] as const) {
      const observations = figures.filter(({ kind }) => (kind === 'depth') === (job === 'depth'));
      applyBatch(board, { source, job, takenAt, observations, gaps: [] });
    }
  }
  applyBatch(board, {
    source: SILENT,
    job: 'market',
    takenAt: at - 30_000,
    observations: [],
    gaps: [
      { kind: 'gap', source: SILENT, wanted: 'market', reason: 'timeout', detail: 'no answer' },
    ],
  });
  const sources = VENUES.map(([id]): ExpectedSource => {
    return { id, kind: 'exchange', periodSeconds: 60, retired: false };
  });
  const view = observe({ board, sources, now: at, settings: DEFAULT_OBSERVE_SETTINGS });
  for (const [rank, coin] of COINS.entries()) {
    await store.series.writeInstrumentHours(hoursOf(coin, rank, at));
  }
  await store.series.writeAssetMinutes(minutesOf(assetId('ETH'), at));
  await writeClosings(store, assetId('ETH'), at);
  return createMarketBook({
    view: () => view,
    store,
    now: () => at,
    liquidationSources: new Set([...FEEDS, 'deribit']),
    supply: (asset) =>
      asset === 'ETH'
        ? { supplyBase: 120_700_000, source: 'binance-usdm', observedAt: at - HOUR_MS }
        : undefined,
  });
}

/** Between -1 and 1, the same every time. */
function wave(seed: number): number {
  return Math.sin(seed * 12.9898) * Math.cos(seed * 4.1414);
}

function figuresOf(
  source: string,
  [name, priceUsd, coins, fundingAnnual]: (typeof COINS)[number],
  rank: number,
  observedAt: number,
): InstrumentFigures[] {
  const place = VENUES.findIndex(([id]) => id === source);
  const [, , share = 0, intervalHours = 8] = VENUES[place] ?? [];
  const head = { source, asset: assetId(name), instrument: `${name}USDT`, observedAt };
  const annualFraction = fundingAnnual + 0.06 * wave(place + rank);
  const openInterestBase = coins * share;
  const openInterestUsd = openInterestBase * priceUsd;
  const isBroken = source === BROKEN && name === 'ETH';
  const markPriceUsd = priceUsd * (isBroken ? 0.8 : 1 + 0.0004 * wave(place));
  const market: InstrumentFigures[] = [
    {
      ...head,
      kind: 'market',
      markPriceUsd,
      ...(source === 'htx' ? {} : { indexPriceUsd: priceUsd }),
      volume24hUsd: openInterestUsd * (1.4 + wave(place + 3)),
    },
    { ...head, kind: 'open-interest', openInterestBase, openInterestUsd, counting: 'one-sided' },
  ];
  if (source !== 'deribit') {
    market.push({
      ...head,
      kind: 'funding',
      phase: 'predicted',
      rateFraction: (annualFraction * intervalHours) / 8760,
      intervalHours,
      annualFraction,
    });
  }
  if (rank > 2 || place > 8) return market;
  const restingUsd = openInterestUsd * 0.004;
  return [
    ...market,
    {
      ...head,
      kind: 'depth',
      midPriceUsd: markPriceUsd,
      spreadFraction: 0.00002 * (place + 1),
      levels: [{ distanceFraction: 0.01, bidUsd: restingUsd, askUsd: restingUsd * 1.2 }],
    },
  ];
}

function hoursOf(
  [name, priceUsd, coins, fundingAnnual]: (typeof COINS)[number],
  rank: number,
  at: number,
): InstrumentHour[] {
  const last = Math.floor(at / HOUR_MS);
  const hours: InstrumentHour[] = [];
  for (let back = HISTORY_DAYS * 24; back >= 1; back -= 1) {
    const drift = Math.sin((back + 40 * rank) / 90) + 0.2 * wave(back);
    for (const [place, [source, , share]] of VENUES.entries()) {
      if (place > 9) continue;
      hours.push({
        source,
        instrument: `${name}USDT`,
        asset: assetId(name),
        hourAt: (last - back) * HOUR_MS,
        closePriceUsd: priceUsd * (1 + 0.06 * drift),
        openInterestBase: coins * share * (1 - 0.09 * Math.sin((back + 20 * rank) / 60)),
        fundingAnnualFraction: fundingAnnual + 0.05 * drift + 0.01 * wave(back + place),
        volumeUsd: (coins * share * priceUsd * (1.2 + 0.4 * wave(back + 2 * place))) / 24,
      });
    }
  }
  return hours;
}

function minutesOf(asset: AssetId, at: number) {
  return Array.from({ length: 47 * 6 }, (_, index) => ({
    asset,
    at: Math.floor(at / (10 * MINUTE_MS)) * 10 * MINUTE_MS - (index + 1) * 10 * MINUTE_MS,
    priceUsd: 2_410,
    bidDepth1pctUsd: 52e6 * (1 + 0.1 * wave(index)),
    askDepth1pctUsd: 44e6 * (1 + 0.1 * wave(index + 1)),
    spreadFraction: 0.00004 * (1 + 0.2 * wave(index + 2)),
  }));
}

/** The same hour of past weeks, and the last day, which ends with a burst. */
async function writeClosings(store: Store, asset: AssetId, at: number): Promise<void> {
  const running = Math.floor(at / HOUR_MS);
  const hours = [
    ...Array.from({ length: WEEKS }, (_, week) => running - (week + 1) * 168),
    ...Array.from({ length: 24 }, (_, back) => running - back),
  ];
  for (const hour of hours) {
    for (let minute = 0; minute < 60; minute += 1) {
      const minuteAt = hour * HOUR_MS + minute * MINUTE_MS;
      if (minuteAt > at) break;
      const heard = FEEDS.filter((source) => source !== SILENT || minuteAt < at - 50 * MINUTE_MS);
      await store.liquidations.noteListening(
        heard.map((source) => ({ source, completeness: completenessOf(source) })),
        minuteAt,
      );
      const burst = at - minuteAt < 12 * MINUTE_MS ? 9 : 1;
      await store.liquidations.add(
        heard.flatMap((source, place) => {
          const usd = Math.max(0, 30_000 * wave(minute + hour + place));
          if (usd === 0 || source === 'dydx') return [];
          const side = wave(minute * place) > 0.1 ? ('short' as const) : ('long' as const);
          const size = side === 'long' ? usd * burst : usd;
          return {
            asset,
            source,
            minuteAt,
            side,
            usd: size,
            count: 1,
            completeness: completenessOf(source),
          };
        }),
      );
    }
  }
}

function completenessOf(source: string) {
  return LOWER_BOUND.has(source) ? ('lower-bound' as const) : ('all' as const);
}

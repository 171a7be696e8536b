import { assetId } from '../../../../src/signals/assets.ts';
import type { AssetHour } from '../../../../src/signals/model/history.ts';
import type {
  DepthObservation,
  InstrumentFigures,
  MarketObservation,
} from '../../../../src/signals/model/observations.ts';
import type { ExpectedSource } from '../../../../src/signals/observe/asset-view.ts';
import {
  applyBatch,
  type Board,
  emptyBoard,
  type Job,
} from '../../../../src/signals/observe/board.ts';

export const HOUR_MS = 3_600_000;
/** A full hour. */
export const NOW = Date.UTC(2026, 0, 1);
export const ETH = assetId('ETH');
export const VENUES = ['binance-usdm', 'bybit', 'hyperliquid'] as const;
export const SOURCES: readonly ExpectedSource[] = VENUES.map((id) => ({
  id,
  kind: 'exchange',
  periodSeconds: 60,
  retired: false,
}));

/** Small deterministic generator (mulberry32), uniform in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface HistoryOptions {
  seed?: number;
  days?: number;
  /** 24 h volatility, log return. */
  sigma24h?: number;
  volume24hUsd?: number;
  /** Open interest over daily volume. */
  load?: number;
  fundingAnnual?: number;
}

/** Quiet hours up to NOW: volatility, funding and open interest wander around their usual level. */
export function quietHours(options: HistoryOptions = {}): AssetHour[] {
  const { seed = 1, days = 120, sigma24h = 0.03, volume24hUsd = 9e9, load = 1 / 3 } = options;
  const random = seeded(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const hours: AssetHour[] = [];
  let priceLog = Math.log(2500);
  let regime = 0;
  let loadLog = 0;
  let funding = 0;
  for (let back = days * 24; back >= 1; back -= 1) {
    regime = 0.99 * regime + 0.035 * normal();
    loadLog = 0.99 * loadLog + 0.02 * normal();
    funding = 0.98 * funding + 0.015 * normal();
    const step = ((sigma24h * Math.exp(regime)) / Math.sqrt(24)) * normal();
    const open = priceLog;
    // Pulled back a little, so that the level stays near where it began.
    priceLog += step - 0.002 * (priceLog - Math.log(2500));
    const wick = () => (0.4 * sigma24h * random()) / Math.sqrt(24);
    hours.push({
      hourAt: NOW - back * HOUR_MS,
      closePriceUsd: Math.exp(priceLog),
      highPriceUsd: Math.exp(Math.max(open, priceLog) + wick()),
      lowPriceUsd: Math.exp(Math.min(open, priceLog) - wick()),
      openInterestBase: (volume24hUsd * load * Math.exp(loadLog)) / Math.exp(priceLog),
      fundingAnnualFraction: (options.fundingAnnual ?? 0.1) + funding,
      volumeUsd: (volume24hUsd / 24) * Math.exp(0.3 * normal()),
    });
  }
  return hours;
}

export interface VenueOptions {
  priceUsd: number;
  /** Coins of all venues together. */
  openInterestBase: number;
  volume24hUsd: number;
  fundingAnnual: number;
  /** Resting USD within 1 % on each side, all venues together. */
  depth1pctUsd: number;
  venues?: readonly string[];
  observedAt?: number;
}

/** The figures of one venue as its two jobs bring them, a third (or its share) of the whole. */
export function venueFigures(
  source: string,
  options: VenueOptions,
): { market: InstrumentFigures[]; depth: DepthObservation[] } {
  const share = 1 / (options.venues ?? VENUES).length;
  const observedAt = options.observedAt ?? NOW;
  const base = { source, asset: ETH, instrument: 'ETHUSDT', observedAt };
  const market: MarketObservation = {
    ...base,
    kind: 'market',
    markPriceUsd: options.priceUsd,
    volume24hUsd: options.volume24hUsd * share,
  };
  const openInterestBase = options.openInterestBase * share;
  return {
    market: [
      market,
      {
        ...base,
        kind: 'open-interest',
        openInterestBase,
        openInterestUsd: openInterestBase * options.priceUsd,
        counting: 'one-sided as published',
      },
      {
        ...base,
        kind: 'funding',
        rateFraction: options.fundingAnnual / 1095,
        intervalHours: 8,
        phase: 'predicted',
        annualFraction: options.fundingAnnual,
      },
    ],
    depth: [
      {
        ...base,
        kind: 'depth',
        midPriceUsd: options.priceUsd,
        levels: [0.0025, 0.005, 0.01, 0.02].map((distanceFraction) => ({
          distanceFraction,
          bidUsd: (options.depth1pctUsd * share * distanceFraction) / 0.01,
          askUsd: (options.depth1pctUsd * share * distanceFraction) / 0.01,
        })),
      },
    ],
  };
}

/** A board on which every venue has just answered. */
export function boardOf(options: VenueOptions): Board {
  const board = emptyBoard();
  for (const source of options.venues ?? VENUES) {
    const figures = venueFigures(source, options);
    for (const job of ['market', 'depth'] as const satisfies Job[]) {
      applyBatch(board, {
        source,
        job,
        takenAt: options.observedAt ?? NOW,
        observations: figures[job],
        gaps: [],
      });
    }
  }
  return board;
}

/** Present figures that continue a history. */
export function presentOf(hours: readonly AssetHour[], depthShareOfVolume = 0.01): VenueOptions {
  const last = hours.at(-1);
  if (last === undefined) throw new Error('a history has hours');
  const day = hours.slice(-24);
  const volume24hUsd = day.reduce((sum, hour) => sum + (hour.volumeUsd ?? 0), 0);
  return {
    priceUsd: last.closePriceUsd,
    openInterestBase: last.openInterestBase ?? 0,
    volume24hUsd,
    fundingAnnual: last.fundingAnnualFraction ?? 0,
    depth1pctUsd: depthShareOfVolume * volume24hUsd,
  };
}

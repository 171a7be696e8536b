import { bookSide } from '../order-book.ts';
import { type ContractView, settledRates, type VenueView } from '../venue-view.ts';
import { isRecord, ok, type WireAnswer, type WireRequest } from './answer.ts';

const HOUR_MS = 3_600_000;
const MOST_CANDLES = 5000;
const MOST_RATES = 500;
const BOOK_LEVELS = 20;

/** Hyperliquid's info endpoint. `universe` and contexts are matched by index; figures are strings. */
export function answerHyperliquid(request: WireRequest, view: VenueView): WireAnswer {
  if (request.method !== 'POST' || request.path !== '/info') return { status: 404, body: '' };
  const body = isRecord(request.body) ? request.body : {};
  switch (body['type']) {
    case 'meta':
      return ok(universe(view));
    case 'metaAndAssetCtxs':
      return ok([universe(view), [...view.contracts.map(context), DELISTED_CONTEXT]]);
    case 'perpDexs':
      // The venue's own dex only: builder-deployed ones are not simulated.
      return ok([null]);
    case 'allMids':
      return ok(
        Object.fromEntries(
          view.contracts.map((entry) => [entry.contract.symbol, px(entry, entry.lastPriceUsd)]),
        ),
      );
    case 'l2Book':
      return withCoin(body, view, (contract) => book(contract, body));
    case 'candleSnapshot':
      return withCoin(isRecord(body['req']) ? body['req'] : {}, view, candles);
    case 'fundingHistory':
      return withCoin(body, view, fundingHistory);
    default:
      return UNREADABLE;
  }
}

const UNREADABLE: WireAnswer = {
  status: 422,
  body: 'Failed to deserialize the JSON body into the target type',
};

function withCoin(
  body: Record<string, unknown>,
  view: VenueView,
  answer: (contract: ContractView, body: Record<string, unknown>) => WireAnswer,
): WireAnswer {
  const contract = view.contracts.find((entry) => entry.contract.symbol === body['coin']);
  // An unknown coin is a server error without a text at this venue.
  return contract === undefined ? { status: 500, body: null } : answer(contract, body);
}

/** Prices have at most five significant figures. */
function px(view: ContractView, usd: number): string {
  return String(Number((usd * view.contract.asset.unitCoins).toPrecision(5)));
}

function units(view: ContractView, coins: number): string {
  return (coins / view.contract.asset.unitCoins).toFixed(4);
}

/** Coins that were listed once stay in the universe for ever. */
const DELISTED = {
  szDecimals: 1,
  name: 'MATIC',
  maxLeverage: 20,
  marginTableId: 20,
  isDelisted: true,
};
const DELISTED_CONTEXT = {
  funding: '0.0',
  openInterest: '0.0',
  prevDayPx: '0.37621',
  dayNtlVlm: '0.0',
  premium: null,
  oraclePx: '0.3754',
  markPx: '0.37621',
  midPx: null,
  impactPxs: null,
  dayBaseVlm: '0.0',
};

function universe(view: VenueView): Record<string, unknown> {
  const leverages = [...new Set(view.contracts.map((entry) => entry.contract.size.maxLeverage))];
  return {
    universe: [
      ...view.contracts.map(({ contract }) => ({
        szDecimals: 4,
        name: contract.symbol,
        maxLeverage: contract.size.maxLeverage,
        marginTableId: contract.size.maxLeverage,
      })),
      DELISTED,
    ],
    marginTables: leverages.map((maxLeverage) => [
      maxLeverage,
      { description: '', marginTiers: [{ lowerBound: '0.0', maxLeverage }] },
    ]),
    collateralToken: 0,
  };
}

function context(view: ContractView): Record<string, unknown> {
  const spread = 0.0002;
  return {
    funding: view.fundingRate.toFixed(10),
    openInterest: units(view, view.openInterest),
    prevDayPx: px(view, view.day.openUsd),
    dayNtlVlm: view.volume24hUsd.toFixed(4),
    premium: view.premium.toFixed(10),
    oraclePx: px(view, view.indexPriceUsd),
    markPx: px(view, view.markPriceUsd),
    midPx: px(view, view.lastPriceUsd),
    impactPxs: [
      px(view, view.lastPriceUsd * (1 - spread)),
      px(view, view.lastPriceUsd * (1 + spread)),
    ],
    dayBaseVlm: units(view, view.volume24hUsd / view.lastPriceUsd),
  };
}

/** Twenty levels a side, one for each step of `nSigFigs` significant figures (5 when not given). */
function book(view: ContractView, body: Record<string, unknown>): WireAnswer {
  const asked = body['nSigFigs'];
  const figures = typeof asked === 'number' ? asked : 5;
  if (![2, 3, 4, 5].includes(figures)) return UNREADABLE;
  const mid = view.lastPriceUsd * view.contract.asset.unitCoins;
  const tick = 10 ** (Math.floor(Math.log10(mid)) + 1 - figures);
  const side = (which: 'bid' | 'ask') => {
    const sign = which === 'bid' ? -1 : 1;
    // The first full step on either side of mid, never mid itself: the book must not cross.
    const below = Math.floor(mid / tick);
    const first = which === 'bid' ? below : below + 1;
    const distances = Array.from({ length: BOOK_LEVELS }, (_, index) => {
      const level = (first + sign * index) * tick;
      // Rounded away from mid: a level holds everything between it and the one before.
      return Math.max(1e-10, sign * Math.log(level / mid) - 1e-10);
    });
    return bookSide(view, which, distances, tick).map((row) => ({
      px: String(Number(row.price.toPrecision(5))),
      sz: units(view, row.size * view.contract.asset.unitCoins),
      n: 1 + Math.floor(row.size % 7),
    }));
  };
  return ok({ coin: view.contract.symbol, time: view.at, levels: [side('bid'), side('ask')] });
}

function number(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

function candles(view: ContractView, request: Record<string, unknown>): WireAnswer {
  if (request['interval'] !== '1h') return UNREADABLE;
  const start = number(request['startTime'], 0);
  const end = number(request['endTime'], view.at);
  const rows = view.hours.filter((row) => row.hourAt + HOUR_MS > start && row.hourAt <= end);
  return ok(
    rows.slice(-MOST_CANDLES).map((row) => ({
      t: row.hourAt,
      T: row.hourAt + HOUR_MS - 1,
      s: view.contract.symbol,
      i: '1h',
      o: px(view, row.openUsd),
      c: px(view, row.closeUsd),
      h: px(view, row.highUsd),
      l: px(view, row.lowUsd),
      v: units(view, row.volumeUsd / row.closeUsd),
      n: Math.round(row.volumeUsd / 5000),
    })),
  );
}

/** From `startTime` on, the oldest 500. The venue stamps settlements some ms after the hour. */
function fundingHistory(view: ContractView, body: Record<string, unknown>): WireAnswer {
  const start = body['startTime'];
  if (typeof start !== 'number') return UNREADABLE;
  const end = number(body['endTime'], view.at);
  const rows = settledRates(view)
    .map((row) => ({ ...row, at: row.at + ((row.at / HOUR_MS) % 90) }))
    .filter((row) => row.at >= start && row.at <= end);
  return ok(
    rows.slice(0, MOST_RATES).map((row) => ({
      coin: view.contract.symbol,
      fundingRate: row.rate.toFixed(10),
      premium: (row.rate * 8 - 0.0001).toFixed(10),
      time: row.at,
    })),
  );
}

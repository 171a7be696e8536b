import { type ContractView, hourlyInterest, settledRates } from '../venue-view.ts';
import { ok, timeParameter, type WireAnswer, wholeParameter } from './answer.ts';
import { price, traded, units } from './binance-figures.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

interface Window {
  start: number | undefined;
  end: number | undefined;
  limit: number;
}

function windowOf(query: URLSearchParams, fallback: number, highest: number): Window {
  return {
    start: timeParameter(query, 'startTime'),
    end: timeParameter(query, 'endTime'),
    limit: wholeParameter(query, 'limit', fallback, highest),
  };
}

/** With a start the oldest `limit` rows from there, otherwise the newest. */
function cut<Row>(rows: readonly Row[], at: (row: Row) => number, window: Window): Row[] {
  const { start, end, limit } = window;
  const inside = rows.filter(
    (row) => at(row) >= (start ?? 0) && at(row) <= (end ?? Number.POSITIVE_INFINITY),
  );
  return start === undefined ? inside.slice(-limit) : inside.slice(0, limit);
}

/** Candles; the running one is the last. */
export function klines(view: ContractView, query: URLSearchParams): WireAnswer {
  if (query.get('interval') !== '1h') {
    return { status: 400, body: { code: -1120, msg: 'Invalid interval.' } };
  }
  const rows = cut(view.hours, (row) => row.hourAt, windowOf(query, 500, 1500));
  return ok(
    rows.map((row) => {
      const base = units(view, row.volumeUsd / row.closeUsd);
      return [
        row.hourAt,
        traded(view, row.openUsd),
        traded(view, row.highUsd),
        traded(view, row.lowUsd),
        traded(view, row.closeUsd),
        base,
        row.hourAt + HOUR_MS - 1,
        row.volumeUsd.toFixed(2),
        Math.round(row.volumeUsd / 5000),
        units(view, row.volumeUsd / row.closeUsd / 2),
        (row.volumeUsd / 2).toFixed(2),
        '0',
      ];
    }),
  );
}

/** Kept for 30 days; a window longer than `limit` is cut at its old end. */
export function interestHistory(view: ContractView, query: URLSearchParams): WireAnswer {
  if (query.get('period') !== '1h') {
    return { status: 400, body: { code: -1130, msg: "parameter 'period' is invalid." } };
  }
  const { start, end, limit } = windowOf(query, 30, 500);
  const oldest = view.at - 30 * DAY_MS;
  if (start !== undefined && start < oldest - HOUR_MS) {
    return { status: 400, body: { code: -1130, msg: "parameter 'startTime' is invalid." } };
  }
  const rows = hourlyInterest(view).filter(
    (row) => row.at >= (start ?? oldest) && row.at <= (end ?? view.at),
  );
  return ok(
    rows.slice(-limit).map((row) => ({
      symbol: view.contract.symbol,
      sumOpenInterest: (row.size / view.contract.asset.unitCoins).toFixed(8),
      sumOpenInterestValue: row.usd.toFixed(8),
      CMCCirculatingSupply: '0.00000000',
      timestamp: row.at,
    })),
  );
}

/** Settled rates. */
export function fundingRates(view: ContractView, query: URLSearchParams): WireAnswer {
  const rows = cut(settledRates(view), (row) => row.at, windowOf(query, 100, 1000));
  return ok(
    rows.map((row) => ({
      symbol: view.contract.symbol,
      fundingTime: row.at,
      fundingRate: row.rate.toFixed(8),
      markPrice: price(view, row.markUsd),
    })),
  );
}

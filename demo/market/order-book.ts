import { hashedUniform, hashText } from './random.ts';
import type { ContractView } from './venue-view.ts';

/** Price per venue unit and size in contract units of the venue. */
export interface BookRow {
  price: number;
  size: number;
}

/**
 * How far from mid (log) the levels of a book lie when it is shown level by level: close together
 * near mid, far apart at `reach`, and never two on one tick (`tickDistance`, log).
 */
export function levelDistances(count: number, reach: number, tickDistance: number): number[] {
  return Array.from(
    { length: count },
    (_, index) => reach * ((index + 1) / count) ** 1.6 + (index + 1) * 1.01 * tickDistance,
  );
}

/** One tick as a log distance. */
export function tickDistance(view: ContractView): number {
  const mid = view.lastPriceUsd * view.contract.asset.unitCoins;
  return 10 ** -view.contract.asset.priceDecimals / mid;
}

/**
 * One side of a book at these log distances from mid, best first. Every level carries what rests
 * between it and the one before, unevenly but with the right sum: cumulative USD within d is
 * `perUnit` x d on average.
 */
export function bookSide(
  view: ContractView,
  side: 'bid' | 'ask',
  distances: readonly number[],
  tick: number,
): BookRow[] {
  const { contract } = view;
  const sign = side === 'bid' ? -1 : 1;
  const perUnit = side === 'bid' ? view.bidPerUnit : view.askPerUnit;
  const mid = view.lastPriceUsd * contract.asset.unitCoins;
  const place = hashText(`${contract.venue}:${contract.symbol}:${side}`);
  const moment = Math.floor(view.at / 1000);
  const rows: BookRow[] = [];
  let covered = 0;
  let carried = 0;
  for (const [index, distance] of distances.entries()) {
    const unevenness = 0.6 + 0.8 * hashedUniform(place + index, moment);
    carried += perUnit * (distance - covered) * unevenness;
    covered = distance;
    // Bids are rounded down to a tick and asks up, so that a book never crosses.
    const exact = (mid * Math.exp(sign * distance)) / tick;
    const price = (side === 'bid' ? Math.floor(exact) : Math.ceil(exact)) * tick;
    const last = rows.at(-1);
    if (last !== undefined && Math.abs(last.price - price) < tick / 2) continue;
    if (price <= 0) break;
    rows.push({ price, size: contract.inverse ? carried : carried / price });
    carried = 0;
  }
  return rows;
}

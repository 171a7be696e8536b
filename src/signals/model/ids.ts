/**
 * Glossary (the words every other file uses)
 *
 * - asset        canonical coin, `BTC`; never a market name (`BTCUSDT`, `XBT`, `kPEPE`)
 * - instrument   one market of one venue, under the venue's own name
 * - side         `down`: falling prices force sales of longs; `up`: rising prices force purchases by shorts
 * - distance     log-price units, x = |ln(P0 / P)| >= 0; a *fraction* is 1 - e^-x (down), e^x - 1 (up)
 * - trigger      price distance at which one unit is force-sold, and how many USD that is
 * - effective distance   the least shock that reaches a trigger, counting the sales on the way
 * - critical shock       the least shock whose forced sales alone add at least kappa
 * - end point    where the price stops after a shock and all sales it forces
 * - likelihood   odds of a large move in the next 24 h, 0-100
 * - fragility    what forced selling a move would set off, 0-100
 * - gap          what was wanted and not got, and why: absence is data
 * - reading      everything said about one asset at one time (two sides)
 * - incident     one raise-to-all-clear story of one rule, asset and side
 */

/** Canonical upper-case coin name. Made only by `signals/assets.ts`. */
export type AssetId = string & { readonly __brand: 'AssetId' };

/** Id of a source: its file name, e.g. `binance-usdm`. */
export type SourceId = string;

export type Side = 'down' | 'up';
export const SIDES: readonly Side[] = ['down', 'up'];

export const LEVELS = ['low', 'elevated', 'high', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

/** 0 for `low` to 3 for `critical`. */
export function levelRank(level: Level): number {
  return LEVELS.indexOf(level);
}

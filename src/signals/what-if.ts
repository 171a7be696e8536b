import { distanceOf } from './cascade/distance.ts';
import type { Side } from './model/ids.ts';
import type { Reach, Reading } from './model/reading.ts';
import { buildSideBarriers, reachOf } from './score/reach.ts';

/**
 * What a move of `shockFraction` (0.05 is 5 %) from outside would set off, from a stored reading
 * alone: the same profile and liquidity the reading was made of.
 * Throws a RangeError for a negative move and for a fall of 100 % or more.
 */
export function whatIf(reading: Reading, side: Side, shockFraction: number): Reach {
  const own = reading[side];
  const factors = own.estimateFactors ?? { low: 1, high: 1 };
  const barriers = buildSideBarriers(side, own.profile, factors, own.impact);
  return reachOf(barriers, distanceOf(shockFraction, side));
}

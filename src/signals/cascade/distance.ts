/**
 * The model counts in log-price distances x = |ln(P0 / P)| because they add up; people read price
 * moves in fractions of the present price. Both directions keep their digits near 0.
 */
import type { Side } from '../model/ids.ts';

/** Log-price distance -> price move as a fraction: 1 - e^-x (down), e^x - 1 (up). */
export function fractionOf(distance: number, side: Side): number {
  return side === 'down' ? -Math.expm1(-distance) : Math.expm1(distance);
}

/**
 * Price move as a fraction (0.05 is 5 %) -> log-price distance: -ln(1 - f) (down), ln(1 + f) (up).
 * Throws a RangeError for a negative move and for a fall of 100 % or more, which has no logarithm.
 */
export function distanceOf(fraction: number, side: Side): number {
  if (!(fraction >= 0) || (side === 'down' && fraction >= 1)) {
    throw new RangeError(`no price move ${side} by the fraction ${fraction}`);
  }
  return side === 'down' ? -Math.log1p(-fraction) : Math.log1p(fraction);
}

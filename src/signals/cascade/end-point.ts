import type { Barrier } from './barrier.ts';
import { impactDistance } from './impact.ts';

export interface EndPoint {
  /** Where the price stops, log-price units from the present price, the shock included. */
  endDistance: number;
  /** USD force-sold (down) or force-bought (up) by the whole cascade. */
  forcedUsd: number;
  /** How many units are hit, those of 0 USD included. */
  unitsHit: number;
  /** endDistance / shock; absent for a shock of 0, where it has no meaning. */
  amplification?: number;
}

/**
 * Where a shock from outside (log-price units, finite, >= 0) ends: x* = s + I(F_k) with k the number
 * of units whose barrier is at most s. O(log n). Throws a RangeError on any other shock.
 */
export function solveShock(barrier: Barrier, shockDistance: number): EndPoint {
  if (!(shockDistance >= 0 && shockDistance < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`a shock must be a finite distance >= 0, got ${shockDistance}`);
  }
  const unitsHit = countHit(barrier, shockDistance);
  const forcedUsd = unitsHit === 0 ? 0 : (barrier.cumulativeUsd[unitsHit - 1] as number);
  const endDistance = shockDistance + impactDistance(barrier.impact, forcedUsd);
  const end: EndPoint = { endDistance, forcedUsd, unitsHit };
  if (shockDistance > 0) end.amplification = endDistance / shockDistance;
  return end;
}

/** Number of units with M_j <= s. M never falls, so the hit ones come first. */
function countHit(barrier: Barrier, shockDistance: number): number {
  const { barriers, offsetDistance } = barrier;
  let low = 0;
  let high = barriers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((barriers[middle] as number) + offsetDistance <= shockDistance) low = middle + 1;
    else high = middle;
  }
  return low;
}

import type { Barrier } from './barrier.ts';
import { absorbableUsd, impactDistance } from './impact.ts';
import { checkKappa } from './kappa.ts';

/**
 * Least shock (log-price units) whose forced sales alone add at least `kappaDistance`; undefined when
 * all units together do not. I(F) >= kappa iff F >= A(kappa), so it is M_j of the first j with
 * F_j >= A(kappa). O(log n). Throws a RangeError unless kappa is finite and > 0.
 */
export function criticalShock(barrier: Barrier, kappaDistance: number): number | undefined {
  checkKappa(kappaDistance);
  const { barriers, cumulativeUsd, impact, offsetDistance } = barrier;
  const neededUsd = absorbableUsd(impact, kappaDistance);
  let low = 0;
  let high = cumulativeUsd.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const usd = cumulativeUsd[middle] as number;
    // Both forms of the one condition: where they are equal on paper (7e8 USD, 1e10 USD a unit,
    // kappa 0.07) rounding fails one or the other.
    const adds = usd > 0 && (usd >= neededUsd || impactDistance(impact, usd) >= kappaDistance);
    if (adds) high = middle;
    else low = middle + 1;
  }
  const critical = barriers[low];
  return critical === undefined ? undefined : critical + offsetDistance;
}

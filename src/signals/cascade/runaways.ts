import type { Barrier } from './barrier.ts';
import { impactDistance } from './impact.ts';
import { checkKappa } from './kappa.ts';

/** One jump of the end point: an ever so slightly larger shock moves the price much further. */
export interface Runaway {
  /** The shock at which it happens, log-price units. */
  shock: number;
  /** Where the price would stop just below that shock, log-price units. */
  fromDistance: number;
  /** Where it stops at that shock, log-price units. */
  toDistance: number;
  /** USD force-sold by the jump itself, without what is sold just below that shock. */
  forcedUsd: number;
}

/** Barriers this near to each other (log-price units) differ by rounding only: one jump. */
const ROUNDING_DISTANCE = 1e-12;

/**
 * The jumps of the end point of at least `kappaDistance` (log-price units), by rising shock. Units
 * that share one barrier M fall together, so at s = M the end point goes from M + I(F before them)
 * to M + I(F with them); between barriers it only moves along with the shock. O(n).
 * Throws a RangeError unless kappa is finite and > 0.
 */
export function runaways(barrier: Barrier, kappaDistance: number): Runaway[] {
  checkKappa(kappaDistance);
  const { barriers, cumulativeUsd, impact, offsetDistance } = barrier;
  const found: Runaway[] = [];
  let usdBefore = 0;
  let impactBefore = 0;
  let first = 0;
  while (first < barriers.length) {
    const last = lastTogether(barriers, first);
    const usdAfter = cumulativeUsd[last] as number;
    const impactAfter = impactDistance(impact, usdAfter);
    if (impactAfter - impactBefore >= kappaDistance) {
      const shock = (barriers[last] as number) + offsetDistance;
      found.push({
        shock,
        fromDistance: shock + impactBefore,
        toDistance: shock + impactAfter,
        forcedUsd: usdAfter - usdBefore,
      });
    }
    usdBefore = usdAfter;
    impactBefore = impactAfter;
    first = last + 1;
  }
  return found;
}

/** Last sorted position that falls together with `first`. */
function lastTogether(barriers: Float64Array, first: number): number {
  const limit = (barriers[first] as number) + ROUNDING_DISTANCE;
  let last = first;
  while (last + 1 < barriers.length && (barriers[last + 1] as number) <= limit) last += 1;
  return last;
}

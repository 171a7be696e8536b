/**
 * The barrier solution of the liquidation loop. After a shock s from outside, the price stops at the
 * least fixed point of x = s + I(F(x)): F(x) is the USD force-sold within distance x, I its impact.
 *
 * Sort the triggers x_1 <= ... <= x_n and let F_j be the USD of the first j. To reach trigger j, each
 * nearer one must have been reached and the sales before j must carry the price there:
 *
 *   h_j = x_j - I(F_{j-1}),   M_j = max(h_1, ..., h_j),   trigger j is hit iff s >= M_j.
 *
 * M never falls with j, so every question about a shock is one binary search, and M_j is itself the
 * answer to "how large a shock reaches this position". Built in O(n); equal to selling round by
 * round until nothing new is hit (tests/reference/round-by-round.ts).
 */
import type { TriggerUnits } from '../model/profile.ts';
import type { ImpactParams } from '../model/reading.ts';
import { impactDistance } from './impact.ts';
import { sortDistances } from './sort-distances.ts';

/** Parallel arrays by sorted position. Read-only for everybody: views share them. */
export interface Barrier {
  readonly impact: ImpactParams;
  /** x_j, log-price units, ascending; add `offsetDistance`. */
  readonly distances: Float64Array;
  /** F_j: USD force-sold once trigger j has been hit, itself included. */
  readonly cumulativeUsd: Float64Array;
  /** M_j: least shock that hits trigger j, log-price units, ascending; add `offsetDistance`. */
  readonly barriers: Float64Array;
  /** Sorted position -> index in the input; equal distances keep the order of the input. */
  readonly order: Uint32Array;
  /** Log-price units every x_j and M_j has moved since the build; 0 unless `shiftBarrier` made it. */
  readonly offsetDistance: number;
}

/**
 * Any number of units in any order, none included; not changed. O(n).
 * Throws a RangeError naming the first bad figure (negative or not finite): left in, one NaN would
 * silently falsify every trigger behind it. No liquidity at all (0 and 0) is accepted and means that
 * any sale moves the price without end; ask `isScorable` first.
 */
export function buildBarrier(units: TriggerUnits, impact: ImpactParams): Barrier {
  checkUnits(units);
  const { distances, order } = sortDistances(units.distances);
  const { usd } = units;
  const cumulativeUsd = new Float64Array(distances.length);
  let total = 0;
  for (let j = 0; j < distances.length; j += 1) {
    total += usd[order[j] as number] as number;
    cumulativeUsd[j] = total;
  }
  const barriers = barriersOf(distances, cumulativeUsd, impact);
  return { impact, distances, cumulativeUsd, barriers, order, offsetDistance: 0 };
}

/**
 * The same units against another liquidity (stressed depth, say) without sorting again.
 * Shares all arrays but `barriers`.
 */
export function withImpact(barrier: Barrier, impact: ImpactParams): Barrier {
  const { distances, cumulativeUsd } = barrier;
  return { ...barrier, impact, barriers: barriersOf(distances, cumulativeUsd, impact) };
}

/**
 * The view after a price tick that crossed no trigger: every x_j, h_j and M_j moves by the same
 * `deltaDistance` (negative: the price came nearer to the triggers). O(1), shares all arrays.
 * Undefined when the tick crossed the nearest trigger: those units are gone, so build again.
 * @public For evaluations between ticks, which move the price and nothing else.
 */
export function shiftBarrier(barrier: Barrier, deltaDistance: number): Barrier | undefined {
  const offsetDistance = barrier.offsetDistance + deltaDistance;
  if (!Number.isFinite(offsetDistance)) throw new RangeError('deltaDistance must be finite');
  const nearest = barrier.distances[0];
  if (nearest !== undefined && nearest + offsetDistance < 0) return undefined;
  return { ...barrier, offsetDistance };
}

function barriersOf(
  distances: Float64Array,
  cumulativeUsd: Float64Array,
  impact: ImpactParams,
): Float64Array {
  for (const key of ['depthUsdPerUnit', 'latentUsdPerUnit2'] as const) {
    if (!isSize(impact[key])) throw new RangeError(`impact.${key}: ${impact[key]}`);
  }
  const barriers = new Float64Array(distances.length);
  let highest = 0;
  let usdBefore = 0;
  for (let j = 0; j < distances.length; j += 1) {
    const own = (distances[j] as number) - impactDistance(impact, usdBefore);
    if (own > highest) highest = own;
    barriers[j] = highest;
    usdBefore = cumulativeUsd[j] as number;
  }
  return barriers;
}

function checkUnits(units: TriggerUnits): void {
  const { distances, usd } = units;
  if (distances.length !== usd.length) {
    throw new RangeError(`${distances.length} distances for ${usd.length} usd figures`);
  }
  for (let i = 0; i < distances.length; i += 1) {
    if (!isSize(distances[i] as number)) throw new RangeError(`distances[${i}]: ${distances[i]}`);
    if (!isSize(usd[i] as number)) throw new RangeError(`usd[${i}]: ${usd[i]}`);
  }
}

function isSize(value: number): boolean {
  return value >= 0 && value < Number.POSITIVE_INFINITY;
}

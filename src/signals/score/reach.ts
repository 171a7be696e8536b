import { type Barrier, buildBarrier, withImpact } from '../cascade/barrier.ts';
import { fractionOf } from '../cascade/distance.ts';
import { solveShock } from '../cascade/end-point.ts';
import type { Side } from '../model/ids.ts';
import type { ImpactParams, ProfileBins, Reach } from '../model/reading.ts';

/** What the perp estimate may be multiplied with at the ends of its interval. */
export interface EstimateFactors {
  low: number;
  high: number;
}

/** One side's profile against its liquidity, ready for any shock. */
export interface SideBarriers {
  side: Side;
  bins: ProfileBins;
  /** Present liquidity, perp estimate at its low end, as it is, and at its high end. */
  low: Barrier;
  point: Barrier;
  high: Barrier;
  /** Perp estimate as it is, resting orders nearly gone. */
  stressed: Barrier;
}

/**
 * No end point is followed beyond this log distance (a fall of 95 %, a rise to 20 times the price):
 * impact measured near the price says nothing there.
 */
export const MAX_END_DISTANCE = 3;

export function buildSideBarriers(
  side: Side,
  bins: ProfileBins,
  factors: EstimateFactors,
  impact: { present: ImpactParams; stressed: ImpactParams },
): SideBarriers {
  const distances = Float64Array.from(bins.distances);
  const at = (factor: number) =>
    buildBarrier(
      {
        distances,
        usd: Float64Array.from(
          bins.exactUsd,
          (usd, bin) => usd + factor * (bins.estimatedUsd[bin] ?? 0),
        ),
      },
      impact.present,
    );
  const point = at(1);
  return {
    side,
    bins,
    low: at(factors.low),
    point,
    high: at(factors.high),
    stressed: withImpact(point, impact.stressed),
  };
}

/** What a shock (log-price units, >= 0) from outside would set off. `sigmas`: as in `Reach`. */
export function reachOf(barriers: SideBarriers, shockDistance: number, sigmas?: number): Reach {
  const { side } = barriers;
  const end = solveShock(barriers.point, shockDistance);
  const stressed = solveShock(barriers.stressed, shockDistance);
  const endDistance = cappedEnd(end.endDistance, shockDistance);
  let exactUsd = 0;
  for (let bin = 0; bin < end.unitsHit; bin += 1) exactUsd += barriers.bins.exactUsd[bin] ?? 0;
  return {
    ...(sigmas === undefined ? {} : { sigmas }),
    shockFraction: fractionOf(shockDistance, side),
    forcedUsd: {
      low: solveShock(barriers.low, shockDistance).forcedUsd,
      point: end.forcedUsd,
      high: solveShock(barriers.high, shockDistance).forcedUsd,
    },
    exactShareFraction: end.forcedUsd > 0 ? Math.min(1, exactUsd / end.forcedUsd) : 0,
    endFraction: fractionOf(endDistance, side),
    endStressedFraction: fractionOf(cappedEnd(stressed.endDistance, shockDistance), side),
    amplification: shockDistance > 0 ? endDistance / shockDistance : 1,
  };
}

/** Never nearer than the shock itself. */
export function cappedEnd(endDistance: number, shockDistance: number): number {
  return Math.max(shockDistance, Math.min(endDistance, MAX_END_DISTANCE));
}

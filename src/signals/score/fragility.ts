import type { Barrier } from '../cascade/barrier.ts';
import { criticalShock } from '../cascade/critical-shock.ts';
import { fractionOf } from '../cascade/distance.ts';
import { solveShock } from '../cascade/end-point.ts';
import { absorbableUsd } from '../cascade/impact.ts';
import type { Side } from '../model/ids.ts';
import type { Driver } from '../model/reading.ts';
import { cappedEnd } from './reach.ts';
import { clip } from './robust.ts';
import type { ScoreSettings } from './settings.ts';
import { percentText, usdText } from './wording.ts';

/** Multiples of a volatility at which forced selling is looked at. */
export const REACH_SIGMAS = [1, 2, 3] as const;

export interface FragilityInput {
  side: Side;
  barrier: Barrier;
  /**
   * The asset's typical 24 h volatility (its trailing median), log return. Not the present one: how
   * much the market moves now is the likelihood's business, and calm days must not look safe.
   */
  typicalSigma24h: number;
  /** Log-price units. */
  kappaDistance: number;
  /** Rank of what is within reach among the asset's own past, 0-1; absent without a past. */
  pastRank?: number;
}

/** The four components, each 0 (harmless) to 1, before their points. */
export interface FragilityFigures {
  reach: number;
  shock: number;
  amplification: number;
  past: number;
  forced2SigmaUsd: number;
  /** Forced over absorbed volume at 2 typical sigma. */
  ratio2Sigma: number;
  /** Log-price units; absent when no shock within the profile sets off that much. */
  criticalDistance?: number;
  amplification2Sigma: number;
}

/**
 * How much one side's forced selling would do, given a move. With F the forced volume of a shock,
 * the loop included, A what the market absorbs on the way of the shock alone:
 *
 *   reach          mean over 1, 2, 3 typical sigma of r^2 / (r^2 + 1), r = F / A
 *   shock          1 / (1 + 4 c^2), c = critical shock in typical sigma; 0 when there is none
 *   amplification  1 - 1 / amp, amp = end point over shock at 2 typical sigma
 *   past           rank of the perp volume within 2 typical sigma, per volume traded, in its own past
 *
 * All of them rise with forced volume and fall with depth, so no missing book lowers them.
 */
export function fragilityFigures(input: FragilityInput, settings: ScoreSettings): FragilityFigures {
  const { barrier, typicalSigma24h, kappaDistance } = input;
  const own = settings.fragility;
  let reach = 0;
  let forced2SigmaUsd = 0;
  let ratio2Sigma = 0;
  let amplification2Sigma = 1;
  for (const sigmas of REACH_SIGMAS) {
    const shockDistance = sigmas * typicalSigma24h;
    const end = solveShock(barrier, shockDistance);
    const ratio = end.forcedUsd / absorbableUsd(barrier.impact, shockDistance);
    reach += ratio ** 2 / (ratio ** 2 + own.reachHalfRatio ** 2) / REACH_SIGMAS.length;
    if (sigmas !== 2) continue;
    forced2SigmaUsd = end.forcedUsd;
    ratio2Sigma = ratio;
    amplification2Sigma = cappedEnd(end.endDistance, shockDistance) / shockDistance;
  }
  const criticalDistance = criticalShock(barrier, kappaDistance);
  const criticalSigmas = (criticalDistance ?? Number.POSITIVE_INFINITY) / typicalSigma24h;
  return {
    reach,
    shock: 1 / (1 + (criticalSigmas / own.shockHalfSigmas) ** 2),
    amplification: 1 - 1 / amplification2Sigma,
    past: input.pastRank ?? own.missingRank,
    forced2SigmaUsd,
    ratio2Sigma,
    ...(criticalDistance === undefined ? {} : { criticalDistance }),
    amplification2Sigma,
  };
}

/** 0-100: the points of the four components. */
export function fragilityScore(figures: FragilityFigures, settings: ScoreSettings): number {
  const own = settings.fragility;
  const points =
    own.reachPoints * figures.reach +
    own.shockPoints * figures.shock +
    own.amplificationPoints * figures.amplification +
    own.pastPoints * figures.past;
  return clip(points, 0, 100);
}

/**
 * The score of a typical day: driver points count from here.
 * @public `ScoreSettings.typicalPoints` must equal it (tested).
 */
export function typicalFragility(settings: ScoreSettings): number {
  const { typical, ...own } = settings.fragility;
  return (
    own.reachPoints * typical.reach +
    own.shockPoints * typical.shock +
    own.amplificationPoints * typical.amplification +
    own.pastPoints * typical.past
  );
}

/** Points against a typical day, largest first; they sum to the score less `typicalFragility`. */
export function fragilityDrivers(
  input: FragilityInput,
  figures: FragilityFigures,
  settings: ScoreSettings,
): Driver[] {
  const { side, typicalSigma24h } = input;
  const own = settings.fragility;
  const move = side === 'down' ? 'fall' : 'rise';
  const flow = side === 'down' ? 'sales' : 'purchases';
  const twoSigma = percentText(fractionOf(2 * typicalSigma24h, side));
  const critical = figures.criticalDistance;
  const driver = (
    id: string,
    name: string,
    value: string,
    weight: number,
    excess: number,
  ): Driver => ({ id, name, value, weight, points: weight * excess });
  return [
    driver(
      'reach',
      `forced ${flow} within reach`,
      `a ${twoSigma} ${move} (2 typical sigma) forces ${usdText(figures.forced2SigmaUsd)}, ${figures.ratio2Sigma.toFixed(2)}x what the market absorbs on the way`,
      own.reachPoints,
      figures.reach - own.typical.reach,
    ),
    driver(
      'critical-shock',
      'critical shock',
      critical === undefined
        ? 'none within the known profile'
        : `${percentText(fractionOf(critical, side))}, ${(critical / typicalSigma24h).toFixed(1)} typical sigma`,
      own.shockPoints,
      figures.shock - own.typical.shock,
    ),
    driver(
      'amplification',
      'amplification',
      `x${figures.amplification2Sigma.toFixed(2)} at 2 typical sigma`,
      own.amplificationPoints,
      figures.amplification - own.typical.amplification,
    ),
    driver(
      'own-past',
      'against its own past',
      input.pastRank === undefined
        ? 'no past yet, taken at its risky quartile'
        : `more perp volume within 2 typical sigma than in ${(100 * input.pastRank).toFixed(0)} % of its past`,
      own.pastPoints,
      figures.past - own.typical.past,
    ),
  ].sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
}

import { withImpact } from './cascade/barrier.ts';
import { criticalShock } from './cascade/critical-shock.ts';
import { distanceOf, fractionOf } from './cascade/distance.ts';
import type { AssetId, Level, Side } from './model/ids.ts';
import type { TwoSidedUnits } from './model/profile.ts';
import type {
  AssetState,
  ProfileBins,
  ScorePart,
  SideReading,
  WarmingUp,
} from './model/reading.ts';
import type { AssetView } from './observe/asset-view.ts';
import { lendingUnits } from './profile/lending-units.ts';
import { type PerpUnits, perpUnits } from './profile/perp-units.ts';
import type { PositionBook } from './profile/position-book.ts';
import { mergeToBins } from './profile/profile-bins.ts';
import type { ProfileSettings } from './profile/settings.ts';
import { DEFAULT_PROFILE_SETTINGS } from './profile/settings.ts';
import { type AssetBaseline, liveSigma24h, type VolatilityBaseline } from './score/baseline.ts';
import { eligibilityOf, levelCapOf, needsOf } from './score/eligibility.ts';
import { explain } from './score/explain.ts';
import {
  type FragilityInput,
  fragilityDrivers,
  fragilityFigures,
  fragilityScore,
  REACH_SIGMAS,
} from './score/fragility.ts';
import { meanFunding, weeklyFunding } from './score/funding.ts';
import { type ImpactCases, impactCases } from './score/impact-params.ts';
import { combinedScore, levelOf } from './score/levels.ts';
import { type LikelihoodInput, likelihoodOf } from './score/likelihood.ts';
import { buildSideBarriers, reachOf, type SideBarriers } from './score/reach.ts';
import { latentReachRatio } from './score/reach-ratio.ts';
import { rankOf } from './score/robust.ts';
import { DEFAULT_SCORE_SETTINGS, type ScoreSettings } from './score/settings.ts';

const HOUR_MS = 3_600_000;

export interface EvaluateSettings {
  score: ScoreSettings;
  profile: ProfileSettings;
}

/** @public For tests and benches; the service's come from its configuration. */
export const DEFAULT_EVALUATE_SETTINGS: EvaluateSettings = {
  score: DEFAULT_SCORE_SETTINGS,
  profile: DEFAULT_PROFILE_SETTINGS,
};

export interface EvaluateInput {
  view: AssetView;
  baseline: AssetBaseline;
  /** Lending positions of the sources that are not retired. */
  book: PositionBook | undefined;
  /** Present prices of all assets, for positions that hold several. */
  pricesUsd: ReadonlyMap<AssetId, number>;
  /** Epoch ms. */
  now: number;
  settings: EvaluateSettings;
  /** Extremes since the last closed hour, where known: liquidation prices touched are gone. */
  rangeSinceMapUsd?: { low: number; high: number };
}

interface Evaluation extends EvaluateInput {
  priceUsd: number;
  /** 24 h volatility, log return. */
  sigma24h: number;
  /** Its trailing median. */
  typicalSigma24h: number;
  levelCap: Level;
  perps: PerpUnits;
  lending: TwoSidedUnits | undefined;
}

/** Everything to be said about one asset at one time, or what is still needed to say it. */
export function evaluateAsset(input: EvaluateInput): AssetState {
  const { view, baseline, now } = input;
  const { score: settings, profile } = input.settings;
  const { needs, hoursShort } = needsOf(view, baseline, settings);
  const { price } = view;
  if (needs.length > 0 || price === undefined || baseline.volatility === undefined) {
    const onlyHours = needs.length === 1 && hoursShort > 0;
    return warmingUp(view.asset, now, needs, onlyHours ? nextHours(now, hoursShort) : undefined);
  }
  const sigma24h = Math.max(settings.minSigma24h, liveSigma24h(baseline.volatility, price.usd));
  const impactDown = impactCases(view, 'down', sigma24h, settings);
  const impactUp = impactCases(view, 'up', sigma24h, settings);
  if (impactDown === undefined || impactUp === undefined) {
    return warmingUp(view.asset, now, ['an order book or a traded volume'], undefined);
  }
  const range = input.rangeSinceMapUsd;
  const perps = perpUnits(
    baseline.entryMap,
    {
      priceUsd: price.usd,
      openInterestUsd: view.openInterestUsd,
      ...(range === undefined ? {} : { lowSinceMapUsd: range.low, highSinceMapUsd: range.high }),
    },
    profile,
  );
  const lending =
    input.book === undefined
      ? undefined
      : lendingUnits(input.book, view.asset, input.pricesUsd, profile.maxDistanceLog).units;
  const levelCap = levelCapOf(view, settings);
  const typicalSigma24h = typicalSigma(baseline.volatility, sigma24h);
  const evaluation = {
    ...input,
    priceUsd: price.usd,
    sigma24h,
    typicalSigma24h,
    levelCap,
    perps,
    lending,
  };
  const funding = meanFunding(view.funding, settings);
  return {
    status: 'ready',
    reading: {
      asset: view.asset,
      at: now,
      priceUsd: price.usd,
      openInterestUsd: view.openInterestUsd,
      ...(funding === undefined ? {} : { fundingAnnualFraction: funding }),
      sigma24hFraction: sigma24h,
      calibrated: false,
      coverage: view.coverage,
      eligibility: eligibilityOf(view, baseline, settings),
      levelCap,
      down: evaluateSide('down', impactDown, evaluation),
      up: evaluateSide('up', impactUp, evaluation),
    },
  };
}

function warmingUp(
  asset: AssetId,
  at: number,
  needs: string[],
  readyAt: number | undefined,
): AssetState {
  const warming: WarmingUp = { asset, at, needs, ...(readyAt === undefined ? {} : { readyAt }) };
  return { status: 'warming-up', warming };
}

/** When this many more hours will have closed. */
function nextHours(now: number, hours: number): number {
  return (Math.floor(now / HOUR_MS) + hours) * HOUR_MS;
}

const NO_UNITS = { distances: new Float64Array(0), usd: new Float64Array(0) };

function evaluateSide(side: Side, impact: ImpactCases, evaluation: Evaluation): SideReading {
  const { perps, sigma24h, levelCap, settings, view } = evaluation;
  const score = settings.score;
  const bins = mergeToBins(
    evaluation.lending?.[side] ?? NO_UNITS,
    perps.units[side],
    512,
    settings.profile.maxDistanceLog,
  );
  const factors = { low: perps.lowFactor, high: perps.highFactor };
  const barriers = buildSideBarriers(side, bins, factors, impact);
  const kappaFraction = Math.max(score.minKappaFraction, score.kappaSigmas * sigma24h);
  const kappaDistance = distanceOf(Math.min(kappaFraction, 0.99), side);

  const pastRank = pastRankOf(side, bins, evaluation);
  const fragilityInput: FragilityInput = {
    side,
    barrier: barriers.point,
    typicalSigma24h: evaluation.typicalSigma24h,
    kappaDistance,
    ...(pastRank === undefined ? {} : { pastRank }),
  };
  const scoreOf = (barrier: SideBarriers['point']) =>
    fragilityScore(fragilityFigures({ ...fragilityInput, barrier }, score), score);
  const figures = fragilityFigures(fragilityInput, score);
  const point = fragilityScore(figures, score);
  const fragility: ScorePart = {
    score: { low: scoreOf(barriers.low), point, high: scoreOf(barriers.high) },
    drivers: fragilityDrivers(fragilityInput, figures, score),
  };

  const likelihood = sideLikelihood(side, true, evaluation);
  const combined = combinedScore(likelihood.score, fragility.score);
  const sameDepth = impact.frozen.depthUsdPerUnit === impact.present.depthUsdPerUnit;
  const frozenBarrier = sameDepth ? barriers.point : withImpact(barriers.point, impact.frozen);
  const frozenFragility = sameDepth ? point : scoreOf(frozenBarrier);
  const frozenLikelihood = sideLikelihood(side, false, evaluation).score.point;
  const scoreFrozen = Math.sqrt(frozenLikelihood * frozenFragility);

  return {
    side,
    likelihood,
    fragility,
    score: combined,
    level: levelOf(combined.point, levelCap, score.levels),
    scoreFrozen,
    levelFrozen: levelOf(scoreFrozen, levelCap, score.levels),
    ...criticalFields(side, barriers, figures.criticalDistance, kappaDistance),
    ...frozenCriticalField(side, criticalShock(frozenBarrier, kappaDistance)),
    kappaFraction: fractionOf(kappaDistance, side),
    reaches: REACH_SIGMAS.map((sigmas) => reachOf(barriers, sigmas * sigma24h, sigmas)),
    profile: bins,
    estimateFactors: factors,
    impact: { present: impact.present, stressed: impact.stressed },
    sentence: explain({
      asset: view.asset,
      barriers,
      present: impact.present,
      sigma24h,
      ...(figures.criticalDistance === undefined
        ? {}
        : { criticalDistance: figures.criticalDistance }),
    }),
  };
}

function criticalFields(
  side: Side,
  barriers: SideBarriers,
  pointDistance: number | undefined,
  kappaDistance: number,
): Pick<SideReading, 'criticalShockFraction' | 'criticalShockRangeFraction'> {
  // More volume makes the critical shock nearer: the high estimate gives the low end.
  const nearest = criticalShock(barriers.high, kappaDistance);
  const farthest = criticalShock(barriers.low, kappaDistance);
  return {
    ...(pointDistance === undefined
      ? {}
      : { criticalShockFraction: fractionOf(pointDistance, side) }),
    criticalShockRangeFraction: {
      ...(nearest === undefined ? {} : { low: fractionOf(nearest, side) }),
      ...(farthest === undefined ? {} : { high: fractionOf(farthest, side) }),
    },
  };
}

function frozenCriticalField(
  side: Side,
  distance: number | undefined,
): Pick<SideReading, 'criticalShockFrozenFraction'> {
  return distance === undefined ? {} : { criticalShockFrozenFraction: fractionOf(distance, side) };
}

/** `drift`: push overdue funding to the risky side. */
function sideLikelihood(side: Side, drift: boolean, evaluation: Evaluation): ScorePart {
  const { view, baseline, sigma24h } = evaluation;
  const settings = evaluation.settings.score;
  const present = meanFunding(
    view.funding,
    settings,
    drift ? { side, baseline: baseline.funding } : undefined,
  );
  const weekly = weeklyFunding(present, baseline.funding, settings);
  const volumeUsd = baseline.volume24hUsd ?? view.volume24hUsd ?? 0;
  const input: LikelihoodInput = {
    side,
    sigma24h,
    baseline,
    ...(weekly === undefined ? {} : { weeklyFundingAnnual: weekly }),
    ...(volumeUsd > 0 ? { openInterestLoad: Math.log(view.openInterestUsd / volumeUsd) } : {}),
  };
  return likelihoodOf(input, settings);
}

/** The median of the past volatility; without a past the present one stands for it. */
function typicalSigma(volatility: VolatilityBaseline, sigma24h: number): number {
  return volatility.log2Stats === undefined ? sigma24h : 2 ** volatility.log2Stats.median;
}

/** Rank of the perp volume within 2 typical sigma among the asset's own past, per volume traded. */
function pastRankOf(side: Side, bins: ProfileBins, evaluation: Evaluation): number | undefined {
  const { baseline, view, typicalSigma24h } = evaluation;
  const past = baseline.pastReachRatios?.[side];
  const volumeUsd = baseline.volume24hUsd ?? view.volume24hUsd ?? 0;
  if (past === undefined || !(volumeUsd > 0)) return undefined;
  let withinUsd = 0;
  bins.distances.forEach((distance, bin) => {
    if (distance <= 2 * typicalSigma24h) withinUsd += bins.estimatedUsd[bin] ?? 0;
  });
  return rankOf(past, latentReachRatio(withinUsd, volumeUsd, 2, evaluation.settings.score));
}

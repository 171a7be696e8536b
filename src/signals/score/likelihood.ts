import type { Side } from '../model/ids.ts';
import type { Driver, Interval, ScorePart } from '../model/reading.ts';
import type { AssetBaseline } from './baseline.ts';
import { clip, type RobustStats } from './robust.ts';
import type { ScoreSettings } from './settings.ts';
import { percentText, signedText } from './wording.ts';

export interface LikelihoodInput {
  side: Side;
  /** 24 h volatility now, log return. */
  sigma24h: number;
  /** 7-day funding now, as seen from this side, simple annual fraction. */
  weeklyFundingAnnual?: number;
  /** ln(open interest / 24 h volume) now. */
  openInterestLoad?: number;
  baseline: Pick<AssetBaseline, 'volatility' | 'funding' | 'openInterestLoad' | 'hoursAvailable'>;
}

interface Feature {
  id: string;
  name: string;
  text: string;
  weight: number;
  /** Risky direction positive; doublings for volatility, robust standard deviations else. */
  value: number;
  /** Uncertainty of `value` from a short past, same unit. */
  halfWidth: number;
}

/**
 * Odds of a large move in the next 24 h against a typical day, from what carried that in the study:
 * volatility, funding and open interest (never the liquidation profile):
 *
 *   log2 odds = 1.5 log2(sigma / median) + 0.5 z(7-day funding, signed) + 0.35 z(ln OI / volume)
 *   score = clip(35 + 15 log2 odds, 0, 100)
 *
 * A typical day reads 35 and each doubling of the odds adds 15. The weights are provisional and not
 * negative. A feature without history counts at its risky quartile.
 */
export function likelihoodOf(input: LikelihoodInput, settings: ScoreSettings): ScorePart {
  const features = featuresOf(input, settings);
  const perUnit = (feature: Feature) => settings.pointsPerDoubling * feature.weight;
  const points = features.reduce((sum, own) => sum + perUnit(own) * own.value, 0);
  const spread = Math.hypot(...features.map((own) => perUnit(own) * own.halfWidth));
  const at = (extra: number) => clip(settings.typicalPoints + points + extra, 0, 100);
  const score: Interval = { low: at(-spread), point: at(0), high: at(spread) };
  const drivers = features
    .map(
      (own): Driver => ({
        id: own.id,
        name: own.name,
        value: own.text,
        weight: own.weight,
        points: perUnit(own) * own.value,
      }),
    )
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  return { score, drivers };
}

function featuresOf(input: LikelihoodInput, settings: ScoreSettings): Feature[] {
  return [
    volatilityFeature(input, settings),
    fundingFeature(input, settings),
    openInterestFeature(input, settings),
  ];
}

function volatilityFeature(input: LikelihoodInput, settings: ScoreSettings): Feature {
  const base = {
    id: 'volatility',
    name: '24 h volatility',
    weight: settings.weights.volatility,
  };
  const stats = input.baseline.volatility?.log2Stats;
  const now = percentText(input.sigma24h);
  if (stats === undefined) return missing(base, `${now}, its usual level unknown`, settings);
  const doublings = Math.log2(input.sigma24h) - stats.median;
  const days = Math.max(1, Math.round(input.baseline.hoursAvailable / 24));
  return {
    ...base,
    text: `${now}, ${(2 ** doublings).toFixed(1)}x its ${days}-day median`,
    value: clip(doublings, -settings.featureLimit, settings.featureLimit),
    halfWidth: stats.scale * medianError(stats, settings),
  };
}

function fundingFeature(input: LikelihoodInput, settings: ScoreSettings): Feature {
  const base = { id: 'funding-7d', name: '7-day funding', weight: settings.weights.funding };
  const stats = input.baseline.funding?.stats;
  const now = input.weeklyFundingAnnual;
  if (now === undefined) return missing(base, 'unknown', settings);
  const text = `${percentText(now)} a year`;
  if (stats === undefined) return missing(base, `${text}, its usual level unknown`, settings);
  const sign = input.side === 'down' ? 1 : -1;
  return {
    ...base,
    ...deviation((sign * (now - stats.median)) / stats.scale, text, stats, settings),
  };
}

function openInterestFeature(input: LikelihoodInput, settings: ScoreSettings): Feature {
  const base = {
    id: 'open-interest',
    name: 'open interest over daily volume',
    weight: settings.weights.openInterest,
  };
  const stats = input.baseline.openInterestLoad;
  const now = input.openInterestLoad;
  if (now === undefined) return missing(base, 'unknown', settings);
  const text = `${Math.exp(now).toFixed(2)} days of volume`;
  if (stats === undefined) return missing(base, `${text}, its usual level unknown`, settings);
  return { ...base, ...deviation((now - stats.median) / stats.scale, text, stats, settings) };
}

function deviation(
  z: number,
  text: string,
  stats: RobustStats,
  settings: ScoreSettings,
): Pick<Feature, 'text' | 'value' | 'halfWidth'> {
  return {
    text: `${text}, ${signedText(z)} deviations from its median`,
    value: clip(z, -settings.featureLimit, settings.featureLimit),
    halfWidth: medianError(stats, settings),
  };
}

function missing(
  base: Pick<Feature, 'id' | 'name' | 'weight'>,
  text: string,
  settings: ScoreSettings,
): Feature {
  return {
    ...base,
    text: `${text}: taken at its risky quartile`,
    value: settings.missingFeature,
    halfWidth: settings.missingFeature,
  };
}

/**
 * Standard error of the median in units of the scale: 1.25 / sqrt(n), with one independent value a
 * day, since the samples of a day are nearly the same.
 */
function medianError(stats: RobustStats, settings: ScoreSettings): number {
  const days = Math.max(1, (stats.samples * settings.sampleEveryHours) / 24);
  return 1.25 / Math.sqrt(days);
}

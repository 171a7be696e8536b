import type { AssetHour } from '../model/history.ts';
import { type PastScore, pastScore } from './past-score.ts';
import { AGGREGATES } from './settings.ts';
import type { VenueFunding } from './venue-funding.ts';
import { weightedStats } from './weighted.ts';

const INTERVALS_PER_YEAR = 8760 / 8;

/** What longs pay over all venues. */
export interface FundingLevel {
  /** Mean of the venues weighted by open interest, simple annual fraction. */
  annualFraction: number;
  /** The same for 8 hours, as most venues quote it. */
  per8hFraction: number;
  past: PastScore;
}

/** `samples`: sampled closed hours. Undefined without any rate. */
export function fundingLevel(
  venues: readonly VenueFunding[],
  samples: readonly AssetHour[],
): FundingLevel | undefined {
  const annualFraction = weightedFundingAnnual(venues);
  if (annualFraction === undefined) return undefined;
  const past = samples.flatMap((hour) => hour.fundingAnnualFraction ?? []);
  return {
    annualFraction,
    per8hFraction: annualFraction / INTERVALS_PER_YEAR,
    past: pastScore(annualFraction, past, {
      minSamples: AGGREGATES.minSamples,
      minScale: AGGREGATES.minScale.fundingAnnual,
    }),
  };
}

export function weightedFundingAnnual(venues: readonly VenueFunding[]): number | undefined {
  return weightedStats(venues.map(asWeighted))?.mean;
}

export function asWeighted({ annualFraction, openInterestBase }: VenueFunding) {
  return { value: annualFraction, weight: openInterestBase };
}

import type { InstrumentHour } from '../model/history.ts';
import type { SourceId } from '../model/ids.ts';
import { asWeighted } from './funding-level.ts';
import { type PastScore, pastScore } from './past-score.ts';
import { AGGREGATES } from './settings.ts';
import type { VenueFunding } from './venue-funding.ts';
import { weightedStats } from './weighted.ts';

/** How far the venues are apart: a gap that nobody closes is leverage stuck on one side. */
export interface FundingDispersion {
  /** Standard deviation over venues weighted by open interest, simple annual fraction. */
  deviationAnnual: number;
  /** Among venues with open interest. */
  lowest: { source: SourceId; annualFraction: number };
  highest: { source: SourceId; annualFraction: number };
  past: PastScore;
}

/** `hours`: closed hours of the single markets. Undefined with fewer than two venues. */
export function fundingDispersion(
  venues: readonly VenueFunding[],
  hours: readonly InstrumentHour[],
): FundingDispersion | undefined {
  const weighty = venues.filter(({ openInterestBase }) => openInterestBase > 0);
  const compared = weighty.length >= 2 ? weighty : venues;
  const highest = compared[0];
  const lowest = compared.at(-1);
  const deviation = weightedStats(compared.map(asWeighted))?.deviation;
  if (compared.length < 2 || highest === undefined || lowest === undefined) return undefined;
  if (deviation === undefined) return undefined;
  const end = ({ source, annualFraction }: VenueFunding) => ({ source, annualFraction });
  return {
    deviationAnnual: deviation,
    lowest: end(lowest),
    highest: end(highest),
    past: pastScore(deviation, pastDeviations(hours), {
      minSamples: AGGREGATES.minSamples,
      minScale: AGGREGATES.minScale.dispersionAnnual,
    }),
  };
}

/** Of the hours at which the samples are taken and at which at least two venues had a rate. */
function pastDeviations(hours: readonly InstrumentHour[]): number[] {
  const byHour = new Map<number, Map<SourceId, { value: number; weight: number }[]>>();
  for (const { hourAt, source, fundingAnnualFraction, openInterestBase } of hours) {
    if (fundingAnnualFraction === undefined) continue;
    const venues = byHour.get(hourAt) ?? new Map<SourceId, { value: number; weight: number }[]>();
    const rates = venues.get(source) ?? [];
    rates.push({ value: fundingAnnualFraction, weight: openInterestBase ?? 0 });
    venues.set(source, rates);
    byHour.set(hourAt, venues);
  }
  return [...byHour.values()].flatMap((venues) => {
    if (venues.size < 2) return [];
    const means = [...venues.values()].flatMap((rates) => {
      const value = weightedStats(rates)?.mean;
      const weight = rates.reduce((sum, own) => sum + own.weight, 0);
      return value === undefined ? [] : [{ value, weight }];
    });
    return weightedStats(means)?.deviation ?? [];
  });
}

import type { SourceId } from '../model/ids.ts';
import type { Age, AssetView } from '../observe/asset-view.ts';
import { weightedStats } from './weighted.ts';

/** One venue's funding of one asset: the mean of its markets weighted by open interest. */
export interface VenueFunding {
  source: SourceId;
  /** Simple annual rate, paid by longs. */
  annualFraction: number;
  /** Coins in the markets it is the mean of: the venue's weight. */
  openInterestBase: number;
  /** Of the oldest rate in it. */
  age: Age;
}

/** Venues with a rate, by annual rate from the highest down; silent ones with their last. */
export function venueFunding(view: Pick<AssetView, 'instruments'>): VenueFunding[] {
  const groups = new Map<SourceId, { value: number; weight: number; age: Age }[]>();
  for (const { source, funding, openInterest } of view.instruments) {
    if (funding === undefined || !Number.isFinite(funding.annualFraction)) continue;
    const { annualFraction, observedAt, ageMs, fresh } = funding;
    const weight = openInterest?.openInterestBase ?? 0;
    const rates = groups.get(source) ?? [];
    rates.push({ value: annualFraction, weight, age: { observedAt, ageMs, fresh } });
    groups.set(source, rates);
  }
  const venues: VenueFunding[] = [];
  for (const [source, rates] of groups) {
    const mean = weightedStats(rates)?.mean;
    if (mean === undefined) continue;
    const oldest = rates.reduce((a, b) => (b.age.ageMs > a.age.ageMs ? b : a));
    venues.push({
      source,
      annualFraction: mean,
      openInterestBase: rates.reduce((sum, { weight }) => sum + weight, 0),
      age: { ...oldest.age, fresh: rates.every(({ age }) => age.fresh) },
    });
  }
  return venues.sort((a, b) => b.annualFraction - a.annualFraction);
}

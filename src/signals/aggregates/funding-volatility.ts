import type { AssetHour } from '../model/history.ts';
import { type PastScore, pastScore } from './past-score.ts';
import { isSampleHour } from './sampled.ts';
import { AGGREGATES } from './settings.ts';

const HOUR_MS = 3_600_000;

/** How restless the price of leverage is. */
export interface FundingVolatility {
  /**
   * Typical change of the annualised rate within a day, annual fraction: the square root of 24 x the
   * exponentially weighted mean of squared hourly changes (half-life 72 h).
   */
  perDayAnnual: number;
  past: PastScore;
}

/**
 * From the weighted rate of closed hours, oldest first. A change over missing hours counts as that
 * many hours of equal variance. Undefined without a single change.
 */
export function fundingVolatility(hours: readonly AssetHour[]): FundingVolatility | undefined {
  const past: number[] = [];
  let sum = 0;
  let weight = 0;
  let last: AssetHour | undefined;
  let present: number | undefined;
  for (const hour of hours) {
    const rate = hour.fundingAnnualFraction;
    if (rate === undefined || !Number.isFinite(rate)) continue;
    const before = last?.fundingAnnualFraction;
    const elapsedHours = (hour.hourAt - (last?.hourAt ?? hour.hourAt)) / HOUR_MS;
    last = hour;
    if (before === undefined || !(elapsedHours > 0)) continue;
    const keep = 0.5 ** (elapsedHours / AGGREGATES.fundingHalfLifeHours);
    sum = sum * keep + (1 - keep) * ((rate - before) ** 2 / elapsedHours);
    weight = weight * keep + (1 - keep);
    // The value before the newest one belongs to the past.
    if (present !== undefined && isSampleHour(hour.hourAt)) past.push(present);
    present = Math.sqrt((24 * sum) / weight);
  }
  if (present === undefined) return undefined;
  return {
    perDayAnnual: present,
    past: pastScore(present, past, {
      minSamples: AGGREGATES.minSamples,
      minScale: AGGREGATES.minScale.fundingVolatility,
    }),
  };
}

import { describe, expect, test } from 'vitest';
import type { FundingFigure } from '../../../../src/signals/observe/asset-view.ts';
import { meanFunding, weeklyFunding } from '../../../../src/signals/score/funding.ts';
import { DEFAULT_SCORE_SETTINGS as SETTINGS } from '../../../../src/signals/score/settings.ts';
import { HOUR_MS } from './synthetic-market.ts';

const BASELINE = { mean7dAnnual: 0.1, q05Annual: -0.2, q95Annual: 0.3 };

function figure(annualFraction: number, openInterestBase: number, overdueHours = 0): FundingFigure {
  const overdueMs = overdueHours * HOUR_MS;
  return { source: 'bybit', instrument: 'ETHUSDT', annualFraction, openInterestBase, overdueMs };
}

describe('funding', () => {
  test('venues are weighted by open interest', () => {
    expect(meanFunding([figure(0.1, 3), figure(0.5, 1)], SETTINGS)).toBeCloseTo(0.2, 12);
    expect(meanFunding([figure(0.1, 0), figure(0.5, 0)], SETTINGS)).toBeCloseTo(0.3, 12);
    expect(meanFunding([], SETTINGS)).toBeUndefined();
  });

  test('overdue funding drifts up for the down side and down for the up side', () => {
    const stale = [figure(0.1, 1, 4)];
    const pushed = (side: 'down' | 'up') =>
      meanFunding(stale, SETTINGS, { side, baseline: BASELINE });
    // 0.05 a year per square root of an hour, 4 hours.
    expect(pushed('down')).toBeCloseTo(0.2, 12);
    expect(pushed('up')).toBeCloseTo(0, 12);
    expect(meanFunding(stale, SETTINGS)).toBe(0.1);
  });

  test('the drift stops at the tails of its own past and is never better than the last value', () => {
    const pushed = (last: number, side: 'down' | 'up') =>
      meanFunding([figure(last, 1, 400)], SETTINGS, { side, baseline: BASELINE });
    expect(pushed(0.1, 'down')).toBe(0.3);
    expect(pushed(0.1, 'up')).toBe(-0.2);
    expect(pushed(0.7, 'down')).toBe(0.7);
    expect(pushed(-0.7, 'up')).toBe(-0.7);
  });

  test('the rate in force is one seventh of the weekly mean', () => {
    expect(weeklyFunding(0.8, BASELINE, SETTINGS)).toBeCloseTo(0.2, 12);
    expect(weeklyFunding(undefined, BASELINE, SETTINGS)).toBe(0.1);
    expect(weeklyFunding(0.8, undefined, SETTINGS)).toBe(0.8);
  });
});

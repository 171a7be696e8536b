import { describe, expect, test } from 'vitest';
import { type LikelihoodInput, likelihoodOf } from '../../../../src/signals/score/likelihood.ts';
import { DEFAULT_SCORE_SETTINGS as SETTINGS } from '../../../../src/signals/score/settings.ts';

const MEDIAN = { scale: 0.5, samples: 720 };
const TYPICAL: LikelihoodInput = {
  side: 'down',
  sigma24h: 0.03,
  weeklyFundingAnnual: 0.1,
  openInterestLoad: Math.log(0.4),
  baseline: {
    hoursAvailable: 4320,
    volatility: {
      sigma24h: 0.03,
      lastCloseUsd: 2500,
      running: { base: 0.0009, perSquare: 0.1 },
      log2Stats: { ...MEDIAN, median: Math.log2(0.03) },
    },
    funding: {
      mean7dAnnual: 0.1,
      q05Annual: -0.1,
      q95Annual: 0.4,
      stats: { ...MEDIAN, median: 0.1, scale: 0.1 },
    },
    openInterestLoad: { ...MEDIAN, median: Math.log(0.4), scale: 0.25 },
  },
};

function pointsOf(input: LikelihoodInput): Record<string, number> {
  const drivers = likelihoodOf(input, SETTINGS).drivers;
  return Object.fromEntries(drivers.map((driver) => [driver.id, driver.points]));
}

describe('likelihood', () => {
  test('a typical day reads 35 on both sides', () => {
    expect(likelihoodOf(TYPICAL, SETTINGS).score.point).toBeCloseTo(35, 9);
    expect(likelihoodOf({ ...TYPICAL, side: 'up' }, SETTINGS).score.point).toBeCloseTo(35, 9);
  });

  test('the odds of a hand-checked build-up add up point by point', () => {
    const input: LikelihoodInput = {
      ...TYPICAL,
      sigma24h: 0.06,
      weeklyFundingAnnual: 0.3,
      openInterestLoad: Math.log(0.4) + 0.25,
    };
    // One doubling of volatility: 15 x 1.5; two deviations of funding: 15 x 0.5 x 2; one of OI.
    expect(pointsOf(input)['volatility']).toBeCloseTo(22.5, 9);
    expect(pointsOf(input)['funding-7d']).toBeCloseTo(15, 9);
    expect(pointsOf(input)['open-interest']).toBeCloseTo(5.25, 9);
    expect(likelihoodOf(input, SETTINGS).score.point).toBeCloseTo(77.75, 9);
  });

  test('funding counts against longs on the way down and against shorts on the way up', () => {
    const crowded = { ...TYPICAL, weeklyFundingAnnual: 0.3 };
    expect(pointsOf(crowded)['funding-7d']).toBeCloseTo(15, 9);
    expect(pointsOf({ ...crowded, side: 'up' })['funding-7d']).toBeCloseTo(-15, 9);
  });

  test('a feature is clipped at three deviations', () => {
    expect(pointsOf({ ...TYPICAL, weeklyFundingAnnual: 9 })['funding-7d']).toBeCloseTo(22.5, 9);
    expect(pointsOf({ ...TYPICAL, sigma24h: 3 })['volatility']).toBeCloseTo(67.5, 9);
    expect(likelihoodOf({ ...TYPICAL, sigma24h: 3 }, SETTINGS).score.point).toBe(100);
  });

  test('a feature without history counts at its risky quartile and widens the interval', () => {
    const { baseline, ...rest } = TYPICAL;
    const { funding: _, ...withoutFunding } = baseline;
    const part = likelihoodOf({ ...rest, baseline: withoutFunding }, SETTINGS);
    const driver = part.drivers.find((own) => own.id === 'funding-7d');
    expect(driver?.points).toBeCloseTo(15 * 0.5 * 0.67, 9);
    expect(driver?.value).toContain('risky quartile');
    const known = likelihoodOf(TYPICAL, SETTINGS).score;
    expect(part.score.high - part.score.low).toBeGreaterThan(known.high - known.low);
  });

  test('drivers come largest first, with their values in words', () => {
    const input = { ...TYPICAL, sigma24h: 0.06, weeklyFundingAnnual: 0.3 };
    const { drivers } = likelihoodOf(input, SETTINGS);
    expect(drivers.map((driver) => driver.id)).toEqual([
      'volatility',
      'funding-7d',
      'open-interest',
    ]);
    expect(drivers[0]?.value).toBe('6.0 %, 2.0x its 180-day median');
    expect(drivers[1]?.value).toBe('30.0 % a year, +2.0 deviations from its median');
  });
});

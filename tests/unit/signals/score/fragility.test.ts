import { describe, expect, test } from 'vitest';
import { buildBarrier } from '../../../../src/signals/cascade/barrier.ts';
import {
  type FragilityInput,
  fragilityDrivers,
  fragilityFigures,
  fragilityScore,
  typicalFragility,
} from '../../../../src/signals/score/fragility.ts';
import { DEFAULT_SCORE_SETTINGS as SETTINGS } from '../../../../src/signals/score/settings.ts';

/** The worked example: triggers at 2, 3, 4, 6, 10 %; A(x) = 100 x + 10 x^2 with x in percent. */
const UNITS = {
  distances: Float64Array.of(0.02, 0.03, 0.04, 0.06, 0.1),
  usd: Float64Array.of(100, 150, 250, 100, 400),
};
const IMPACT = { depthUsdPerUnit: 1e4, latentUsdPerUnit2: 1e5 };
const INPUT: FragilityInput = {
  side: 'down',
  barrier: buildBarrier(UNITS, IMPACT),
  typicalSigma24h: 0.0209,
  kappaDistance: 0.01,
  pastRank: 0.8,
};
const EMPTY = { distances: new Float64Array(0), usd: new Float64Array(0) };

describe('fragility', () => {
  test('the components of the worked example are those reckoned by hand', () => {
    const figures = fragilityFigures(INPUT, SETTINGS);
    // 1, 2, 3 sigma force 500, 600 and 1000 against 252.68, 592.72 and 1020.13 absorbed.
    expect(figures.reach).toBeCloseTo((0.796566 + 0.506103 + 0.490036) / 3, 4);
    // 110 absorbed within kappa: the second unit, M = 2.08392 %, 0.99709 sigma.
    expect(figures.criticalDistance).toBeCloseTo(0.0208392, 6);
    expect(figures.shock).toBeCloseTo(0.200934, 5);
    // 2 sigma is 4.18 %, which ends at 4.18 + I(600) = 8.3995 %.
    expect(figures.amplification2Sigma).toBeCloseTo(2.00946, 4);
    expect(fragilityScore(figures, SETTINGS)).toBeCloseTo(23.9027 + 4.0187 + 5.0235 + 24, 2);
  });

  test('points of the drivers add up to the score less a typical day, which reads 35', () => {
    const figures = fragilityFigures(INPUT, SETTINGS);
    const drivers = fragilityDrivers(INPUT, figures, SETTINGS);
    const sum = drivers.reduce((total, driver) => total + driver.points, 0);
    expect(typicalFragility(SETTINGS)).toBeCloseTo(35, 9);
    expect(35 + sum).toBeCloseTo(fragilityScore(figures, SETTINGS), 9);
  });

  test('the most points of the components sum to 100', () => {
    const own = SETTINGS.fragility;
    expect(own.reachPoints + own.shockPoints + own.amplificationPoints + own.pastPoints).toBe(100);
  });

  test('without any unit only the rank in the past is left', () => {
    const figures = fragilityFigures(
      { ...INPUT, barrier: buildBarrier(EMPTY, IMPACT), pastRank: 0 },
      SETTINGS,
    );
    expect(fragilityScore(figures, SETTINGS)).toBe(0);
    expect(figures.criticalDistance).toBeUndefined();
  });

  test('an unknown past counts at its risky quartile', () => {
    const { pastRank: _, ...unranked } = INPUT;
    expect(fragilityFigures(unranked, SETTINGS).past).toBe(0.75);
  });

  test('a thousand times the volume saturates below 100', () => {
    const usd = UNITS.usd.map((value) => value * 1000);
    const barrier = buildBarrier({ distances: UNITS.distances, usd }, IMPACT);
    const score = fragilityScore(fragilityFigures({ ...INPUT, barrier }, SETTINGS), SETTINGS);
    expect(score).toBeGreaterThan(75);
    expect(score).toBeLessThan(100);
  });

  test('both sides read the same on mirrored profiles', () => {
    expect(fragilityFigures({ ...INPUT, side: 'up' }, SETTINGS)).toEqual(
      fragilityFigures(INPUT, SETTINGS),
    );
  });
});

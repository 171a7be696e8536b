import { describe, expect, test } from 'vitest';
import { buildBarrier, shiftBarrier, withImpact } from '../../../../src/signals/cascade/barrier.ts';
import { criticalShock } from '../../../../src/signals/cascade/critical-shock.ts';
import { effectiveDistances } from '../../../../src/signals/cascade/effective-distance.ts';
import { solveShock } from '../../../../src/signals/cascade/end-point.ts';
import { runaways } from '../../../../src/signals/cascade/runaways.ts';
import type { TriggerUnits } from '../../../../src/signals/model/profile.ts';
import { roundByRound } from '../../../reference/round-by-round.ts';

const IMPACT = { depthUsdPerUnit: 1e10, latentUsdPerUnit2: 1e11 };
const units = (distances: number[], usd: number[]): TriggerUnits => ({
  distances: Float64Array.from(distances),
  usd: Float64Array.from(usd),
});

describe('no units', () => {
  const empty = buildBarrier(units([], []), IMPACT);

  test('a shock ends where it began and nothing is critical', () => {
    expect(solveShock(empty, 0.05)).toEqual({
      endDistance: 0.05,
      forcedUsd: 0,
      unitsHit: 0,
      amplification: 1,
    });
    expect(criticalShock(empty, 0.01)).toBeUndefined();
    expect(runaways(empty, 0.01)).toEqual([]);
    expect(effectiveDistances(empty)).toEqual(new Float64Array(0));
  });
});

describe('units at one distance', () => {
  const tied = buildBarrier(units([0.03, 0.03, 0.03], [1e8, 0, 2e8]), IMPACT);

  test('are all hit by a shock of exactly that distance, and by none below', () => {
    expect(Array.from(effectiveDistances(tied))).toEqual([0.03, 0.03, 0.03]);
    expect(solveShock(tied, 0.03).forcedUsd).toBe(3e8);
    expect(solveShock(tied, 0.03 - 1e-15).unitsHit).toBe(0);
  });

  test('keep the order of the input', () => {
    expect(Array.from(tied.order)).toEqual([0, 1, 2]);
  });
});

test('a unit that can be liquidated now is hit by a shock of 0, whose amplification is absent', () => {
  const barrier = buildBarrier(units([0.5, -0], [1e8, 1e8]), IMPACT);
  const end = solveShock(barrier, 0);
  expect(end.forcedUsd).toBe(1e8);
  expect(end.endDistance).toBeGreaterThan(0.009);
  expect('amplification' in end).toBe(false);
});

test('barriers that are equal but for rounding fall in one jump', () => {
  // On paper both units fall at 0.3; in doubles the second barrier is 0.30000000000000004.
  const barrier = buildBarrier(units([0.3, 0.4], [0.1, 5]), {
    depthUsdPerUnit: 1,
    latentUsdPerUnit2: 0,
  });
  expect(barrier.barriers[1]).toBeGreaterThan(0.3);
  const jumps = runaways(barrier, 0.05);
  expect(jumps.length).toBe(1);
  expect(jumps[0]?.forcedUsd).toBeCloseTo(5.1, 12);
  expect(solveShock(barrier, jumps[0]?.shock ?? 0).endDistance).toBe(jumps[0]?.toDistance);
});

test('kappa that equals the impact on paper counts as reached', () => {
  const linear = { depthUsdPerUnit: 1e10, latentUsdPerUnit2: 0 };
  expect(0.07 * 1e10).toBeGreaterThan(7e8);
  expect(criticalShock(buildBarrier(units([0.02], [7e8]), linear), 0.07)).toBe(0.02);
});

test('without any liquidity units of 0 USD are still not critical, any sale is', () => {
  const none = { depthUsdPerUnit: 0, latentUsdPerUnit2: 0 };
  expect(criticalShock(buildBarrier(units([0.01], [0]), none), 0.01)).toBeUndefined();
  const barrier = buildBarrier(units([0.01, 0.02, 9], [0, 1, 1]), none);
  expect(criticalShock(barrier, 0.01)).toBe(0.02);
  expect(solveShock(barrier, 0.02).unitsHit).toBe(3);
});

describe('a price tick', () => {
  const barrier = buildBarrier(units([0.02, 0.03], [1e8, 1.5e8]), IMPACT);

  test('towards the triggers makes the same shock reach further', () => {
    const shifted = shiftBarrier(barrier, -0.015);
    expect(shifted === undefined ? undefined : solveShock(shifted, 0.0055).unitsHit).toBe(1);
    expect(solveShock(barrier, 0.0055).unitsHit).toBe(0);
  });

  test('moves the critical shock and the runaways along', () => {
    const shifted = shiftBarrier(barrier, 0.01);
    if (shifted === undefined) throw new Error('no trigger was crossed');
    const moved = (criticalShock(shifted, 0.01) ?? 0) - (criticalShock(barrier, 0.01) ?? 0);
    expect(moved).toBeCloseTo(0.01, 12);
    expect((runaways(shifted, 0.001)[0]?.shock ?? 0) - 0.02).toBeCloseTo(0.01, 12);
  });

  test('that crosses the nearest trigger asks for a new build, also in two steps', () => {
    expect(shiftBarrier(barrier, -0.021)).toBeUndefined();
    const first = shiftBarrier(barrier, -0.015);
    expect(first && shiftBarrier(first, -0.006)).toBeUndefined();
  });

  test('that is not a number is refused', () => {
    expect(() => shiftBarrier(barrier, Number.NaN)).toThrow(RangeError);
  });
});

describe('bad figures are refused by name', () => {
  test.each([
    ['distances[1]', units([0, Number.NaN], [1, 1])],
    ['distances[0]', units([-1e-9, 0], [1, 1])],
    ['distances[1]', units([0, Number.POSITIVE_INFINITY], [1, 1])],
    ['usd[1]', units([0, 0], [1, Number.NaN])],
    ['usd[0]', units([0, 0], [-1, 1])],
    ['2 distances for 1 usd', units([0, 0], [1])],
  ])('%s', (name, bad) => {
    expect(() => buildBarrier(bad, IMPACT)).toThrow(name);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('a liquidity of %s', (figure) => {
    const some = units([0.02], [1e8]);
    const depth = { ...IMPACT, depthUsdPerUnit: figure };
    const latent = { ...IMPACT, latentUsdPerUnit2: figure };
    expect(() => buildBarrier(some, depth)).toThrow('impact.depthUsdPerUnit');
    expect(() => withImpact(buildBarrier(some, IMPACT), latent)).toThrow(
      'impact.latentUsdPerUnit2',
    );
  });

  test.each([-0.01, Number.NaN, Number.POSITIVE_INFINITY])('a shock of %s', (shock) => {
    const barrier = buildBarrier(units([0.02], [1e8]), IMPACT);
    expect(() => solveShock(barrier, shock)).toThrow(RangeError);
  });

  test.each([0, -0.01, Number.NaN, Number.POSITIVE_INFINITY])('a kappa of %s', (kappa) => {
    const barrier = buildBarrier(units([0.02], [1e8]), IMPACT);
    expect(() => criticalShock(barrier, kappa)).toThrow(RangeError);
    expect(() => runaways(barrier, kappa)).toThrow(RangeError);
  });
});

test('20,000 unsorted units of real sizes end where selling round by round ends', () => {
  // Multiples of irrational numbers: spread evenly, in no order, the same every time.
  const list = Array.from({ length: 20_000 }, (_, i) => ({
    distance: 0.3 * ((i * Math.SQRT2) % 1) ** 2,
    usd: 10 ** (3 + 3 * ((i * Math.E) % 1)),
  }));
  const barrier = buildBarrier(
    units(
      list.map((unit) => unit.distance),
      list.map((unit) => unit.usd),
    ),
    { depthUsdPerUnit: 2e10, latentUsdPerUnit2: 3e11 },
  );
  for (const shock of [0.0005, 0.004, 0.01, 0.03, 0.1, 0.4]) {
    const reference = roundByRound(list, { depthUsdPerUnit: 2e10, latentUsdPerUnit2: 3e11 }, shock);
    const end = solveShock(barrier, shock);
    expect(Math.abs(end.endDistance - reference.endDistance)).toBeLessThan(1e-9);
    expect(end.unitsHit).toBe(reference.hit.filter(Boolean).length);
  }
});

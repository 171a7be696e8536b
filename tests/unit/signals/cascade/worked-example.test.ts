/** The worked example of the model: distances in percent, volumes in $m. */
import { describe, expect, test } from 'vitest';
import { buildBarrier } from '../../../../src/signals/cascade/barrier.ts';
import { criticalShock } from '../../../../src/signals/cascade/critical-shock.ts';
import { effectiveDistances } from '../../../../src/signals/cascade/effective-distance.ts';
import { solveShock } from '../../../../src/signals/cascade/end-point.ts';
import { impactDistance } from '../../../../src/signals/cascade/impact.ts';
import { runaways } from '../../../../src/signals/cascade/runaways.ts';

const UNITS = {
  distances: Float64Array.of(2, 3, 4, 6, 10),
  usd: Float64Array.of(100, 150, 250, 100, 400),
};
const IMPACT = { depthUsdPerUnit: 100, latentUsdPerUnit2: 10 };
const barrier = buildBarrier(UNITS, IMPACT);
const digits = (values: Iterable<number>, places = 3) =>
  Array.from(values, (value) => value.toFixed(places));

describe('the worked example', () => {
  test('the impact of the cumulative volumes', () => {
    const moves = [100, 250, 500, 600, 1000].map((usd) => impactDistance(IMPACT, usd));
    expect(digits(moves)).toEqual(['0.916', '2.071', '3.660', '4.220', '6.180']);
  });

  test('the cumulative volumes and the barriers', () => {
    expect(Array.from(barrier.cumulativeUsd)).toEqual([100, 250, 500, 600, 1000]);
    expect(digits(barrier.barriers)).toEqual(['2.000', '2.084', '2.084', '2.340', '5.780']);
    expect(barrier.barriers[2]).toBe(barrier.barriers[1]);
  });

  test.each([
    { shock: 1.9, forcedUsd: 0, unitsHit: 0, end: '1.90', amplification: '1.00' },
    { shock: 2.05, forcedUsd: 100, unitsHit: 1, end: '2.97', amplification: '1.45' },
    { shock: 2.09, forcedUsd: 500, unitsHit: 3, end: '5.75', amplification: '2.75' },
    { shock: 2.5, forcedUsd: 600, unitsHit: 4, end: '6.72', amplification: '2.69' },
    { shock: 6, forcedUsd: 1000, unitsHit: 5, end: '12.18', amplification: '2.03' },
  ])('a shock of $shock ends at $end', ({ shock, forcedUsd, unitsHit, end, amplification }) => {
    const solved = solveShock(barrier, shock);
    expect(solved.forcedUsd).toBe(forcedUsd);
    expect(solved.unitsHit).toBe(unitsHit);
    expect(solved.endDistance.toFixed(2)).toBe(end);
    expect(solved.amplification?.toFixed(2)).toBe(amplification);
  });

  test('the end point jumps at 2.084 from 3.00 to 5.74, and again at 5.780 from 10.00', () => {
    const jumps = runaways(barrier, 1);
    expect(digits(jumps.map((jump) => jump.shock))).toEqual(['2.084', '5.780']);
    expect(
      digits(
        jumps.map((jump) => jump.fromDistance),
        2,
      ),
    ).toEqual(['3.00', '10.00']);
    expect(
      digits(
        jumps.map((jump) => jump.toDistance),
        2,
      ),
    ).toEqual(['5.74', '11.96']);
    expect(jumps.map((jump) => jump.forcedUsd)).toEqual([400, 400]);
    expect(runaways(barrier, 2).length).toBe(1);
    expect(runaways(barrier, 3)).toEqual([]);
  });

  test('the critical shock for 1 point is the runaway at 2.084, for half a point the first unit', () => {
    expect(criticalShock(barrier, 1)).toBe(barrier.barriers[1]);
    expect(criticalShock(barrier, 0.5)).toBe(2);
    expect(criticalShock(barrier, 6.18)).toBe(barrier.barriers[4]);
    expect(criticalShock(barrier, 6.19)).toBeUndefined();
  });

  test('the unit 4 away is reached by a shock of 2.084, whatever the order of the input', () => {
    const backwards = {
      distances: UNITS.distances.toReversed(),
      usd: UNITS.usd.toReversed(),
    };
    const effective = effectiveDistances(buildBarrier(backwards, IMPACT));
    expect(digits(effective)).toEqual(['5.780', '2.340', '2.084', '2.084', '2.000']);
  });

  test('a purely linear book: a shock of 2 ends at 8', () => {
    const linear = buildBarrier(UNITS, { depthUsdPerUnit: 100, latentUsdPerUnit2: 0 });
    expect(Array.from(linear.barriers)).toEqual([2, 2, 2, 2, 4]);
    expect(solveShock(linear, 2)).toEqual({
      endDistance: 8,
      forcedUsd: 600,
      unitsHit: 4,
      amplification: 4,
    });
    const [jump] = runaways(linear, 1);
    expect(jump).toEqual({ shock: 2, fromDistance: 2, toDistance: 8, forcedUsd: 600 });
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildBarrier, shiftBarrier, withImpact } from '../../../../src/signals/cascade/barrier.ts';
import { effectiveDistances } from '../../../../src/signals/cascade/effective-distance.ts';
import { solveShock } from '../../../../src/signals/cascade/end-point.ts';
import type { TriggerUnits } from '../../../../src/signals/model/profile.ts';
import { roundByRound } from '../../../reference/round-by-round.ts';
import { atMost, cascades, isNear, percents, unitsOf } from './arbitraries.ts';

const RUNS = { seed: 20251010, numRuns: 1500 };
/** Nearer than this to a barrier the end point jumps and rounding decides. */
const AT_BARRIER = 1e-9;

/** A plain shock, or one just above or below the barrier of some unit. */
const shockChoices = fc.record({
  plain: percents,
  unit: fc.nat({ max: 29 }),
  beside: fc.constantFrom(0, -1e-6, 1e-6, -2e-9, 2e-9),
});

function shockOf(
  choice: { plain: number; unit: number; beside: number },
  effective: Float64Array,
  percent: number,
): number {
  const barrier = effective[choice.unit];
  if (choice.beside === 0 || barrier === undefined) return choice.plain * percent;
  return Math.max(0, barrier + choice.beside);
}

test('the end point, the volume and the units hit equal those of selling round by round', () => {
  let compared = 0;
  fc.assert(
    fc.property(cascades, shockChoices, ({ list, units, impact, percent }, choice) => {
      const barrier = buildBarrier(units, impact);
      const effective = effectiveDistances(barrier);
      const shock = shockOf(choice, effective, percent);
      fc.pre(effective.every((m) => Math.abs(shock - m) > AT_BARRIER));
      compared += 1;
      const reference = roundByRound(list, impact, shock);
      const end = solveShock(barrier, shock);
      expect(isNear(end.endDistance, reference.endDistance)).toBe(true);
      expect(end.forcedUsd).toBe(reference.forcedUsd);
      expect(end.unitsHit).toBe(reference.hit.filter(Boolean).length);
      expect(Array.from(effective, (m) => shock >= m)).toEqual(reference.hit);
    }),
    RUNS,
  );
  expect(compared).toBeGreaterThanOrEqual(1500);
});

test('the end point is a fixed point: the shock plus the impact of everything within it', () => {
  fc.assert(
    fc.property(cascades, percents, ({ list, units, impact, percent }, shockPercent) => {
      const end = solveShock(buildBarrier(units, impact), shockPercent * percent);
      const within = list.filter((unit) => unit.distance <= end.endDistance - 1e-9);
      const withinUsd = within.reduce((sum, unit) => sum + unit.usd, 0);
      expect(end.forcedUsd).toBeGreaterThanOrEqual(withinUsd);
      const justBeyond = list.filter((unit) => unit.distance <= end.endDistance + 1e-9);
      expect(end.forcedUsd).toBeLessThanOrEqual(justBeyond.reduce((sum, u) => sum + u.usd, 0));
    }),
    RUNS,
  );
});

test('a larger shock never ends nearer', () => {
  fc.assert(
    fc.property(cascades, percents, percents, ({ units, impact, percent }, a, b) => {
      const barrier = buildBarrier(units, impact);
      const near = solveShock(barrier, Math.min(a, b) * percent);
      const far = solveShock(barrier, Math.max(a, b) * percent);
      expect(atMost(near.endDistance, far.endDistance)).toBe(true);
      expect(near.forcedUsd).toBeLessThanOrEqual(far.forcedUsd);
    }),
    RUNS,
  );
});

test('a larger unit never makes a cascade end nearer', () => {
  const additions = fc.tuple(fc.nat({ max: 29 }), fc.integer({ min: 0, max: 500 }));
  fc.assert(
    fc.property(cascades, percents, additions, (cascade, shockPercent, [index, more]) => {
      const { list, units, impact, percent } = cascade;
      fc.pre(index < list.length);
      const moreUsd = percent === 1 ? more : more * 1e6;
      const larger = list.map((u, i) => (i === index ? { ...u, usd: u.usd + moreUsd } : u));
      const shock = shockPercent * percent;
      const before = solveShock(buildBarrier(units, impact), shock);
      const after = solveShock(buildBarrier(unitsOf(larger), impact), shock);
      expect(atMost(before.endDistance, after.endDistance)).toBe(true);
      expect(before.unitsHit).toBeLessThanOrEqual(after.unitsHit);
    }),
    RUNS,
  );
});

test('less liquidity of either kind never makes a cascade end nearer', () => {
  const cuts = fc.tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 10 }));
  fc.assert(
    fc.property(cascades, percents, cuts, (cascade, shockPercent, [cutDepth, cutLatent]) => {
      const { units, impact, percent } = cascade;
      const thinner = {
        depthUsdPerUnit: (impact.depthUsdPerUnit * cutDepth) / 10,
        latentUsdPerUnit2: (impact.latentUsdPerUnit2 * cutLatent) / 10,
      };
      fc.pre(thinner.depthUsdPerUnit + thinner.latentUsdPerUnit2 > 0);
      const shock = shockPercent * percent;
      const before = solveShock(buildBarrier(units, impact), shock);
      const after = solveShock(buildBarrier(units, thinner), shock);
      expect(atMost(before.endDistance, after.endDistance)).toBe(true);
      expect(before.unitsHit).toBeLessThanOrEqual(after.unitsHit);
    }),
    RUNS,
  );
});

test('triggers rounded to the near and far edges of a grid bracket the end point', () => {
  fc.assert(
    fc.property(cascades, percents, fc.integer({ min: 1, max: 7 }), (cascade, s, binPercent) => {
      const { list, units, impact, percent } = cascade;
      const bin = binPercent * percent;
      const end = (round: (bins: number) => number) => {
        const rounded = list.map((u) => ({ ...u, distance: round(u.distance / bin) * bin }));
        return solveShock(buildBarrier(unitsOf(rounded), impact), s * percent).endDistance;
      };
      const exact = solveShock(buildBarrier(units, impact), s * percent).endDistance;
      // 1e-9 of a bin to the safe side, or a trigger on an edge could round across it.
      expect(
        atMost(
          exact,
          end((bins) => Math.max(0, Math.floor(bins - 1e-9))),
        ),
      ).toBe(true);
      expect(
        atMost(
          end((bins) => Math.ceil(bins + 1e-9)),
          exact,
        ),
      ).toBe(true);
    }),
    RUNS,
  );
});

test('the order in which units are merged does not matter', () => {
  fc.assert(
    fc.property(cascades, fc.nat({ max: 29 }), percents, (cascade, cut, shockPercent) => {
      const { list, units, impact, percent } = cascade;
      const at = Math.min(cut, list.length);
      const head = unitsOf(list.slice(0, at));
      const tail = unitsOf(list.slice(at));
      const forward = buildBarrier(units, impact);
      const swapped = buildBarrier(joined(tail, head), impact);
      const shock = shockPercent * percent;
      expect(solveShock(swapped, shock)).toEqual(solveShock(forward, shock));
      const direct = Array.from(effectiveDistances(forward));
      const effective = Array.from(effectiveDistances(swapped));
      const tailLength = list.length - at;
      expect([...effective.slice(tailLength), ...effective.slice(0, tailLength)]).toEqual(direct);
    }),
    RUNS,
  );
});

test('a shifted barrier answers like one built from the shifted units', () => {
  const ticks = fc.integer({ min: -300, max: 300 }).map((hundredths) => hundredths / 100);
  fc.assert(
    fc.property(cascades, ticks, percents, ({ list, units, impact, percent }, tick, s) => {
      const delta = tick * percent;
      const moved = list.map((unit) => ({ ...unit, distance: unit.distance + delta }));
      const shifted = shiftBarrier(buildBarrier(units, impact), delta);
      const crossed = moved.some((unit) => unit.distance < 0);
      expect(shifted === undefined).toBe(crossed);
      if (shifted === undefined) return;
      const rebuilt = buildBarrier(unitsOf(moved), impact);
      const effective = effectiveDistances(shifted);
      for (const [i, m] of effectiveDistances(rebuilt).entries()) {
        expect(isNear(effective[i] ?? Number.NaN, m)).toBe(true);
      }
      const shock = s * percent;
      fc.pre(effective.every((m) => Math.abs(shock - m) > AT_BARRIER));
      expect(
        isNear(solveShock(shifted, shock).endDistance, solveShock(rebuilt, shock).endDistance),
      ).toBe(true);
    }),
    RUNS,
  );
});

test('changing the liquidity of a barrier equals building it anew', () => {
  fc.assert(
    fc.property(cascades, cascades, ({ units, impact }, other) => {
      const changed = withImpact(buildBarrier(units, other.impact), impact);
      expect(changed).toEqual(buildBarrier(units, impact));
    }),
    { ...RUNS, numRuns: 300 },
  );
});

function joined(first: TriggerUnits, second: TriggerUnits): TriggerUnits {
  return {
    distances: Float64Array.of(...first.distances, ...second.distances),
    usd: Float64Array.of(...first.usd, ...second.usd),
  };
}

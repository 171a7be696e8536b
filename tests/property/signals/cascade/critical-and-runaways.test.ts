import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildBarrier } from '../../../../src/signals/cascade/barrier.ts';
import { criticalShock } from '../../../../src/signals/cascade/critical-shock.ts';
import { solveShock } from '../../../../src/signals/cascade/end-point.ts';
import { runaways } from '../../../../src/signals/cascade/runaways.ts';
import { roundByRound } from '../../../reference/round-by-round.ts';
import { cascades, isNear, kappaPercents } from './arbitraries.ts';

const RUNS = { seed: 20200312, numRuns: 1500 };
/** How far beside a barrier the reference is asked, log-price units: far above rounding. */
const BESIDE = 1e-8;

test('the critical shock is the least barrier at which the reference adds kappa', () => {
  let found = 0;
  fc.assert(
    fc.property(cascades, kappaPercents, ({ list, units, impact, percent }, kappaPercent) => {
      const kappa = kappaPercent * percent;
      const barrier = buildBarrier(units, impact);
      const scanned = barrier.barriers.find(
        (m) => roundByRound(list, impact, m + BESIDE).addedDistance >= kappa,
      );
      const critical = criticalShock(barrier, kappa);
      if (scanned === undefined || critical === undefined) {
        expect(critical).toBe(scanned);
        return;
      }
      found += 1;
      // Two barriers nearer than BESIDE are one to the scan.
      expect(Math.abs(critical - scanned)).toBeLessThanOrEqual(BESIDE);
      expect(solveShock(barrier, critical).endDistance - critical).toBeGreaterThanOrEqual(
        kappa * (1 - 1e-12),
      );
    }),
    RUNS,
  );
  expect(found).toBeGreaterThan(500);
});

test('nothing below the critical shock adds kappa', () => {
  fc.assert(
    fc.property(cascades, kappaPercents, ({ list, units, impact, percent }, kappaPercent) => {
      const kappa = kappaPercent * percent;
      const farthest = Math.max(0, ...list.map((unit) => unit.distance));
      const critical = criticalShock(buildBarrier(units, impact), kappa);
      const below = critical === undefined ? farthest + 1 : critical - BESIDE;
      expect(roundByRound(list, impact, below).addedDistance).toBeLessThan(kappa);
    }),
    RUNS,
  );
});

test('runaways are the jumps of the reference of at least kappa, in order', () => {
  let found = 0;
  fc.assert(
    fc.property(cascades, kappaPercents, ({ list, units, impact, percent }, kappaPercent) => {
      const kappa = kappaPercent * percent;
      const barrier = buildBarrier(units, impact);
      const distinct = barrier.barriers.filter(
        (m, j) => j === 0 || m - (barrier.barriers[j - 1] ?? 0) > 1e-12,
      );
      // Jumps the reference cannot tell apart.
      fc.pre(distinct.every((m, j) => j === 0 || m - (distinct[j - 1] ?? 0) > 3 * BESIDE));
      const expected = Array.from(distinct, (m) => ({
        shock: m,
        before: roundByRound(list, impact, m - BESIDE),
        after: roundByRound(list, impact, m + BESIDE),
      })).filter(({ before, after }) => after.addedDistance - before.addedDistance >= kappa);

      const jumps = runaways(barrier, kappa);
      found += jumps.length;
      expect(jumps.length).toBe(expected.length);
      for (const [i, { shock, before, after }] of expected.entries()) {
        const jump = jumps[i] ?? { shock: -1, fromDistance: -1, toDistance: -1, forcedUsd: -1 };
        expect(isNear(jump.shock, shock)).toBe(true);
        expect(isNear(jump.fromDistance, shock + before.addedDistance)).toBe(true);
        expect(isNear(jump.toDistance, shock + after.addedDistance)).toBe(true);
        expect(jump.forcedUsd).toBe(after.forcedUsd - before.forcedUsd);
      }
    }),
    RUNS,
  );
  expect(found).toBeGreaterThan(500);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../src/alerts/model.ts';
import { AlertMachine, type Look } from '../../fakes/alert-machine.ts';

const FRACTION = 0.04;

/** One tick: critical shock in basis points (0: none within reach), with and without drift. */
const ticks = fc.array(
  fc.record({
    points: fc.integer({ min: 0, max: 900 }),
    driftPoints: fc.constantFrom(0, 0, 0, 150, 400),
    minutes: fc.constantFrom(1, 1, 5, 20),
    repeats: fc.integer({ min: 1, max: 8 }),
    eligible: fc.constantFrom(true, true, true, false),
  }),
  { minLength: 20, maxLength: 60 },
);

function lookOf(points: number, drift: number, eligible: boolean): Look {
  if (points === 0) return { score: 40, eligible, calm: true };
  return {
    score: 40,
    eligible,
    coverage: drift === 0 ? 1 : 0.5,
    side: {
      criticalShockFraction: Math.max(1, points - drift) / 10_000,
      criticalShockFrozenFraction: points / 10_000,
    },
  };
}

/** Judges from outside: what was told, and the critical shock the market showed. */
class ShockWatcher {
  notices = 0;
  #nearest: number | undefined;
  #last: { nearest: number; closedAt: number } | undefined;

  see(machine: AlertMachine, market: number, eligible: boolean): Notice | undefined {
    const notice = machine.decisions.at(-1)?.notice;
    const line = this.#nearest === undefined ? FRACTION : this.#nearest * 0.75;
    const due = eligible && market < line && !this.#isResting(machine, market);
    const kind = this.#nearest === undefined ? 'raise' : 'escalate';
    expect(notice?.kind === kind, `${kind} at ${market} under ${line}`).toBe(due);
    if (due) this.#nearest = market;
    if (notice !== undefined) this.notices += 1;
    if (notice?.kind === 'all-clear' && this.#nearest !== undefined) {
      this.#last = { nearest: this.#nearest, closedAt: machine.now };
      this.#nearest = undefined;
    }
    return notice;
  }

  #isResting({ now, policy }: AlertMachine, market: number): boolean {
    if (this.#nearest !== undefined || this.#last === undefined) return false;
    const { nearest, closedAt } = this.#last;
    return now - closedAt < policy.cooldownMs && !(market < nearest * 0.75);
  }
}

describe('a shock-below rule, whatever the critical shock does', () => {
  it('tells every clear approach once, by the market alone, and every incident ends', () => {
    let notices = 0;
    fc.assert(
      fc.property(ticks, (series) => {
        const machine = new AlertMachine(`shock-below:${FRACTION}`);
        const watcher = new ShockWatcher();
        for (const { points, driftPoints, minutes, repeats, eligible } of series) {
          const market = points === 0 ? Number.POSITIVE_INFINITY : points / 10_000;
          for (let repeat = 0; repeat < repeats; repeat += 1) {
            machine.step(lookOf(points, driftPoints, eligible), minutes);
            const notice = watcher.see(machine, market, eligible);
            if (notice?.kind !== 'all-clear') continue;
            expect(market).toBeGreaterThan(FRACTION * 1.25);
            expect(driftPoints === 0 || points === 0).toBe(true);
          }
        }
        machine.steps({ score: 20, calm: true }, 40);
        expect(machine.state.incident).toBeUndefined();
        notices += watcher.notices;
      }),
      { seed: 20260102, numRuns: 100 },
    );
    expect(notices).toBeGreaterThan(100);
  });
});

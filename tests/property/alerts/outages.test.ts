import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataNotice, OutageState } from '../../../src/alerts/model.ts';
import { decideOutages } from '../../../src/alerts/outages.ts';
import { DEFAULT_ALERT_POLICY as policy } from '../../../src/alerts/policy.ts';
import { HOUR_MS, MINUTE_MS, START_AT } from '../../fakes/alert-machine.ts';
import { deepFreeze } from '../../fakes/deep-freeze.ts';

const SOURCES = ['binance-usdm', 'bybit', 'morpho-blue'];

const stretches = fc.array(
  fc.record({
    fresh: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    ticks: fc.integer({ min: 1, max: 20 }),
    minutes: fc.constantFrom(1, 1, 1, 3, 120),
  }),
  { minLength: 10, maxLength: 60 },
);

interface Told extends Pick<DataNotice, 'kind' | 'source' | 'outageId' | 'at'> {
  /** How long the source had been in its present condition, ms. */
  forMs: number;
}

/** Runs stretches through save and load, as the store does it. */
function watch(series: readonly { fresh: readonly boolean[]; ticks: number; minutes: number }[]) {
  let outages = new Map<string, OutageState>();
  const told: Told[] = [];
  const condition = SOURCES.map(() => ({ fresh: true, since: START_AT }));
  let now = START_AT;
  for (const { fresh, ticks, minutes } of series) {
    for (let tick = 0; tick < ticks; tick += 1) {
      now += minutes * MINUTE_MS;
      const sources = SOURCES.map((id, index) => {
        const isFresh = fresh[index] ?? true;
        if (condition[index]?.fresh !== isFresh) condition[index] = { fresh: isFresh, since: now };
        const expected = outages.get(id)?.retiredAt === undefined;
        return { id, title: id, expected, fresh: isFresh };
      });
      const stored: OutageState[] = JSON.parse(JSON.stringify([...outages.values()]));
      const input = deepFreeze({ outages: stored, sources, now, policy });
      const decision = decideOutages(input);
      expect(decideOutages(input)).toEqual(decision);
      outages = new Map(stored.map((outage) => [outage.source, outage]));
      for (const outage of decision.upsert) outages.set(outage.source, outage);
      for (const source of decision.remove) outages.delete(source);
      for (const { kind, source, outageId, at } of decision.notices) {
        const since = condition[SOURCES.indexOf(source)]?.since ?? now;
        told.push({ kind, source, outageId, at, forMs: now - since });
      }
    }
  }
  return { told, outages };
}

describe('outages, whatever the sources do', () => {
  it('each is told as lost once, retired at most once, back at most once, in this order', () => {
    let count = 0;
    fc.assert(
      fc.property(stretches, (series) => {
        const { told } = watch(series);
        count += told.length;
        for (const notices of Map.groupBy(told, ({ outageId }) => outageId).values()) {
          const kinds = notices.map(({ kind }) => kind.replace('source-', '')).join(' ');
          expect(kinds).toMatch(/^lost( retired)?( back)?$/);
        }
        for (const source of SOURCES) {
          const turns = told.filter((notice) => notice.source === source);
          const losses = turns.filter(({ kind }) => kind === 'source-lost');
          const backs = turns.filter(({ kind }) => kind === 'source-back');
          expect(losses.length - backs.length).toBeGreaterThanOrEqual(0);
          expect(losses.length - backs.length).toBeLessThanOrEqual(1);
          losses.slice(1).forEach(({ at }, index) => {
            const quietMs = policy.sourceLostAfterMs + policy.sourceBackAfterMs;
            expect(at - (losses[index]?.at ?? 0)).toBeGreaterThanOrEqual(quietMs);
          });
        }
        for (const { forMs } of told.filter(({ kind }) => kind === 'source-back')) {
          expect(forMs).toBeGreaterThanOrEqual(policy.sourceBackAfterMs);
        }
      }),
      { seed: 20260103, numRuns: 150 },
    );
    expect(count).toBeGreaterThan(300);
  });

  it('every outage ends once the source is back, and is retired once it is not', () => {
    fc.assert(
      fc.property(stretches, (series) => {
        const all = (fresh: boolean, ticks: number, minutes: number) => ({
          fresh: SOURCES.map(() => fresh),
          ticks,
          minutes,
        });
        expect(watch([...series, all(true, 7, 1)]).outages.size).toBe(0);
        const gone = watch([...series, all(false, 26, HOUR_MS / MINUTE_MS)]).outages;
        expect([...gone.values()].every(({ retiredAt }) => retiredAt !== undefined)).toBe(true);
        expect(gone.size).toBe(SOURCES.length);
      }),
      { seed: 20260104, numRuns: 60 },
    );
  });
});

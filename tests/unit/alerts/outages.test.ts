import { describe, expect, it } from 'vitest';
import type { OutageState } from '../../../src/alerts/model.ts';
import { decideOutages, type SourceHealth } from '../../../src/alerts/outages.ts';
import { DEFAULT_ALERT_POLICY as policy } from '../../../src/alerts/policy.ts';
import { MINUTE_MS, START_AT } from '../../fakes/alert-machine.ts';

/** Outages over time, saved and loaded as the store does between ticks. */
class OutageWatch {
  outages = new Map<string, OutageState>();
  told: string[] = [];
  retired: string[] = [];
  writes = 0;
  now = START_AT;

  tick(source: Partial<SourceHealth> & { fresh: boolean }, minutes = 1): void {
    this.now += minutes * MINUTE_MS;
    const full = { id: 'bybit', title: 'Bybit', expected: true, ...source };
    this.tickAll([full]);
  }

  tickAll(sources: readonly SourceHealth[]): void {
    const outages = [...this.outages.values()];
    const decision = decideOutages({ outages, sources, now: this.now, policy });
    this.writes += decision.upsert.length + decision.remove.length;
    for (const outage of decision.upsert) this.outages.set(outage.source, outage);
    for (const source of decision.remove) this.outages.delete(source);
    this.told.push(...decision.notices.map(({ kind }) => kind));
    this.retired = decision.retired;
  }
}

function ticks(watch: OutageWatch, fresh: boolean, count: number, minutes = 1): void {
  for (let tick = 0; tick < count; tick += 1) watch.tick({ fresh }, minutes);
}

describe('outages of a source', () => {
  it('fresh sources cost nothing', () => {
    const watch = new OutageWatch();
    ticks(watch, true, 50);
    expect([watch.writes, watch.told, watch.outages.size]).toEqual([0, [], 0]);
  });

  it('a loss is told once, after five minutes', () => {
    const watch = new OutageWatch();
    ticks(watch, false, 5);
    expect(watch.told).toEqual([]);
    ticks(watch, false, 60);
    expect(watch.told).toEqual(['source-lost']);
    expect(watch.writes).toBe(2);
  });

  it('a recovery is told once, when it has lasted five minutes', () => {
    const watch = new OutageWatch();
    ticks(watch, false, 10);
    ticks(watch, true, 5);
    expect(watch.told).toEqual(['source-lost']);
    ticks(watch, true, 20);
    expect(watch.told).toEqual(['source-lost', 'source-back']);
    expect(watch.outages.size).toBe(0);
  });

  it('a loss that was over before it was told stays untold', () => {
    const watch = new OutageWatch();
    ticks(watch, false, 4);
    ticks(watch, true, 20);
    expect(watch.told).toEqual([]);
    expect(watch.outages.size).toBe(0);
  });

  it('a source that comes and goes all day is one outage', () => {
    const watch = new OutageWatch();
    for (let round = 0; round < 100; round += 1) {
      ticks(watch, false, 8);
      ticks(watch, true, 3);
    }
    expect(watch.told).toEqual(['source-lost']);
  });

  it('after a day it is retired with one notice, and told when it is back', () => {
    const watch = new OutageWatch();
    ticks(watch, false, 24 * 6 + 1, 10);
    expect(watch.told).toEqual(['source-lost', 'source-retired']);
    expect(watch.retired).toEqual(['bybit']);
    for (let tick = 0; tick < 100; tick += 1) watch.tick({ fresh: false, expected: false }, 10);
    expect(watch.told).toHaveLength(2);
    expect(watch.retired).toEqual(['bybit']);
    for (let tick = 0; tick < 10; tick += 1) watch.tick({ fresh: true, expected: false });
    expect(watch.told).toEqual(['source-lost', 'source-retired', 'source-back']);
    expect([watch.retired, watch.outages.size]).toEqual([[], 0]);
  });

  it('after a restart the hold begins with the first look, however old the last figure', () => {
    const watch = new OutageWatch();
    watch.tick({ fresh: false, lastSeenAt: START_AT - 48 * 60 * MINUTE_MS });
    watch.tick({ fresh: false, lastSeenAt: START_AT - 48 * 60 * MINUTE_MS });
    expect(watch.told).toEqual([]);
  });

  it('a source switched off or taken from the list ends its outage without a word', () => {
    const watch = new OutageWatch();
    ticks(watch, false, 10);
    watch.tick({ fresh: false, expected: false });
    expect(watch.outages.size).toBe(0);
    ticks(watch, false, 10);
    watch.tickAll([]);
    expect(watch.outages.size).toBe(0);
    expect(watch.told).toEqual(['source-lost', 'source-lost']);
  });

  it('the notice says why, since when and for which assets', () => {
    const missing = { source: 'bybit', wanted: 'market', reason: 'timeout' } as const;
    const source = { id: 'bybit', title: 'Bybit', expected: true, fresh: false, missing };
    const since = START_AT - 6 * MINUTE_MS;
    const outage = { source: 'bybit', outageId: 'bybit-1', since };
    const { notices } = decideOutages({
      outages: [outage],
      sources: [{ ...source, assets: [] }],
      now: START_AT,
      policy,
    });
    expect(notices).toEqual([
      {
        kind: 'source-lost',
        source: 'bybit',
        outageId: 'bybit-1',
        since,
        at: START_AT,
        missing,
        assets: [],
      },
    ]);
  });
});

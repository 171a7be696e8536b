import { afterEach, describe, expect, it } from 'vitest';
import { type SimulatedSource, SOURCES } from '../../demo/market/control.ts';
import { assetId } from '../../src/signals/assets.ts';
import { SIDES } from '../../src/signals/model/ids.ts';
import type { OutboxRow } from '../../src/store/store.ts';
import { OUTAGES, runMinutes, toldRows } from './support/outage-plan.ts';
import {
  MINUTE_MS,
  type SimulatedRun,
  type SimulatedRunOptions,
  type Tick,
} from './support/simulated-run.ts';
import { startStoredRun } from './support/stored-run.ts';

const START = Date.UTC(2026, 10, 24, 12);
const ETH = assetId('ETH');

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

async function startRun(
  options: Pick<SimulatedRunOptions, 'scenario'> & Partial<SimulatedRunOptions>,
): Promise<SimulatedRun> {
  const started = await startStoredRun({ seed: 1, startAt: START, ...options });
  close = started.close;
  return started.run;
}

function failAll(run: SimulatedRun, kind: 'reset' | 'none'): void {
  for (const source of SOURCES) run.fault(source, kind);
}

/** The exchanges' own failures, without the wait for the first of them. */
const EARLY = OUTAGES.slice(0, 3).map((one) => ({
  ...one,
  fromMinute: one.fromMinute - 20,
  toMinute: one.toMinute - 20,
}));
const kindOf = (row: OutboxRow) => row.kind;
const isAboutMarket = (kind: string) => !kind.startsWith('source-');

async function tickUntil(run: SimulatedRun, most: number, done: (tick: Tick) => boolean) {
  for (let count = 1; count <= most; count += 1) {
    const tick = await run.tick();
    if (done(tick)) return tick;
  }
  throw new Error(`not within ${most} minutes`);
}

describe('a quiet market', () => {
  it('stays quiet however its sources fail: notices about data, never an alert', async () => {
    const run = await startRun({ scenario: 'quiet' });
    await run.firstLook();
    await run.ask('subscribe all elevated both');
    const ticks = await runMinutes(run, 83, EARLY);

    // What reads elevated in this market to begin with was told in the first minutes.
    const since = START + Math.min(...EARLY.map((one) => one.fromMinute)) * MINUTE_MS;
    const kinds = (await toldRows(run)).filter((row) => row.createdAt >= since).map(kindOf);
    expect(kinds.filter(isAboutMarket)).toEqual([]);
    expect(kinds.filter((kind) => kind === 'source-lost')).toHaveLength(EARLY.length);
    expect(kinds.filter((kind) => kind === 'source-back')).toHaveLength(EARLY.length);
    // Not because nothing moved: caution alone lifts a score by several points.
    const lifts = ticks.flatMap((tick) =>
      SIDES.map((side) => {
        const seen = tick.readings.get(ETH)?.[side];
        return (seen?.score.point ?? 0) - (seen?.scoreFrozen ?? 0);
      }),
    );
    expect(Math.max(...lifts)).toBeGreaterThan(5);
  }, 240_000);
});

describe('all sources down', () => {
  it('keeps the incident open, tells it blind once, and sighted once when they are back', async () => {
    const run = await startRun({ scenario: 'cascade' });
    await run.firstLook();
    await run.ask('subscribe ETH elevated down');
    const opened = await tickUntil(run, 3, (tick) => tick.incidents.has('ETH down'));
    const incident = opened.incidents.get('ETH down');
    failAll(run, 'reset');
    for (const tick of await runMinutes(run, 40)) {
      expect(tick.incidents.get('ETH down')).toMatchObject({
        id: incident?.id,
        level: incident?.level,
      });
    }
    expect(await run.ask('risk ETH')).toContain('0 of 3 venues');
    failAll(run, 'none');
    await runMinutes(run, 15);
    const rows = await toldRows(run);
    const about = rows.filter((row) => row.groupId === incident?.id).map((row) => row.kind);
    expect(about.slice(0, 3)).toEqual(['raise', 'blind', 'sighted']);
    expect(about.filter((kind) => kind === 'blind' || kind === 'sighted')).toHaveLength(2);
    expect(rows.filter((row) => row.kind === 'source-lost')).toHaveLength(SOURCES.length);
    expect(rows.filter((row) => row.kind === 'source-back')).toHaveLength(SOURCES.length);
    const blind = rows.find((row) => row.kind === 'blind');
    expect(JSON.stringify(blind?.doc)).toContain('not an all-clear');
  }, 240_000);

  it('from a cold start says it is warming up, never a number, and gets ready by itself later', async () => {
    const run = await startRun({ scenario: 'quiet' });
    failAll(run, 'reset');
    await run.firstLook();
    const [silent] = await runMinutes(run, 1);
    expect(silent?.readings.size).toBe(0);
    await run.ask('subscribe ETH,BTC elevated both');
    for (const question of ['risk', 'risk ETH', 'top', 'whatif ETH 5']) {
      const answer = await run.ask(question);
      expect(answer, question).toMatch(/warming up|nothing|no reading/i);
      expect(answer, question).not.toMatch(/\d\s*\/\s*100|\$\d|\d %/);
    }
    await runMinutes(run, 10);
    failAll(run, 'none');
    await tickUntil(run, 30, (tick) => tick.readings.get(ETH)?.coverage.fraction === 1);
    expect(await run.ask('risk ETH')).toMatch(/ETH risk: down \d+\/100/);
    expect((await toldRows(run)).map(kindOf).filter(isAboutMarket)).toEqual([]);
  }, 240_000);
});

describe('a source silent for a day', () => {
  it('leaves the expected set with one notice, and is counted again once it is back', async () => {
    const source: SimulatedSource = 'hyperliquid';
    const run = await startRun({ scenario: 'quiet' });
    await run.firstLook();
    await run.ask('subscribe all high both');
    await run.tick();
    run.fault(source, 'reset');
    const coverage = (tick: Tick | undefined) => tick?.readings.get(ETH)?.coverage;
    let last: Tick | undefined;
    for (let half = 0; half < 2 * 23; half += 1) {
      last = await run.tick(30);
      expect(coverage(last)?.venuesExpected).toBe(3);
    }
    expect(coverage(last)?.missing).toMatchObject([{ source }, { source, wanted: 'depth' }]);
    for (let half = 0; half < 2 * 3; half += 1) last = await run.tick(30);
    expect(coverage(last)).toMatchObject({ venuesExpected: 2, missing: [], fraction: 1 });
    run.fault(source, 'none');
    const back = await runMinutes(run, 15);
    expect(coverage(back.at(-1))).toMatchObject({ venuesExpected: 3, venuesFresh: 3, missing: [] });

    const about = (await toldRows(run)).filter((row) => row.groupId.startsWith(source));
    expect(about.map((row) => row.kind)).toEqual(['source-lost', 'source-retired', 'source-back']);
    const titles = (await toldRows(run)).map((row) => row.doc.title);
    expect(titles.filter((title) => !title.includes('Hyperliquid'))).toEqual([]);
  }, 240_000);
});

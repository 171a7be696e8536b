import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORY } from '../../demo/scenarios/build-up.ts';
import { assetId } from '../../src/signals/assets.ts';
import { levelRank, SIDES, type Side } from '../../src/signals/model/ids.ts';
import type { OutboxRow } from '../../src/store/store.ts';
import { linesOf } from '../fakes/message-lines.ts';
import {
  freshMinutes,
  minuteOf,
  OUTAGES,
  type Outage,
  periodMinutes,
  runMinutes,
  toldRows,
} from './support/outage-plan.ts';
import { MINUTE_MS, type SimulatedRun, type Tick } from './support/simulated-run.ts';
import { startStoredRun } from './support/stored-run.ts';

const START = Date.UTC(2026, 10, 24, 12);
const SHOCK_MINUTE = STORY.shockAtMs / MINUTE_MS;
const MINUTES = SHOCK_MINUTE + 3;
/** Still away when the cascade comes. */
const LAST: Outage = {
  source: 'hyperliquid',
  title: 'Hyperliquid',
  kind: 'reset',
  reason: 'unavailable',
  fromMinute: SHOCK_MINUTE - 15,
  toMinute: Number.POSITIVE_INFINITY,
};
const WATCHED = ['ETH', 'BTC'].map((name) => assetId(name));

describe('sources failing one after the other while leverage builds', () => {
  let run: SimulatedRun;
  let whole: Tick[];
  let faulted: Tick[];
  let told: OutboxRow[];
  const closers: (() => Promise<void>)[] = [];

  async function story(outages: readonly Outage[]) {
    const started = await startStoredRun({ scenario: 'cascade', seed: 1, startAt: START });
    closers.push(started.close);
    await started.run.firstLook();
    await started.run.ask('subscribe ETH,BTC elevated both');
    return { run: started.run, ticks: await runMinutes(started.run, MINUTES, outages) };
  }

  beforeAll(async () => {
    whole = (await story([])).ticks;
    const other = await story([...OUTAGES, LAST]);
    run = other.run;
    faulted = other.ticks;
    told = await toldRows(run);
  }, 300_000);

  afterAll(async () => {
    for (const close of closers) await close();
  });

  const missingAt = (minute: number, source: string) =>
    faulted[minute - 1]?.readings
      .get(WATCHED[0] ?? assetId('ETH'))
      ?.coverage.missing.filter((missing) => missing.source === source);
  const toldLevel = (tick: Tick | undefined, key: string) =>
    levelRank(tick?.incidents.get(key)?.level ?? 'low');
  const duringOutage = (minute: number) =>
    [...OUTAGES, LAST].filter(
      (one) => minute >= one.fromMinute && minute < one.toMinute + freshMinutes(one),
    );

  it('is the same story until the first one fails', () => {
    const first = Math.min(...OUTAGES.map((one) => one.fromMinute));
    const readings = (ticks: Tick[]) => ticks.slice(0, first - 1).map((tick) => [...tick.readings]);
    expect(readings(faulted)).toEqual(readings(whole));
  });

  it('never lowers what was told: it only rises until the cascade, as it does without failures', () => {
    for (const ticks of [whole, faulted]) {
      for (let index = 1; index < ticks.length; index += 1) {
        const before = toldLevel(ticks[index - 1], 'ETH down');
        expect(toldLevel(ticks[index], 'ETH down'), `minute ${index + 1}`).toBeGreaterThanOrEqual(
          before,
        );
      }
    }
    expect(whole.map((tick) => toldLevel(tick, 'ETH down'))).toContain(levelRank('high'));
    expect(toldLevel(faulted.at(-1), 'ETH down')).toBe(levelRank('critical'));
  });

  it('never reads calmer than the market did at some time since the source fell silent', () => {
    // A silent venue stays as last seen. So what a run without failures saw of it since then, at its
    // calmest, is the least that can be expected; a point for prices and hours of fewer venues.
    const slackPoints = 1;
    for (const asset of WATCHED) {
      for (const side of SIDES) {
        faulted.forEach((tick, index) => {
          const away = duringOutage(index + 1);
          const since = Math.min(index + 1, ...away.map((one) => one.fromMinute));
          const calmest = Math.min(
            ...whole.slice(since - 1, index + 1).map((other) => scoreOf(other, asset, side)),
          );
          const label = `${asset} ${side} at minute ${index + 1}`;
          expect(scoreOf(tick, asset, side), label).toBeGreaterThan(calmest - slackPoints);
        });
      }
    }
  });

  it('holds back a rise that only comes from what is missing', () => {
    const held = faulted.filter((tick) => {
      const seen = tick.readings.get(assetId('ETH'))?.down;
      return seen !== undefined && seen.level === 'high' && seen.levelFrozen === 'elevated';
    });
    expect(held.length).toBeGreaterThan(3);
    for (const tick of held) expect(tick.incidents.get('ETH down')?.level).toBe('elevated');
  });

  it.each([...OUTAGES, LAST])('names $title with the reason $reason while it is away', (one) => {
    const until = Math.min(one.toMinute - 1, MINUTES);
    const from = one.fromMinute + freshMinutes(one) + periodMinutes(one);
    expect(until - from).toBeGreaterThan(8);
    for (let minute = from; minute <= until; minute += 1) {
      expect(missingAt(minute, one.source)?.[0], `minute ${minute}`).toMatchObject({
        reason: one.reason,
        wanted: one.source === 'morpho-blue' ? 'position' : 'market',
      });
    }
  });

  it('tells each loss once, after the hold, and each recovery once', () => {
    const about = told.filter((row) => row.kind === 'source-lost' || row.kind === 'source-back');
    const expected = [...OUTAGES, LAST].flatMap((one) => {
      const lost = { kind: 'source-lost', title: `No data from ${one.title}` };
      const back = { kind: 'source-back', title: `${one.title} is back` };
      return one.toMinute > MINUTES ? [lost] : [lost, back];
    });
    const said = about.map(({ kind, doc }) => ({ kind, title: doc.title }));
    expect(said).toHaveLength(expected.length);
    expect(said).toEqual(expect.arrayContaining(expected));
    for (const one of OUTAGES) {
      const [lost, back] = ['source-lost', 'source-back'].map((kind) =>
        about.find(
          (row) =>
            row.kind === kind &&
            row.doc.title.includes(one.title) &&
            minuteOf(row.createdAt, START) > one.fromMinute,
        ),
      );
      const lostAt = minuteOf(lost?.createdAt ?? 0, START) - one.fromMinute;
      expect(lostAt).toBeGreaterThanOrEqual(freshMinutes(one) - periodMinutes(one) + 5);
      expect(lostAt).toBeLessThan(freshMinutes(one) + 12);
      expect(linesOf(lost?.doc).join(' ')).toContain(one.reason.replace('-', ' '));
      const backAt = minuteOf(back?.createdAt ?? 0, START) - one.toMinute;
      expect(backAt).toBeGreaterThanOrEqual(5);
      expect(backAt).toBeLessThan(12);
    }
  });

  it('names the source that is away in the warning of the cascade', () => {
    const warning = told.find(
      (row) => row.kind === 'escalate' && row.doc.title.includes('CRITICAL'),
    );
    expect(minuteOf(warning?.createdAt ?? 0, START)).toBeGreaterThanOrEqual(SHOCK_MINUTE);
    expect(warning?.doc.footer).toMatch(/^2 of 3 venues, \d+ % of the exposure/);
    expect(warning?.doc.footer).toMatch(
      /Hyperliquid missing \(unavailable, last seen 1\d min ago\)/,
    );
  });

  it('delivers everything that was decided', async () => {
    expect(told.map((row) => row.state)).toEqual(told.map(() => 'sent'));
    const arrived = [...faulted].flatMap((tick) => tick.messages.map((message) => message.id));
    expect(arrived.toSorted()).toEqual(told.map((row) => row.id).toSorted());
  });

  function scoreOf(tick: Tick, asset: (typeof WATCHED)[number], side: Side): number {
    return tick.readings.get(asset)?.[side].score.point ?? Number.NaN;
  }
});

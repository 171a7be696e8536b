import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AssetReport, buildReport, type DemoReport } from '../../demo/report.ts';
import { STORY } from '../../demo/scenarios/build-up.ts';
import { quiet } from '../../demo/scenarios/quiet.ts';
import { predictWith, toldAssets, toldMessages } from '../../demo/told.ts';
import type { OutboxRow } from '../../src/store/store.ts';
import { runMinutes, toldRows } from './support/outage-plan.ts';
import { CHAT, MINUTE_MS, type Tick } from './support/simulated-run.ts';
import { startStoredRun } from './support/stored-run.ts';

const LAUNCHER = join(import.meta.dirname, '../../bin/cascade-watch');
/** `npm run test:long` also plays the other seeds and scenarios. */
const LONG = process.env['CASCADE_WATCH_LONG'] !== undefined;
const START = Date.UTC(2026, 10, 24, 12);

/**
 * How far what was said before the shock may be from what came. The estimate knows open interest and
 * prices, not positions: it has been low, since it cannot see that late entries use more leverage.
 */
function expectTrueWithinBounds(report: AssetReport): void {
  const forced = (report.predictedForcedUsd ?? 0) / (report.trueForcedUsd ?? Number.NaN);
  expect(forced).toBeGreaterThan(1 / 3);
  expect(forced).toBeLessThan(3);
  const end = (report.predictedEndFraction ?? 0) / (report.trueEndFraction ?? Number.NaN);
  expect(end).toBeGreaterThan(0.65);
  expect(end).toBeLessThan(1.35);
}

interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Started in `folder`: its pictures go there. */
async function runDemo(folder: string, reportFile: string): Promise<Finished> {
  const child = spawn(LAUNCHER, ['demo', '--exit', '--report', reportFile], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  return { code, stdout, stderr };
}

describe('the demo, as a person starts it', () => {
  let folder: string;
  let finished: Finished;
  let report: DemoReport;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cascade-watch-'));
    const file = join(folder, 'report.json');
    finished = await runDemo(folder, file);
    report = JSON.parse(await readFile(file, 'utf8'));
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('ends by itself, in time and without a complaint', () => {
    expect(finished.stderr).toBe('');
    expect(finished.code).toBe(0);
    expect(report.durationMs).toBeLessThan(90_000);
  });

  it('warns of ETH before its cascade, as large as it says within bounds, and gives the all-clear', () => {
    const [ether] = report.assets;
    expect(ether?.asset).toBe('ETH');
    expect(ether?.leadMs).toBeGreaterThan(30 * MINUTE_MS);
    expect(ether?.trueForcedUsd).toBeGreaterThan(1e9);
    if (ether !== undefined) expectTrueWithinBounds(ether);
    expect(ether?.clearedAt).toBeGreaterThan(ether?.cascadeStartAt ?? Number.NaN);
  });

  it('accounts for every message that was decided', () => {
    const { decided, sent, refused, expired, superseded, lost } = report.messages;
    expect(decided).toBeGreaterThanOrEqual(4);
    expect(decided).toBe(sent + refused + expired + superseded);
    expect(lost).toBe(0);
  });

  it('tells the story in its order', () => {
    const story = [
      '> /subscribe ETH,BTC high both',
      'Subscribed: ETH, BTC',
      'ALERT HIGH',
      'ETH down: HIGH',
      'bad news: ETH falls',
      'ETH down: CRITICAL',
      'cascade over: ',
      'The high alert is over',
      'What was said and what came:',
      `messages: ${report.messages.decided} decided, ${report.messages.sent} sent, 0 lost`,
    ];
    let from = 0;
    for (const line of story) {
      const at = finished.stdout.indexOf(line, from);
      expect(at, `“${line}” after ${from}`).toBeGreaterThanOrEqual(from);
      from = at;
    }
  });
});

/** The same parts in lock-step: what does not depend on how fast this machine is. */
async function lockStep(
  scenario: string,
  seed: number,
  minutes: number,
  subscription: string,
): Promise<{ ticks: Tick[]; rows: OutboxRow[]; report: DemoReport }> {
  const { run, close } = await startStoredRun({ scenario, seed, startAt: START });
  try {
    await run.firstLook();
    await run.ask(subscription);
    const ticks = await runMinutes(run, minutes);
    const watched = ['ETH', 'SOL'];
    const readings = ticks.flatMap((tick) => [...tick.readings.values()]);
    const report = buildReport(run.market.truth(), {
      assets: await toldAssets(run.store, watched, readings, CHAT),
      messages: await toldMessages(run.store),
      durationMs: 0,
      predict: predictWith,
    });
    return { ticks, rows: await toldRows(run), report };
  } finally {
    await close();
  }
}

describe.runIf(LONG)('the scenarios, in lock-step', () => {
  const shockMinute = STORY.shockAtMs / MINUTE_MS;

  it.each([1, 3, 5])(
    'cascade, seed %i: warned ahead, within bounds, cleared',
    async (seed) => {
      const minutes = shockMinute + 90;
      const { report } = await lockStep('cascade', seed, minutes, 'subscribe ETH high both');
      const [ether] = report.assets;
      expect(ether?.leadMs).toBeGreaterThan(15 * MINUTE_MS);
      if (ether !== undefined) expectTrueWithinBounds(ether);
      expect(ether?.clearedAt).toBeGreaterThan(ether?.cascadeStartAt ?? Number.NaN);
      expect(report.messages.lost).toBe(0);
    },
    180_000,
  );

  it('shorts: warned on the up side before the squeeze', async () => {
    const { report, rows } = await lockStep(
      'shorts',
      3,
      shockMinute + 15,
      'subscribe SOL high both',
    );
    const [, solana] = report.assets;
    expect(solana?.leadMs).toBeGreaterThan(15 * MINUTE_MS);
    expect(rows[0]?.doc.title).toMatch(/^SOL up: HIGH/);
  }, 180_000);

  it.each([1, 2])(
    'quiet, seed %i: not one alert all day',
    async (seed) => {
      const minutes = quiet.lengthMs / MINUTE_MS;
      const { rows, ticks } = await lockStep('quiet', seed, minutes, 'subscribe all high both');
      expect(rows.map((row) => row.doc.title)).toEqual([]);
      expect(ticks.at(-1)?.readings.size).toBe(8);
    },
    600_000,
  );
});

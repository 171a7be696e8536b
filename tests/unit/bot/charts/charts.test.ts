import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LadderFigure } from '../../../../src/alerts/message-doc.ts';
import { drawFigure } from '../../../../src/bot/charts/draw-figure.ts';
import { ladderChart } from '../../../../src/bot/charts/ladder-chart.ts';
import { ladderMarks } from '../../../../src/bot/charts/ladder-marks.ts';
import {
  createRenderPool,
  type RenderPoolOptions,
} from '../../../../src/bot/charts/render-pool.ts';
import { saveChart } from '../../../../src/bot/charts/save-chart.ts';
import { ladderBars, ladderScale } from '../../../../src/bot/ladder-bars.ts';
import { makeSide } from '../../../fakes/make-reading.ts';
import { tempFolder } from '../../../fakes/temp-store.ts';

function figure(overrides: Partial<LadderFigure> = {}): LadderFigure {
  return {
    kind: 'liquidation-ladder',
    asset: 'ETH',
    priceUsd: 2500,
    at: Date.UTC(2026, 0, 1, 12),
    caption: '3 of 3 venues, oldest 40 s',
    sides: (['down', 'up'] as const).map((side) => ({
      side,
      level: 'high',
      profile: makeSide(side, 70).profile,
      criticalShockFraction: 0.031,
    })),
    ...overrides,
  };
}

describe('bars', () => {
  test('hold every dollar within reach, on the right side of log and percent', () => {
    const scale = ladderScale(figure(), 32);
    const [down, up] = figure().sides;
    if (down === undefined || up === undefined) throw new Error('no sides');
    const fall = ladderBars(down, scale);
    const rise = ladderBars(up, scale);
    expect(fall.at(-1)?.cumulativeUsd).toBe(463e6);
    // A log distance of 0.13 is a fall of 12.2 % but a rise of 13.9 %.
    const last = (bars: typeof fall) => bars.findLast((bar) => bar.exactUsd > 0)?.fromFraction;
    expect(last(fall)).toBeCloseTo(0.12, 9);
    expect(last(rise)).toBeCloseTo(0.135, 9);
    expect(fall.reduce((sum, bar) => sum + bar.exactUsd, 0)).toBe(183e6);
  });

  test('reach far enough for every mark, within the limit of bars', () => {
    const [down] = figure().sides;
    if (down === undefined) throw new Error('no side');
    const shock = { shockFraction: 0.2, endFraction: 0.28 };
    const scale = ladderScale(figure({ sides: [{ ...down, shock }] }), 32);
    expect(scale.reachFraction).toBeGreaterThanOrEqual(0.28);
    expect(scale.reachFraction / scale.stepFraction).toBeLessThanOrEqual(32);
  });
});

test('marks: each critical shock, and a what-if with its end', () => {
  const [down, up] = figure().sides;
  if (down === undefined || up === undefined) throw new Error('no sides');
  const sides = [{ ...down, shock: { shockFraction: 0.05, endFraction: 0.08 } }, up];
  const marks = ladderMarks(figure({ sides }), (move) => move.toFixed(3));
  expect(marks.map(({ label, moveFraction }) => [label, moveFraction])).toEqual([
    ['critical shock -0.031', -0.031],
    ['shock -0.050', -0.05],
    ['ends at -0.080', -0.08],
    ['critical shock 0.031', 0.031],
  ]);
});

test('the chart names asset, price, time, levels and what it stands on', () => {
  const text = JSON.stringify(ladderChart(figure()));
  for (const part of ['ETH liquidation ladder', '$2,500 · 12:00 UTC', 'down HIGH', 'bars per ']) {
    expect(text).toContain(part);
  }
  expect(text).toContain('3 of 3 venues, oldest 40 s');
  expect(text).not.toMatch(/NaN|undefined/);
});

describe('pictures', () => {
  const PNG = [0x89, 0x50, 0x4e, 0x47];

  test('the same figure gives the same bytes, another one others', () => {
    const first = drawFigure(figure());
    expect([...first.subarray(0, 4)]).toEqual(PNG);
    expect(Buffer.compare(first, drawFigure(figure()))).toBe(0);
    expect(Buffer.compare(first, drawFigure(figure({ priceUsd: 2600 })))).not.toBe(0);
    const size = Buffer.from(first);
    expect([size.readUInt32BE(16), size.readUInt32BE(20)]).toEqual([1200, 840]);
    expect(first.length).toBeLessThan(300_000);
  });

  test('text from outside is text, not markup', () => {
    const evil = `<script>&"]]>\u0000\u001b 清算 ${'&'.repeat(3_000)}`;
    expect(drawFigure(figure({ caption: evil, asset: evil.slice(0, 40) })).length).toBeGreaterThan(
      1_000,
    );
  });

  test('an empty ladder is still a picture', () => {
    const profile = { distances: [], exactUsd: [], estimatedUsd: [] };
    const sides = figure().sides.map(({ side, level }) => ({ side, level, profile }));
    expect(drawFigure(figure({ sides })).length).toBeGreaterThan(1_000);
  });
});

describe('the drawing thread', () => {
  function open(options?: RenderPoolOptions) {
    const pool = createRenderPool(options);
    onTestFinished(() => pool.close());
    return pool;
  }

  test('draws what the function draws', async () => {
    const outcome = await open({ deadlineMs: 20_000 }).draw(figure());
    if (outcome.kind !== 'drawn') throw new Error(outcome.reason);
    expect(Buffer.compare(outcome.png, drawFigure(figure()))).toBe(0);
  });

  test('a malformed figure is a failed outcome, and the next one is drawn', async () => {
    const pool = open({ deadlineMs: 20_000 });
    const broken = { ...figure(), sides: null } as unknown as LadderFigure;
    expect((await pool.draw(broken)).kind).toBe('failed');
    expect((await pool.draw(figure())).kind).toBe('drawn');
  });

  test('a thread that dies or hangs is replaced', async () => {
    const folder = await tempFolder();
    const program = async (name: string, code: string) => {
      await writeFile(join(folder, name), code);
      return pathToFileURL(join(folder, name));
    };
    const dies = await program(
      'dies.mjs',
      `import { parentPort } from 'node:worker_threads';
      parentPort.on('message', () => { throw new Error('out of ink'); });`,
    );
    const pool = open({ workerUrl: dies, deadlineMs: 20_000 });
    const outcome = await pool.draw(figure());
    expect(outcome).toEqual({ kind: 'failed', reason: 'drawing thread failed: out of ink' });
    expect((await pool.draw(figure())).kind).toBe('failed');
    const hangs = await program(
      'hangs.mjs',
      `import { parentPort } from 'node:worker_threads';
      parentPort.on('message', () => { for (;;); });`,
    );
    const late = await open({ workerUrl: hangs, deadlineMs: 300 }).draw(figure());
    expect(late).toEqual({ kind: 'failed', reason: 'drawing took too long' });
  });

  test('too many at once fail at once instead of being late, and a closed pool draws nothing', async () => {
    const pool = createRenderPool({ maxWaiting: 1, deadlineMs: 20_000 });
    const first = pool.draw(figure());
    expect(await pool.draw(figure())).toEqual({
      kind: 'failed',
      reason: 'too many charts are waiting',
    });
    await pool.close();
    expect((await first).kind).toBe('failed');
    expect((await pool.draw(figure())).kind).toBe('failed');
  });
});

describe('saved charts', () => {
  test('are named after asset and time, and never overwrite each other', async () => {
    const folder = join(await tempFolder(), 'charts');
    const first = await saveChart(folder, figure(), new Uint8Array([1]));
    const second = await saveChart(folder, figure(), new Uint8Array([2]));
    expect([first, second].map((path) => path.slice(folder.length + 1))).toEqual([
      'ETH-20260101T120000Z.png',
      'ETH-20260101T120000Z-2.png',
    ]);
    expect([...(await readFile(first))]).toEqual([1]);
  });

  test('a name from outside cannot leave the folder', async () => {
    const folder = await tempFolder();
    const path = await saveChart(folder, figure({ asset: '../../etc/x' }), new Uint8Array([1]));
    expect(path).toBe(join(folder, 'ETCX-20260101T120000Z.png'));
  });

  test('only the newest 200 are kept, other files are left alone', async () => {
    const folder = await tempFolder();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'notes.txt'), 'mine');
    for (let day = 0; day < 203; day += 1) {
      await saveChart(folder, figure({ at: Date.UTC(2026, 0, 1 + day) }), new Uint8Array([1]));
    }
    const names = await readdir(folder);
    expect(names).toHaveLength(201);
    expect(names).toContain('notes.txt');
    expect(names).not.toContain('ETH-20260101T000000Z.png');
  });
});

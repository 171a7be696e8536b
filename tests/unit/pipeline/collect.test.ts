import { expect, it } from 'vitest';
import { createHourRecorder } from '../../../src/hour-recorder.ts';
import { createMetrics } from '../../../src/operations/metrics.ts';
import { createCollector } from '../../../src/pipeline/collect.ts';
import { createPositionKeeper } from '../../../src/pipeline/position-keeper.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { Observation } from '../../../src/signals/model/observations.ts';
import type { SnapshotStore, SourceSnapshot } from '../../../src/store/store.ts';
import {
  makeBorrowPosition,
  makeDepth,
  makeFunding,
  makeGap,
  makeMark,
  makeOpenInterest,
} from '../../fakes/make-observations.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { scriptedSource } from '../../fakes/scripted-source.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';

const T0 = Date.UTC(2026, 0, 1, 10);
const MINUTE = 60_000;
const COINS = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE'];
const goOn = new AbortController().signal;

/** Keeps the newest snapshot of each job, as the real one does. */
function memorySnapshots(): SnapshotStore {
  const kept = new Map<string, SourceSnapshot>();
  return {
    save: async (snapshot) => void kept.set(`${snapshot.source} ${snapshot.job}`, snapshot),
    all: async () => [...kept.values()],
  };
}

function make(snapshots = memorySnapshots(), clock = new VirtualClock(T0)) {
  const recorder = createHourRecorder();
  const log = new RecordingLogger();
  const metrics = createMetrics();
  const positions = createPositionKeeper();
  const depth = { assets: 1, always: [assetId('SOL')] };
  const parts = { snapshots, positions, recorder, metrics, clock, log, depth };
  const collector = createCollector({ ...parts, forgetAfterMs: 24 * 60 * MINUTE });
  const row = (instrument: string, source = 'bybit') =>
    collector.board().sources.get(source)?.instruments.get(instrument);
  return { collector, recorder, log, metrics, positions, snapshots, clock, row };
}

const marks = (at: number, priceUsd: number): Observation[] =>
  COINS.map((coin, index) => makeMark('bybit', coin, priceUsd + index, at));

it('a batch goes on the board, into the running hours, the summary and the store', async () => {
  const { collector, recorder, snapshots, row } = make();
  const bybit = scriptedSource('bybit');
  bybit.next({ observations: marks(T0, 100), rowsSeen: 6, rowsDropped: 1, dropSamples: ['x'] });
  await collector.collect(bybit, 'market', goOn);
  expect(row('BTCUSDT')?.market?.markPriceUsd).toBe(100);
  expect(recorder.takeChanged()).toHaveLength(5);
  expect(collector.summaries().get('bybit')).toEqual({ rows: 6, rowsDropped: 1, takenAt: T0 });
  const [saved] = await snapshots.all();
  expect(saved).toMatchObject({ source: 'bybit', job: 'market', takenAt: T0, gaps: [] });
  expect(saved?.observations).toEqual(marks(T0, 100));
});

it('what is on no coin reaches neither the board nor the hours nor the store', async () => {
  const { collector, recorder, snapshots, row } = make();
  const bybit = scriptedSource('bybit');
  const stock = { ...makeMark('bybit', 'META', 700, T0), assetClass: 'stock' as const };
  const interest = makeOpenInterest('bybit', 'META', 5e9, T0);
  bybit.next({ observations: [...marks(T0, 100), interest, stock] });
  await collector.collect(bybit, 'market', goOn);
  expect(row('METAUSDT')).toBeUndefined();
  expect(recorder.takeChanged()).toHaveLength(5);
  expect((await snapshots.all())[0]?.observations).toEqual(marks(T0, 100));
});

it('a restart knows the values of the last run', async () => {
  const { collector, snapshots } = make();
  const bybit = scriptedSource('bybit');
  bybit.next({ observations: marks(T0, 100) });
  await collector.collect(bybit, 'market', goOn);
  const restarted = make(snapshots, new VirtualClock(T0 + MINUTE));
  await restarted.collector.restore();
  expect(restarted.row('ETHUSDT')?.market).toEqual(makeMark('bybit', 'ETH', 101, T0));
});

it('a failed batch never replaces a snapshot, and is told', async () => {
  const { collector, snapshots, clock, log, row } = make();
  const bybit = scriptedSource('bybit');
  bybit.next({ observations: marks(T0, 100) });
  await collector.collect(bybit, 'market', goOn);
  await clock.advance(MINUTE);
  bybit.next({ gaps: [makeGap('bybit', 'market', 'unavailable')] });
  await collector.collect(bybit, 'market', goOn);
  expect(row('BTCUSDT')?.market?.markPriceUsd).toBe(100);
  expect((await snapshots.all())[0]).toMatchObject({ takenAt: T0, gaps: [] });
  expect(log.lines).toMatchObject([
    { level: 'warn', fields: { source: 'bybit', job: 'market', gaps: 1, reason: 'unavailable' } },
  ]);
});

it('half a batch does not cost a restart the other half', async () => {
  const { collector, snapshots, clock } = make();
  const bybit = scriptedSource('bybit');
  bybit.next({
    observations: [...marks(T0, 100), makeOpenInterest('bybit', 'BTC', 5e9, T0)],
  });
  await collector.collect(bybit, 'market', goOn);
  await clock.advance(MINUTE);
  bybit.next({
    observations: [makeMark('bybit', 'BTC', 90, T0 + MINUTE)],
    gaps: [makeGap('bybit', 'open-interest')],
  });
  await collector.collect(bybit, 'market', goOn);
  const restarted = make(snapshots, clock);
  await restarted.collector.restore();
  expect(restarted.row('BTCUSDT')).toMatchObject({
    market: { markPriceUsd: 90, observedAt: T0 + MINUTE },
    openInterest: { openInterestUsd: 5e9, observedAt: T0 },
  });
  expect(restarted.row('ETHUSDT')?.market).toMatchObject({ markPriceUsd: 101, observedAt: T0 });
});

it('a market that whole batches lack is carried over a restart as absent, for a day', async () => {
  const { collector, snapshots, clock } = make();
  const bybit = scriptedSource('bybit');
  bybit.next({ observations: [...marks(T0, 100), makeOpenInterest('bybit', 'BTC', 5e9, T0)] });
  await collector.collect(bybit, 'market', goOn);
  await clock.advance(MINUTE);
  bybit.next({ observations: marks(T0 + MINUTE, 90).slice(1) });
  await collector.collect(bybit, 'market', goOn);

  const restarted = make(snapshots, clock);
  await restarted.collector.restore();
  expect(restarted.row('BTCUSDT')).toMatchObject({
    openInterest: { openInterestUsd: 5e9, observedAt: T0 },
    absentSince: T0 + MINUTE,
  });
  expect(restarted.row('ETHUSDT')?.absentSince).toBeUndefined();

  await clock.advance(24 * 60 * MINUTE + 1);
  bybit.next({ observations: marks(clock.now(), 80).slice(1) });
  await restarted.collector.collect(bybit, 'market', goOn);
  const [saved] = await snapshots.all();
  expect(saved?.observations).toHaveLength(4);
  expect(saved?.absentSince).toBeUndefined();
});

it('a snapshot from the future, of a clock that was wrong, does not shut out what comes now', async () => {
  const { collector, snapshots } = make(
    memorySnapshots(),
    new VirtualClock(T0 + 365 * 1440 * MINUTE),
  );
  const bybit = scriptedSource('bybit');
  bybit.next({ observations: marks(T0, 100) });
  await collector.collect(bybit, 'market', goOn);
  const restarted = make(snapshots, new VirtualClock(T0 + MINUTE));
  await restarted.collector.restore();
  bybit.next({ observations: marks(T0 + MINUTE, 90) });
  await restarted.collector.collect(bybit, 'market', goOn);
  expect(restarted.row('BTCUSDT')?.market?.markPriceUsd).toBe(90);
});

it('a venue that serves frozen numbers makes no hours of a calm market', async () => {
  const { collector, recorder, clock } = make();
  const bybit = scriptedSource('bybit');
  bybit.next({ observations: marks(T0, 100) });
  await collector.collect(bybit, 'market', goOn);
  recorder.takeChanged();
  await clock.advance(60 * MINUTE);
  bybit.next({ observations: marks(T0 + 60 * MINUTE, 100) });
  await collector.collect(bybit, 'market', goOn);
  expect(new Set(recorder.takeChanged().map(({ hourAt }) => hourAt))).toEqual(new Set([T0]));
});

it('a venue whose clock is ahead writes no hours that have not begun', async () => {
  const { collector, recorder } = make();
  const bybit = scriptedSource('bybit');
  bybit.next({ observations: [makeMark('bybit', 'BTC', 100, T0 + 90 * MINUTE)] });
  await collector.collect(bybit, 'market', goOn);
  expect(recorder.takeChanged()).toMatchObject([{ hourAt: T0 }]);
});

it('the funding in force is recorded, not the one settled before', async () => {
  const { collector, recorder } = make();
  const bybit = scriptedSource('bybit');
  bybit.next({
    observations: [
      makeFunding('bybit', 'BTC', 0.3, T0, 'predicted'),
      makeFunding('bybit', 'BTC', 0.1, T0, 'settled'),
    ],
  });
  await collector.collect(bybit, 'market', goOn);
  expect(recorder.takeChanged()).toMatchObject([{ fundingAnnualFraction: 0.3 }]);
});

it('order books are asked of the largest market and those wanted in any case', async () => {
  const { collector, recorder, snapshots } = make();
  const bybit = scriptedSource('bybit');
  bybit.next({
    observations: COINS.map((coin, i) => makeOpenInterest('bybit', coin, 1e9 - i * 1e8, T0)),
  });
  await collector.collect(bybit, 'market', goOn);
  recorder.takeChanged();
  bybit.next({ observations: [makeDepth('bybit', 'BTC', T0)] });
  await collector.collect(bybit, 'depth', goOn);
  expect(bybit.runs.at(-1)?.targets.map(({ instrument }) => instrument)).toEqual([
    'BTCUSDT',
    'SOLUSDT',
  ]);
  expect(recorder.takeChanged()).toEqual([]);
  const saved = (await snapshots.all()).find(({ job }) => job === 'depth');
  expect(saved?.observations).toEqual([makeDepth('bybit', 'BTC', T0)]);
  expect(collector.summaries().get('bybit')?.rows).toBe(5);
});

it('half a read of positions is completed from the stored one', async () => {
  const { collector, snapshots, clock, positions } = make();
  const morpho = scriptedSource('morpho-blue', 'lending');
  const account = (name: string) => makeBorrowPosition('morpho-blue', name, 1000, 500, T0);
  morpho.next({ observations: [account('a'), account('b')] });
  await collector.collect(morpho, 'position', goOn);
  await clock.advance(5 * MINUTE);
  morpho.next({ observations: [account('a')], gaps: [makeGap('morpho-blue', 'position')] });
  await collector.collect(morpho, 'position', goOn);
  expect((await snapshots.all())[0]?.observations).toHaveLength(2);
  expect(positions.book(new Map(), new Set(['morpho-blue']))?.positions).toBe(2);
});

it.each([
  ['whole', []],
  ['cut off by a chosen limit', [makeGap('morpho-blue', 'position', 'unsupported')]],
])('a read that is %s replaces the one before: what is gone was repaid', async (_, gaps) => {
  const { collector, snapshots } = make();
  const morpho = scriptedSource('morpho-blue', 'lending');
  const account = (name: string) => makeBorrowPosition('morpho-blue', name, 1000, 500, T0);
  morpho.next({ observations: [account('a'), account('b')] });
  await collector.collect(morpho, 'position', goOn);
  morpho.next({ observations: [account('a')], gaps });
  await collector.collect(morpho, 'position', goOn);
  expect((await snapshots.all())[0]?.observations).toHaveLength(1);
});

it('positions of the last run are back in the book after a restart', async () => {
  const { collector, snapshots } = make();
  const morpho = scriptedSource('morpho-blue', 'lending');
  morpho.next({ observations: [makeBorrowPosition('morpho-blue', 'a', 1000, 500, T0)] });
  await collector.collect(morpho, 'position', goOn);
  const restarted = make(snapshots);
  await restarted.collector.restore();
  expect(restarted.positions.book(new Map(), new Set(['morpho-blue']))?.positions).toBe(1);
});

it('a protocol that stopped does not replace the read before, which is re-priced instead', async () => {
  const { collector, positions, snapshots, clock } = make();
  const morpho = scriptedSource('morpho-blue', 'lending');
  const read = () =>
    COINS.map((_, index) => makeBorrowPosition('morpho-blue', `0x${index}`, 1000, 600 + index, T0));
  const book = (ethUsd: number) =>
    positions.book(new Map([[assetId('ETH'), ethUsd]]), new Set(['morpho-blue']));
  book(2000);
  morpho.next({ observations: read() });
  await collector.collect(morpho, 'position', goOn);
  const before = book(1900);
  await clock.advance(5 * MINUTE);
  morpho.next({ observations: read() });
  await collector.collect(morpho, 'position', goOn);
  expect(book(1900)).toBe(before);
  expect((await snapshots.all())[0]?.takenAt).toBe(T0);
});

it('accounts are never logged', async () => {
  const { collector, log } = make();
  const morpho = scriptedSource('morpho-blue', 'lending');
  morpho.next({
    observations: [makeBorrowPosition('morpho-blue', '0xprivate', 1000, 500, T0)],
    gaps: [makeGap('morpho-blue', 'position')],
    rowsDropped: 1,
    dropSamples: ['a row'],
  });
  await collector.collect(morpho, 'position', goOn);
  expect(log.lines).toHaveLength(2);
  expect(JSON.stringify(log.lines)).not.toContain('0xprivate');
});

it('what arrives after a stop is left alone', async () => {
  const { collector, snapshots } = make();
  const bybit = scriptedSource('bybit');
  bybit.next({ observations: marks(T0, 100) });
  const stopped = AbortSignal.abort(new Error('stopped'));
  await expect(collector.collect(bybit, 'market', stopped)).rejects.toThrow('stopped');
  expect(collector.board().sources.size).toBe(0);
  expect(await snapshots.all()).toEqual([]);
});

it('a gap that is no failure is worth no warning', async () => {
  const { collector, log } = make();
  const bybit = scriptedSource('bybit');
  bybit.next({ observations: marks(T0, 1), gaps: [makeGap('bybit', 'depth', 'unsupported')] });
  await collector.collect(bybit, 'market', goOn);
  expect(log.lines).toEqual([]);
});

it('an answer with nothing but "unsupported" is logged: a venue that moved must not go unnoticed', async () => {
  const { collector, log } = make();
  const bybit = scriptedSource('bybit');
  bybit.next({ gaps: [makeGap('bybit', 'market', 'unsupported')] });
  await collector.collect(bybit, 'market', goOn);
  expect(log.lines).toMatchObject([{ level: 'warn', fields: { reason: 'unsupported' } }]);
});

import { expect, it } from 'vitest';
import { type BackfillProgress, backfill } from '../../../src/pipeline/backfill.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { applyBatch, type Board, emptyBoard } from '../../../src/signals/observe/board.ts';
import type { Store } from '../../../src/store/store.ts';
import { makeGap, makeOpenInterest } from '../../fakes/make-observations.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { hoursOf, type ScriptedSource, scriptedSource } from '../../fakes/scripted-source.ts';
import { openTempStore } from '../../fakes/temp-store.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 10, 12, 34);
const TO = Date.UTC(2026, 0, 10, 12);
const START = TO - 2 * 24 * HOUR;
const COINS = { BTC: 300, ETH: 200, SOL: 100 };

function boardOf(...sources: string[]): Board {
  const board = emptyBoard();
  for (const source of sources) {
    const observations = Object.entries(COINS).map(([coin, usd]) =>
      makeOpenInterest(source, coin, usd, NOW),
    );
    applyBatch(board, { source, job: 'market', takenAt: NOW, observations, gaps: [] });
  }
  return board;
}

async function run(
  sources: ScriptedSource[],
  store: Store,
  options: { days?: number; assets?: number; signal?: AbortSignal } = {},
) {
  const log = new RecordingLogger();
  const progress: BackfillProgress[] = [];
  const result = await backfill({
    sources,
    board: boardOf(...sources.map(({ adapter }) => adapter.id)),
    series: store.series,
    clock: new VirtualClock(NOW),
    log,
    days: options.days ?? 2,
    assets: options.assets ?? 3,
    always: [],
    signal: options.signal ?? new AbortController().signal,
    onProgress: (step) => progress.push({ ...step }),
  });
  return { result, progress, log };
}

it('reads complete hours of the largest market of each large asset, the largest first', async () => {
  const bybit = scriptedSource('bybit');
  const store = await openTempStore();
  const { result } = await run([bybit], store);
  expect(bybit.historyCalls).toEqual(
    ['BTC', 'ETH', 'SOL'].map((coin) => ({
      instrument: `${coin}USDT`,
      asset: assetId(coin),
      from: START,
      to: TO,
    })),
  );
  expect(result).toEqual({ done: 3, total: 3, failed: 0 });
  expect(await store.series.readInstrumentHours(assetId('SOL'), 0, NOW)).toHaveLength(48);
});

it('tells how far it is, from the start', async () => {
  const { progress } = await run([scriptedSource('bybit')], await openTempStore());
  expect(progress).toEqual([0, 1, 2, 3].map((done) => ({ done, total: 3, failed: 0 })));
});

it('keeps an hour the venue gives for the running one out: it is not complete', async () => {
  const bybit = scriptedSource('bybit');
  bybit.onHistory((call) => ({ hours: hoursOf('bybit', call, call.from, TO + HOUR), gaps: [] }));
  const store = await openTempStore();
  await run([bybit], store, { assets: 1 });
  const hours = await store.series.readInstrumentHours(assetId('BTC'), 0, NOW + HOUR);
  expect(hours.at(-1)?.hourAt).toBe(TO - HOUR);
});

it('a second run asks for nothing that is stored', async () => {
  const store = await openTempStore();
  await run([scriptedSource('bybit')], store);
  const again = scriptedSource('bybit');
  const { result } = await run([again], store);
  expect(again.historyCalls).toEqual([]);
  expect(result).toEqual({ done: 0, total: 0, failed: 0 });
});

it('stopped half-way, the next run goes on with what is missing', async () => {
  const store = await openTempStore();
  const stopper = new AbortController();
  const first = scriptedSource('bybit');
  first.onHistory((call) => {
    if (call.instrument === 'ETHUSDT') stopper.abort(new Error('stopped'));
    return { hours: hoursOf('bybit', call, call.from, call.to), gaps: [] };
  });
  await expect(run([first], store, { signal: stopper.signal })).rejects.toThrow('stopped');
  const second = scriptedSource('bybit');
  await run([second], store);
  expect(second.historyCalls.map(({ instrument }) => instrument)).toEqual(['SOLUSDT']);
});

it('live hours written after a stop do not pass for the history that was never read', async () => {
  const store = await openTempStore();
  const BTC = { instrument: 'BTCUSDT', asset: assetId('BTC') };
  await store.series.writeInstrumentHours(hoursOf('bybit', BTC, TO - HOUR, TO + HOUR));
  const bybit = scriptedSource('bybit');
  await run([bybit], store, { assets: 1 });
  expect(bybit.historyCalls).toMatchObject([{ instrument: 'BTCUSDT', from: START }]);
});

it.each([
  ['another venue', 'hyperliquid', 'BTCUSDT'],
  ['another market of the venue', 'bybit', 'BTCUSDC'],
])('a few hours of its own and all of %s do not pass for its history', async (_, venue, market) => {
  const store = await openTempStore();
  const asset = assetId('BTC');
  const whole = hoursOf(venue, { instrument: market, asset }, START, TO);
  const own = hoursOf('bybit', { instrument: 'BTCUSDT', asset }, TO - HOUR, TO);
  await store.series.writeInstrumentHours([...whole, ...own]);
  const bybit = scriptedSource('bybit');
  await run([bybit], store, { assets: 1 });
  expect(bybit.historyCalls).toMatchObject([{ instrument: 'BTCUSDT', from: START }]);
});

it('another venue’s hours do not pass for this one’s', async () => {
  const store = await openTempStore();
  await run([scriptedSource('hyperliquid')], store);
  const bybit = scriptedSource('bybit');
  await run([bybit], store);
  expect(bybit.historyCalls).toHaveLength(3);
});

it('an instrument that gives nothing is counted, told, and does not stop the others', async () => {
  const bybit = scriptedSource('bybit');
  bybit.onHistory((call) =>
    call.instrument === 'ETHUSDT'
      ? { hours: [], gaps: [makeGap('bybit', 'history', 'timeout', 'ETHUSDT')] }
      : { hours: hoursOf('bybit', call, call.from, call.to), gaps: [] },
  );
  const store = await openTempStore();
  const { result, log } = await run([bybit], store);
  expect(result).toEqual({ done: 3, total: 3, failed: 1 });
  expect(log.lines).toMatchObject([
    { level: 'warn', fields: { source: 'bybit', instrument: 'ETHUSDT', reason: 'timeout' } },
  ]);
  const next = scriptedSource('bybit');
  await run([next], store);
  expect(next.historyCalls.map(({ instrument }) => instrument)).toEqual(['ETHUSDT']);
});

it('what a venue does not keep is worth no warning', async () => {
  const bybit = scriptedSource('bybit');
  bybit.onHistory((call) => ({
    hours: hoursOf('bybit', call, call.from, call.to),
    gaps: [makeGap('bybit', 'history', 'unsupported')],
  }));
  expect((await run([bybit], await openTempStore())).log.lines).toEqual([]);
});

it('venues are read side by side, lending protocols not at all', async () => {
  const morpho = scriptedSource('morpho-blue', 'lending');
  const venues = [scriptedSource('bybit'), scriptedSource('hyperliquid'), morpho];
  const { result } = await run(venues, await openTempStore());
  expect(result.total).toBe(6);
  expect(morpho.historyCalls).toEqual([]);
});

it.each([{ days: 0 }, { assets: 0 }])('switched off by %o it reads nothing', async (options) => {
  const bybit = scriptedSource('bybit');
  const { result, progress } = await run([bybit], await openTempStore(), options);
  expect(bybit.historyCalls).toEqual([]);
  expect(result.total).toBe(0);
  expect(progress).toEqual([]);
});

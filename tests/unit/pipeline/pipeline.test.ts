import { expect, it } from 'vitest';
import { DEFAULT_ALERT_POLICY } from '../../../src/alerts/policy.ts';
import { createHourRecorder } from '../../../src/hour-recorder.ts';
import { createMetrics } from '../../../src/operations/metrics.ts';
import { createAlertStep } from '../../../src/pipeline/alert-step.ts';
import { createBaselines, type KeptBaseline } from '../../../src/pipeline/baselines.ts';
import { createCollector } from '../../../src/pipeline/collect.ts';
import { createLiveReadings } from '../../../src/pipeline/live-readings.ts';
import { createPipeline } from '../../../src/pipeline/pipeline.ts';
import { createPositionKeeper } from '../../../src/pipeline/position-keeper.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { DEFAULT_EVALUATE_SETTINGS } from '../../../src/signals/evaluate.ts';
import { DEFAULT_OBSERVE_SETTINGS } from '../../../src/signals/observe/settings.ts';
import type { SeriesStore } from '../../../src/store/store.ts';
import { makeMark, makeOpenInterest } from '../../fakes/make-observations.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { scriptedSource } from '../../fakes/scripted-source.ts';
import { openTempStore } from '../../fakes/temp-store.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';

const T0 = Date.UTC(2026, 0, 1, 10);
const goOn = new AbortController().signal;
const BTC = assetId('BTC');

/** A pipeline with one venue of two coins, whose series and baselines the test can break. */
async function make(broken: {
  series?: Partial<SeriesStore>;
  baselineOf?: (asset: string) => KeptBaseline | undefined;
}) {
  const real = await openTempStore();
  const store = { ...real, series: { ...real.series, ...broken.series } };
  const [clock, log, metrics] = [new VirtualClock(T0), new RecordingLogger(), createMetrics()];
  const [recorder, positions] = [createHourRecorder(), createPositionKeeper()];
  const readings = createLiveReadings(store.readings);
  const parts = { positions, recorder, metrics, clock, log };
  const depth = { assets: 0, always: [] };
  const collector = createCollector({
    ...parts,
    snapshots: store.snapshots,
    depth,
    forgetAfterMs: 1,
  });
  const source = scriptedSource('bybit');
  const late = scriptedSource('okx');
  const settings = DEFAULT_EVALUATE_SETTINGS;
  const baselines = createBaselines({ series: store.series, clock, log, settings, days: 30 });
  const { baselineOf } = broken;
  const pipeline = createPipeline({
    ...parts,
    sources: [source, late],
    store,
    collector,
    readings,
    baselines: baselineOf === undefined ? baselines : { ...baselines, get: baselineOf },
    alertStep: createAlertStep({
      ...parts,
      alerts: store.alerts,
      subscriptions: store.subscriptions,
      policy: DEFAULT_ALERT_POLICY,
      nextId: () => 'id',
      sourceTitles: new Map(),
    }),
    observeSettings: DEFAULT_OBSERVE_SETTINGS,
    evaluateSettings: settings,
  });
  const answer = async (of = source) => {
    const at = clock.now();
    const { id } = of.adapter;
    of.next({
      observations: ['BTC', 'ETH'].flatMap((coin) => [
        makeMark(id, coin, 100, at),
        makeOpenInterest(id, coin, 1e9, at),
      ]),
    });
    await pipeline.collect(of, 'market', goOn);
  };
  const needs = async (coin: string) => {
    const state = await readings.get(assetId(coin));
    return state?.status === 'warming-up' ? state.warming.needs[0] : state?.status;
  };
  return { pipeline, log, answer, needs, clock, late };
}

it('history of one asset that cannot be read does not stop the others', async () => {
  const real = (await openTempStore()).series;
  const { pipeline, answer, needs, log } = await make({
    series: {
      async readInstrumentHours(asset, from, to) {
        if (asset === BTC) throw new Error('a day of an instrument is damaged');
        return await real.readInstrumentHours(asset, from, to);
      },
    },
  });
  await answer();
  await pipeline.evaluate();
  expect(await needs('BTC')).toBe('its stored history to be read');
  expect(await needs('ETH')).toContain('more hours of price history');
  expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
    { fields: { asset: 'BTC' } },
  ]);
});

it('an asset that cannot be scored does not stop the others, and says so', async () => {
  const good = { asset: assetId('ETH'), builtAt: T0, hoursAvailable: 0 };
  const bad = new Proxy(good, {
    get: () => {
      throw new RangeError('a bug');
    },
  });
  const { pipeline, answer, needs, log } = await make({
    baselineOf: (asset) => ({
      baseline: asset === BTC ? bad : good,
      hourAt: T0,
      current: true,
    }),
  });
  await answer();
  await pipeline.evaluate();
  expect(await needs('BTC')).toContain('the log says what failed');
  expect(await needs('ETH')).toContain('more hours of price history');
  expect(pipeline.lastEvaluationAt()).toBe(T0);
  expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
});

it('hours that could not be written are written later, though they have ended', async () => {
  let full = true;
  const written: number[] = [];
  const { pipeline, answer, clock } = await make({
    series: {
      async writeInstrumentHours(hours) {
        if (full) throw new Error('the disk is full');
        written.push(...hours.map(({ hourAt }) => hourAt));
      },
    },
  });
  await answer();
  await expect(pipeline.flush()).rejects.toThrow('full');
  await clock.advance(3_600_000);
  await answer();
  full = false;
  await pipeline.flush();
  expect(new Set(written)).toEqual(new Set([T0, T0 + 3_600_000]));
});

it('a venue that is seen for the first time makes the past be read again, with its size in it', async () => {
  const real = (await openTempStore()).series;
  const reads: number[] = [];
  const { pipeline, answer, late } = await make({
    series: {
      writeInstrumentHours: (hours) => real.writeInstrumentHours(hours),
      async readInstrumentHours(asset, from, to) {
        const hours = await real.readInstrumentHours(asset, from, to);
        if (asset === BTC) reads.push(hours.length);
        return hours;
      },
    },
  });
  await answer();
  await pipeline.evaluate();
  await pipeline.evaluate();
  expect(reads).toEqual([1]);
  await answer(late);
  await pipeline.evaluate();
  await pipeline.evaluate();
  expect(reads).toEqual([1, 2]);
});

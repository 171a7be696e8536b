import { describeCause } from '../errors.ts';
import type { HourRecorder } from '../hour-recorder.ts';
import type { Metrics } from '../operations/metrics.ts';
import type { Clock, Logger } from '../ports.ts';
import { type EvaluateSettings, evaluateAsset } from '../signals/evaluate.ts';
import type { AssetMinute } from '../signals/model/history.ts';
import type { AssetId, SourceId } from '../signals/model/ids.ts';
import type { AssetState, Reading } from '../signals/model/reading.ts';
import type { AssetView, ExpectedSource, MarketView } from '../signals/observe/asset-view.ts';
import type { Job } from '../signals/observe/board.ts';
import { observe } from '../signals/observe/observe.ts';
import type { ObserveSettings } from '../signals/observe/settings.ts';
import type { SourceAdapter } from '../sources/kit/define.ts';
import type { Store } from '../store/store.ts';
import type { AlertStep } from './alert-step.ts';
import type { Baselines } from './baselines.ts';
import type { Collector } from './collect.ts';
import type { LiveReadings } from './live-readings.ts';
import type { PositionKeeper } from './position-keeper.ts';
import { createPriceRanges } from './price-ranges.ts';
import { inSlices } from './slices.ts';
import type { SourceRuntime } from './source-runtime.ts';

/** Real time one evaluation may spend on rebuilding baselines, ms. */
const BASELINE_BUDGET_MS = 1500;
/** The same after history was read, so that all assets that matter are ready at once, ms. */
const AFRESH_BASELINE_BUDGET_MS = 20_000;

export interface Pipeline {
  /** Everything the last run left, from the store. */
  restore(): Promise<void>;
  collect(source: SourceRuntime, job: Job, signal: AbortSignal): Promise<void>;
  /**
   * observe -> score -> decide -> commit. Gives how many messages were decided. Never overlaps
   * itself: a second call waits for the first. `afresh`: history was added, so every baseline is
   * rebuilt, with more time for it.
   */
  evaluate(options?: { afresh?: boolean }): Promise<number>;
  /** Writes running hours and states. */
  flush(): Promise<void>;
  lastEvaluationAt(): number | undefined;
  /** What the last evaluation looked at. */
  view(): MarketView | undefined;
}

export interface PipelineOptions {
  sources: readonly SourceRuntime[];
  store: Store;
  collector: Collector;
  positions: PositionKeeper;
  recorder: HourRecorder;
  baselines: Baselines;
  readings: LiveReadings;
  alertStep: AlertStep;
  metrics: Metrics;
  clock: Clock;
  log: Logger;
  observeSettings: ObserveSettings;
  evaluateSettings: EvaluateSettings;
  /** Told of every evaluation's ready readings, after they were acted on. */
  onEvaluated?(readings: ReadonlyMap<AssetId, Reading>, at: number): void;
}

/** One tick, from what the jobs collected to what is committed for delivery. */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { store, collector, baselines, readings, alertStep, metrics, clock, log } = options;
  const ranges = createPriceRanges();
  let running: Promise<unknown> = Promise.resolve();
  let lastEvaluationAt: number | undefined;
  let lastView: MarketView | undefined;
  let venuesBefore: ReadonlySet<SourceId> | undefined;

  function expectedSources(): ExpectedSource[] {
    const retired = alertStep.retired();
    return options.sources.map(({ adapter, periodSeconds }) => ({
      id: adapter.id,
      kind: adapter.kind,
      periodSeconds,
      retired: retired.has(adapter.id),
      ...interestTurns(adapter),
    }));
  }

  async function evaluateAll(view: MarketView): Promise<AssetState[]> {
    const retired = alertStep.retired();
    const active = options.sources
      .map(({ adapter }) => adapter.id)
      .filter((id) => !retired.has(id));
    const book = options.positions.book(view.pricesUsd, new Set(active));
    const states: AssetState[] = [];
    await inSlices(view.assets.values(), (asset) => {
      const kept = baselines.get(asset.asset);
      if (kept === undefined) {
        states.push(waiting(asset, 'its stored history to be read'));
        return;
      }
      const range = ranges.since(asset.asset, kept.hourAt);
      try {
        states.push(
          evaluateAsset({
            view: asset,
            baseline: kept.baseline,
            book,
            pricesUsd: view.pricesUsd,
            now: view.at,
            settings: options.evaluateSettings,
            ...(range === undefined ? {} : { rangeSinceMapUsd: range }),
          }),
        );
      } catch (error) {
        // A bug with one asset must not silence the others; its own alerts go blind and say so.
        log.error(
          { asset: asset.asset, error: describeCause(error) },
          'an asset could not be scored',
        );
        states.push(waiting(asset, 'its scoring to work again (the log says what failed)'));
      }
    });
    return states;
  }

  async function writeHours(): Promise<void> {
    const hours = options.recorder.takeChanged();
    try {
      await store.series.writeInstrumentHours(hours);
    } catch (error) {
      options.recorder.putBack(hours);
      throw error;
    }
  }

  return {
    restore: async () => {
      await collector.restore();
      await readings.restore();
      await alertStep.restore();
    },
    async collect(source, job, signal) {
      await collector.collect(source, job, signal);
    },
    evaluate(how = {}) {
      const next = running.then(
        () => evaluateOnce(how.afresh ?? false),
        () => evaluateOnce(how.afresh ?? false),
      );
      running = next;
      return next;
    },
    async flush() {
      await writeHours();
      await readings.flush();
    },
    lastEvaluationAt: () => lastEvaluationAt,
    view: () => lastView,
  };

  async function evaluateOnce(afresh: boolean): Promise<number> {
    const startedAt = performance.now();
    const view = observe({
      board: collector.board(),
      sources: expectedSources(),
      now: clock.now(),
      settings: options.observeSettings,
    });
    for (const [asset, priceUsd] of view.pricesUsd) ranges.add(asset, view.at, priceUsd);
    const venues = venuesSeen(view);
    // Its contracts are counted from now on; its volume and history must be as well, or a venue that
    // comes late would look like leverage that grew.
    const before = venuesBefore;
    const isNew = before !== undefined && [...venues].some((source) => !before.has(source));
    venuesBefore = venues;
    if (afresh || isNew) baselines.expire();
    if (baselines.areDue(view.assets.keys())) {
      // Live figures of the hour that ended belong to the past that is read now.
      await writeHours();
    }
    await baselines.refresh(
      byUrgency(view),
      afresh ? AFRESH_BASELINE_BUDGET_MS : BASELINE_BUDGET_MS,
    );
    const states = await evaluateAll(view);
    const ready = readyReadings(states);
    const messages = await alertStep.run(view, ready, view.at);
    await readings.save(states);
    // A coin delisted everywhere must not stand in /top for ever with its last score.
    readings.forget(view.assets, view.at - options.observeSettings.retireAfterMs);
    await store.series.writeAssetMinutes(minutesOf(view, ready));
    metrics.scores(scoresOf(ready));
    lastView = view;
    lastEvaluationAt = view.at;
    options.onEvaluated?.(ready, view.at);
    metrics.evaluation((performance.now() - startedAt) / 1000, view.at);
    return messages;
  }
}

function interestTurns(adapter: SourceAdapter): Pick<ExpectedSource, 'interestEveryFetches'> {
  if (adapter.kind !== 'exchange' || adapter.interestEveryFetches === undefined) return {};
  return { interestEveryFetches: adapter.interestEveryFetches };
}

function venuesSeen(view: MarketView): Set<SourceId> {
  return new Set(
    [...view.assets.values()].flatMap(({ venues }) => venues.map((own) => own.source)),
  );
}

/** Largest open interest first: these are asked for and alerted on. */
function byUrgency(view: MarketView): AssetId[] {
  return [...view.assets.values()]
    .sort((a, b) => b.openInterestUsd - a.openInterestUsd)
    .map((asset) => asset.asset);
}

function waiting(view: AssetView, need: string): AssetState {
  return {
    status: 'warming-up',
    warming: { asset: view.asset, at: view.at, needs: [need] },
  };
}

function readyReadings(states: readonly AssetState[]): Map<AssetId, Reading> {
  const ready = new Map<AssetId, Reading>();
  for (const state of states) {
    if (state.status === 'ready') ready.set(state.reading.asset, state.reading);
  }
  return ready;
}

function scoresOf(ready: ReadonlyMap<AssetId, Reading>) {
  return [...ready.values()]
    .filter((reading) => reading.eligibility.eligible)
    .flatMap(({ asset, down, up }) =>
      [down, up].map(({ side, score }) => ({ asset, side, score: score.point })),
    );
}

function minutesOf(view: MarketView, ready: ReadonlyMap<AssetId, Reading>): AssetMinute[] {
  const at = Math.floor(view.at / 60_000) * 60_000;
  const minutes: AssetMinute[] = [];
  for (const asset of view.assets.values()) {
    // A price nobody confirmed lately is not what the market was at this minute.
    if (asset.price?.fresh !== true) continue;
    const reading = ready.get(asset.asset);
    const bids = depthWithin(asset, 'bidUsd');
    const asks = depthWithin(asset, 'askUsd');
    minutes.push({
      asset: asset.asset,
      at,
      priceUsd: asset.price.usd,
      openInterestUsd: asset.openInterestUsd,
      ...(reading?.fundingAnnualFraction === undefined
        ? {}
        : { fundingAnnualFraction: reading.fundingAnnualFraction }),
      ...(bids === undefined ? {} : { bidDepth1pctUsd: bids }),
      ...(asks === undefined ? {} : { askDepth1pctUsd: asks }),
      ...(reading === undefined
        ? {}
        : { scoreDown: reading.down.score.point, scoreUp: reading.up.score.point }),
    });
  }
  return minutes;
}

/** Fresh books only; undefined when none reaches 1 %. */
function depthWithin(view: AssetView, side: 'bidUsd' | 'askUsd'): number | undefined {
  let sum: number | undefined;
  for (const book of view.depth) {
    const usd = book.levels.find((level) => level.distanceFraction === 0.01)?.[side];
    if (book.fresh && usd !== undefined) sum = (sum ?? 0) + usd;
  }
  return sum;
}

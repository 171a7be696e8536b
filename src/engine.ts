import type { OutgoingMessage } from './alerts/model.ts';
import type { Config } from './config/schema.ts';
import { describeCause } from './errors.ts';
import { createHourRecorder } from './hour-recorder.ts';
import type { Metrics } from './operations/metrics.ts';
import { type AlertStep, createAlertStep } from './pipeline/alert-step.ts';
import { type BackfillProgress, backfill } from './pipeline/backfill.ts';
import { createBaselines } from './pipeline/baselines.ts';
import { type Collector, createCollector } from './pipeline/collect.ts';
import { createLiveReadings, type LiveReadings } from './pipeline/live-readings.ts';
import { createPipeline, type Pipeline } from './pipeline/pipeline.ts';
import { createPositionKeeper } from './pipeline/position-keeper.ts';
import type { SourceRuntime } from './pipeline/source-runtime.ts';
import type { Clock, Logger } from './ports.ts';
import { parseAssetId } from './signals/assets.ts';
import type { AssetId } from './signals/model/ids.ts';
import type { Reading } from './signals/model/reading.ts';
import type { Store } from './store/store.ts';

const DAY_MS = 86_400_000;
/** Six weeks of every hour of the week: what is usual is told from at least three. */
const LIQUIDATION_DAYS = 43;

export interface EngineOptions {
  config: Config;
  store: Store;
  /** Enabled sources, ready to run. */
  sources: readonly SourceRuntime[];
  metrics: Metrics;
  clock: Clock;
  log: Logger;
  /** Ids of outgoing messages: unique, growing with time. */
  nextId(): string;
  /** Platforms whose messages can be changed after they were sent. */
  editingPlatforms?: ReadonlySet<string>;
  /** Told which messages were stored for delivery. */
  onCommitted?(messages: readonly OutgoingMessage[]): void;
  onBackfill?(progress: BackfillProgress): void;
  /** Told of every evaluation's ready readings, after they were acted on. */
  onEvaluated?(readings: ReadonlyMap<AssetId, Reading>, at: number): void;
}

/** What turns sources into decided messages, without anything that fires it or talks to people. */
export interface Engine {
  pipeline: Pipeline;
  collector: Collector;
  readings: LiveReadings;
  alertStep: AlertStep;
  /** The first figures of every source and what can be said with the history already stored. */
  firstLook(signal: AbortSignal): Promise<void>;
  /**
   * Fetches missing history beside the running jobs, and evaluates afresh when some came. Does
   * nothing once every exchange gave all of it: until then each call tries again, since a venue that
   * is down at start would otherwise leave the program warming up for days.
   */
  readHistory(signal: AbortSignal): Promise<void>;
  prune(): Promise<void>;
}

export function createEngine(options: EngineOptions): Engine {
  const { config, store, sources, metrics, clock, log } = options;
  const always = assetIds(config.depth.always);
  const evaluateSettings = { profile: config.profile, score: config.score };
  const recorder = createHourRecorder();
  const positions = createPositionKeeper();
  const readings = createLiveReadings(store.readings);
  const collector = createCollector({
    snapshots: store.snapshots,
    positions,
    recorder,
    metrics,
    clock,
    log,
    depth: { assets: config.depth.assets, always },
    forgetAfterMs: config.observe.retireAfterMs,
  });
  const alertStep = createAlertStep({
    alerts: store.alerts,
    subscriptions: store.subscriptions,
    // One set of levels: the score's own.
    policy: { ...config.alerts, levelFloorPoints: config.score.levels },
    metrics,
    log,
    nextId: options.nextId,
    sourceTitles: titlesOf(sources),
    ...(options.editingPlatforms === undefined
      ? {}
      : { editingPlatforms: options.editingPlatforms }),
    ...(options.onCommitted === undefined ? {} : { onCommitted: options.onCommitted }),
  });
  const pipeline = createPipeline({
    sources,
    store,
    collector,
    positions,
    recorder,
    baselines: createBaselines({
      series: store.series,
      clock,
      log,
      settings: evaluateSettings,
      days: 181,
    }),
    readings,
    alertStep,
    metrics,
    clock,
    log,
    ...(options.onEvaluated === undefined ? {} : { onEvaluated: options.onEvaluated }),
    observeSettings: { ...config.observe, depthPeriodSeconds: config.depth.periodSeconds },
    evaluateSettings,
  });

  async function firstLook(signal: AbortSignal): Promise<void> {
    const quiet = (work: Promise<unknown>) =>
      work.catch((error: unknown) => {
        if (signal.aborted) return;
        log.error(
          { error: describeCause(error) },
          'the first fetch failed; it runs again when due',
        );
      });
    await Promise.all(
      sources.map((source) =>
        quiet(
          pipeline.collect(
            source,
            source.adapter.kind === 'exchange' ? 'market' : 'position',
            signal,
          ),
        ),
      ),
    );
    const exchanges = sources.filter(({ adapter }) => adapter.kind === 'exchange');
    await Promise.all(exchanges.map((source) => quiet(pipeline.collect(source, 'depth', signal))));
    if (!signal.aborted) await quiet(pipeline.evaluate());
  }

  let historyIsRead = false;
  let historyBegun = false;
  let readingHistory: Promise<void> | undefined;

  async function readHistory(signal: AbortSignal): Promise<void> {
    if (historyIsRead) return;
    readingHistory ??= fetchHistory(signal).finally(() => {
      readingHistory = undefined;
    });
    await readingHistory;
  }

  function isListed(source: SourceRuntime): boolean {
    const known = collector.board().sources.get(source.adapter.id);
    return source.adapter.kind !== 'exchange' || (known?.instruments.size ?? 0) > 0;
  }

  async function fetchHistory(signal: AbortSignal): Promise<void> {
    const allListed = sources.every(isListed);
    const isFirst = !historyBegun;
    historyBegun = true;
    try {
      const { done, failed } = await backfill({
        sources,
        board: collector.board(),
        series: store.series,
        clock,
        log,
        days: config.backfill.days,
        assets: config.backfill.assets,
        always,
        signal,
        onProgress: (progress) => {
          if (isFirst) options.onBackfill?.(progress);
        },
      });
      historyIsRead = allListed && failed === 0;
      if (done > failed) await pipeline.evaluate({ afresh: true });
    } catch (error) {
      if (signal.aborted) return;
      log.error({ error: describeCause(error) }, 'history could not be read; it is tried again');
    }
  }

  async function prune(): Promise<void> {
    const now = clock.now();
    const rows = await store.series.prune(now, config.retention);
    const closings = await store.liquidations.prune(now - LIQUIDATION_DAYS * DAY_MS);
    const { outboxDays, repliesDays, leftChatDays } = config.retention;
    const messages = await store.outbox.prune(
      now - outboxDays * DAY_MS,
      now - repliesDays * DAY_MS,
      now - DAY_MS,
    );
    const chats = await store.places.forgetClosed(now - leftChatDays * DAY_MS);
    log.info({ rows, closings, messages, chats }, 'old rows were deleted');
  }

  return { pipeline, collector, readings, alertStep, firstLook, readHistory, prune };
}

/** Names of sources for people, by id. */
export function titlesOf(sources: readonly SourceRuntime[]): Map<string, string> {
  return new Map(sources.map(({ adapter }) => [adapter.id, adapter.title]));
}

export function assetIds(names: readonly string[]): AssetId[] {
  return names.flatMap((name) => parseAssetId(name) ?? []);
}

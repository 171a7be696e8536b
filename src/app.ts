import { randomBytes } from 'node:crypto';
import { createRenderPool } from './bot/charts/render-pool.ts';
import { COMMANDS } from './bot/commands.gen.ts';
import { createDelivery } from './bot/delivery/create-delivery.ts';
import { createInbox } from './bot/handle-request.ts';
import type { Platform } from './bot/platforms/platform.ts';
import type { StatusReport } from './bot/status-report.ts';
import type { Config } from './config/schema.ts';
import { describeCause } from './errors.ts';
import { createHourRecorder } from './hour-recorder.ts';
import { jobTable } from './jobs.ts';
import { createMessageIds } from './message-id.ts';
import { createHeartbeat } from './operations/heartbeat.ts';
import { type OperationsServer, startOperationsServer } from './operations/http-server.ts';
import { createMetrics } from './operations/metrics.ts';
import { createReadiness } from './operations/readiness.ts';
import { createAlertStep } from './pipeline/alert-step.ts';
import { type BackfillProgress, backfill } from './pipeline/backfill.ts';
import { createBaselines } from './pipeline/baselines.ts';
import { createCollector } from './pipeline/collect.ts';
import { createLiveReadings } from './pipeline/live-readings.ts';
import { createPipeline } from './pipeline/pipeline.ts';
import { createPositionKeeper } from './pipeline/position-keeper.ts';
import type { SourceRuntime } from './pipeline/source-runtime.ts';
import type { Clock, Logger, Random } from './ports.ts';
import { startScheduler } from './scheduler.ts';
import { parseAssetId } from './signals/assets.ts';
import type { AssetId } from './signals/model/ids.ts';
import type { Reading } from './signals/model/reading.ts';
import { statusReport } from './status.ts';
import type { Store } from './store/store.ts';

export interface AppOptions {
  config: Config;
  store: Store;
  /** Enabled sources, ready to run. */
  sources: readonly SourceRuntime[];
  disabledSources: readonly { id: string; title: string }[];
  platforms: readonly Platform[];
  clock: Clock;
  /** `cron` on the machine's own time, `clock` on any other. */
  driver: 'cron' | 'clock';
  log: Logger;
  random: Random;
  onBackfill?(progress: BackfillProgress): void;
  /** Told of every evaluation's ready readings, after they were acted on. */
  onEvaluated?(readings: ReadonlyMap<AssetId, Reading>, at: number): void;
}

export interface App {
  /** Works until the signal aborts, then stops cleanly. Rejects when it cannot start. */
  run(signal: AbortSignal): Promise<void>;
  status(): Promise<StatusReport>;
  /** `http://…` of /healthz, /readyz and /metrics once it listens. */
  operationsUrl(): string | undefined;
}

/** Wires every part to every other; plain functions, no container. */
export function createApp(options: AppOptions): App {
  const { config, store, sources, platforms, clock, log, random } = options;
  const startedAt = clock.now();
  const always = assetIds(config.depth.always);
  const evaluateSettings = { profile: config.profile, score: config.score };
  const metrics = createMetrics();
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
  });
  const baselines = createBaselines({
    series: store.series,
    clock,
    settings: evaluateSettings,
    days: 181,
  });
  const alertStep = createAlertStep({
    alerts: store.alerts,
    subscriptions: store.subscriptions,
    // One set of levels: the score's own.
    policy: { ...config.alerts, levelFloorPoints: config.score.levels },
    metrics,
    log,
    nextId: createMessageIds(clock),
    sourceTitles: new Map(sources.map(({ adapter }) => [adapter.id, adapter.title])),
  });
  const pipeline = createPipeline({
    sources,
    store,
    collector,
    positions,
    recorder,
    baselines,
    readings,
    alertStep,
    metrics,
    clock,
    log,
    ...(options.onEvaluated === undefined ? {} : { onEvaluated: options.onEvaluated }),
    observeSettings: { ...config.observe, depthPeriodSeconds: config.depth.periodSeconds },
    evaluateSettings,
  });
  const heartbeat = createHeartbeat(config.heartbeatUrl, log);
  const status = () =>
    statusReport({
      startedAt,
      sources,
      disabled: options.disabledSources,
      pipeline,
      collector,
      readings,
      alertStep,
      outbox: store.outbox,
      platforms,
    });
  let server: OperationsServer | undefined;

  async function run(signal: AbortSignal): Promise<void> {
    await pipeline.restore();
    server = await startOperationsServer({
      host: config.http.host,
      port: config.http.port,
      readiness: createReadiness({ pipeline, store, platforms, clock, config }),
      metrics: async () => {
        metrics.outbox(await store.outbox.counts(), await store.outbox.oldestDueAgeMs(clock.now()));
        return metrics.text();
      },
    });
    log.info({ url: server.url }, 'listening for /healthz, /readyz and /metrics');
    const charts = createRenderPool();
    const inbox = createInbox({
      commands: COMMANDS,
      store: { ...store, readings },
      status,
      now: () => clock.now(),
      log,
      drawFigure: charts.draw,
      settings: {
        maxSubscriptionsPerChat: config.subscriptions.maxPerChat,
        defaultAssets: assetIds(config.subscriptions.defaultAssets),
      },
      sourceTitles: new Map(sources.map(({ adapter }) => [adapter.id, adapter.title])),
    });
    const workerId = randomBytes(6).toString('hex');
    const talking = platforms.flatMap((platform) => [
      supervise(`platform ${platform.id}`, () => platform.run(inbox, signal)),
      supervise(`delivery ${platform.id}`, () =>
        createDelivery({
          platform,
          store,
          clock,
          log,
          random,
          drawFigure: charts.draw,
          workerId,
        }).run(signal),
      ),
    ]);
    const evaluate = async () => {
      await pipeline.evaluate();
      await heartbeat();
    };
    try {
      await firstLook(signal);
      if (!signal.aborted) {
        const scheduler = startScheduler({
          jobs: jobTable({ config, sources, pipeline, evaluate, prune }),
          clock,
          log,
          driver: options.driver,
        });
        log.info({ jobs: scheduler.states().length, driver: options.driver }, 'watching');
        await aborted(signal);
        await scheduler.stop();
      }
    } finally {
      await Promise.allSettled(talking);
      await pipeline.flush().catch((error: unknown) => {
        log.error({ error: describeCause(error) }, 'the last figures could not be written');
      });
      await charts.close();
      await server.close();
    }
  }

  /** The first figures, the history they are compared with, and the first reading. */
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
    await Promise.all([
      ...exchanges.map((source) => quiet(pipeline.collect(source, 'depth', signal))),
      quiet(
        backfill({
          sources,
          board: collector.board(),
          series: store.series,
          clock,
          log,
          days: config.backfill.days,
          assets: config.backfill.assets,
          always,
          signal,
          onProgress: (progress) => options.onBackfill?.(progress),
        }),
      ),
    ]);
    if (signal.aborted) return;
    await quiet(pipeline.evaluate({ first: true }));
  }

  async function prune(): Promise<void> {
    const now = clock.now();
    const rows = await store.series.prune(now, config.retention);
    const messages = await store.outbox.prune(now - config.retention.outboxDays * 86_400_000);
    log.info({ rows, messages }, 'old rows were deleted');
  }

  /** A platform that ends before it is told to has failed; the others go on. */
  async function supervise(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.error({ part: name, error: describeCause(error) }, 'a part of the bot stopped');
    }
  }

  return { run, status, operationsUrl: () => server?.url };
}

function assetIds(names: readonly string[]) {
  return names.flatMap((name) => parseAssetId(name) ?? []);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

import { randomBytes } from 'node:crypto';
import { createRenderPool } from './bot/charts/render-pool.ts';
import { COMMANDS } from './bot/commands.gen.ts';
import { createDelivery, type Delivery } from './bot/delivery/create-delivery.ts';
import { createInbox } from './bot/handle-request.ts';
import type { Platform } from './bot/platforms/platform.ts';
import type { StatusReport } from './bot/status-report.ts';
import type { Config } from './config/schema.ts';
import { assetIds, createEngine, titlesOf } from './engine.ts';
import { describeCause } from './errors.ts';
import { jobTable } from './jobs.ts';
import { keepGoing } from './keep-going.ts';
import { createMarketBook } from './market-book.ts';
import { createMessageIds } from './message-id.ts';
import { createHeartbeat } from './operations/heartbeat.ts';
import { type OperationsServer, startOperationsServer } from './operations/http-server.ts';
import { createMetrics } from './operations/metrics.ts';
import { createReadiness } from './operations/readiness.ts';
import type { BackfillProgress } from './pipeline/backfill.ts';
import type { SourceRuntime } from './pipeline/source-runtime.ts';
import type { Clock, Logger, Random } from './ports.ts';
import { createSteadyClock } from './real-clock.ts';
import { startScheduler } from './scheduler.ts';
import type { AssetId, SourceId } from './signals/model/ids.ts';
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
  const metrics = createMetrics();
  const nextId = createMessageIds(clock);
  const realClock = createSteadyClock();
  const deliveries = new Map<string, Delivery>();
  const wake = (platform: string) => deliveries.get(platform)?.wake();
  const { pipeline, collector, readings, alertStep, firstLook, readHistory, prune } = createEngine({
    config,
    store,
    sources,
    metrics,
    clock,
    log,
    nextId,
    editingPlatforms: new Set(
      platforms.filter(({ limits }) => limits.edits === true).map(({ id }) => id),
    ),
    onCommitted: (messages) => {
      for (const platform of new Set(messages.map(({ chat }) => chat.platform))) wake(platform);
    },
    ...(options.onBackfill === undefined ? {} : { onBackfill: options.onBackfill }),
    ...(options.onEvaluated === undefined ? {} : { onEvaluated: options.onEvaluated }),
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
      realClock,
      nextId,
      wake,
      limits: config.commands,
      log,
      drawFigure: charts.draw,
      settings: {
        maxSubscriptionsPerChat: config.subscriptions.maxPerChat,
        maxSubscriptionsPerPlace: config.subscriptions.maxPerPlace,
        defaultAssets: assetIds(config.subscriptions.defaultAssets),
      },
      sourceTitles: titlesOf(sources),
      market: createMarketBook({
        view: pipeline.view,
        store,
        now: () => clock.now(),
        liquidationSources: liquidationSources(sources),
      }),
    });
    const workerId = randomBytes(6).toString('hex');
    for (const platform of platforms) {
      const delivery = createDelivery({
        platform,
        store,
        clock,
        wireClock: realClock,
        log,
        random,
        drawFigure: charts.draw,
        workerId,
        nextId,
        onAttempt: (outcome) => metrics.delivered(platform.id, outcome),
      });
      deliveries.set(platform.id, delivery);
    }
    const talking = platforms.flatMap((platform) => [
      keepGoing(
        () => platform.run(inbox, signal),
        { name: `platform ${platform.id}`, clock: realClock, log },
        signal,
      ),
      keepGoing(
        async () => deliveries.get(platform.id)?.run(signal),
        { name: `delivery ${platform.id}`, clock: realClock, log },
        signal,
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
          jobs: jobTable({ config, sources, pipeline, evaluate, readHistory, prune }),
          clock,
          log,
          driver: options.driver,
        });
        log.info({ jobs: scheduler.states().length, driver: options.driver }, 'watching');
        const history = readHistory(signal);
        await aborted(signal);
        await scheduler.stop();
        await history;
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

  return { run, status, operationsUrl: () => server?.url };
}

/** Venues that publish forced closings over HTTP. */
function liquidationSources(sources: readonly SourceRuntime[]): Set<SourceId> {
  const publishing = sources.filter(
    ({ adapter }) => adapter.kind === 'exchange' && adapter.fetchLiquidations !== undefined,
  );
  return new Set(publishing.map(({ adapter }) => adapter.id));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

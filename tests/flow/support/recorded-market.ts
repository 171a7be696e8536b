import { join } from 'node:path';
import { startMarket } from '../../../demo/market/server.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import type { Config } from '../../../src/config/schema.ts';
import { configuredSources, KNOWN_SOURCE_IDS } from '../../../src/configured-sources.ts';
import { createEngine } from '../../../src/engine.ts';
import { createMessageIds } from '../../../src/message-id.ts';
import { createMetrics } from '../../../src/operations/metrics.ts';
import type { SourceRuntime } from '../../../src/pipeline/source-runtime.ts';
import type { Clock } from '../../../src/ports.ts';
import type { SourceBatch } from '../../../src/sources/kit/define.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { seededRandom } from '../../fakes/seeded-random.ts';
import { tempFolder } from '../../fakes/temp-store.ts';
import { crowded } from './crowded-market.ts';

export const MINUTE_MS = 60_000;

/** Time that is moved by hand; who waits on it moves it as far as the wait is long. */
export class HandClock implements Clock {
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.moveTo(this.#now + durationMs);
  }

  moveTo(at: number): void {
    this.#now = Math.max(this.#now, at);
  }
}

/** The same minutes of the crowded market, for as many runs of the program as a test needs. */
export interface RecordedMarket {
  config: Config;
  /** Epoch ms of the first minute. */
  startAt: number;
  /** A database with the market's history, in which nobody has subscribed. */
  seed: string;
  /** The sources on the time of `clock`: every batch as it really came over HTTP in that minute. */
  sources(clock: Clock): SourceRuntime[];
}

/** Runs the program once over `minutes` of the market and keeps what every fetch brought. */
export async function recordMarket(
  minutes: number,
  adjust: (config: Config) => void,
): Promise<RecordedMarket> {
  const beginAt = Date.UTC(2026, 10, 24, 12);
  const clock = new HandClock(beginAt);
  const market = await startMarket({
    port: 0,
    speed: 1,
    scenario: crowded,
    seed: 1,
    startAt: beginAt,
    monotonic: () => clock.now(),
  });
  const loaded = loadConfig({
    environment: { SOURCES_BASE_URL: market.url },
    ...KNOWN_SOURCE_IDS,
  });
  const { config } = loaded;
  config.backfill = { ...config.backfill, assets: 2 };
  adjust(config);
  const stop = new AbortController();
  const tools = {
    clock,
    log: new RecordingLogger(),
    random: seededRandom(1),
    signal: stop.signal,
  };
  const real = configuredSources(loaded, tools).sources;

  const seed = join(await tempFolder(), 'seed.db');
  const store = await openStore({ url: seed });
  const startEngine = (sources: readonly SourceRuntime[]) =>
    createEngine({
      ...tools,
      config,
      store,
      sources,
      metrics: createMetrics(),
      nextId: createMessageIds(clock),
    });
  const first = startEngine(real);
  await first.firstLook(stop.signal);
  await first.readHistory(stop.signal);

  // What the fetches of the history waited for is over by then.
  const startAt = Math.ceil(clock.now() / MINUTE_MS + 1) * MINUTE_MS;
  const batches = new Map<string, SourceBatch>();
  const sources = (on: Clock) =>
    real.map((source): SourceRuntime => {
      return {
        ...source,
        async run(job, targets, signal) {
          const minute = Math.floor((on.now() - startAt) / MINUTE_MS);
          const key = `${source.adapter.id} ${job} ${minute}`;
          const batch = batches.get(key) ?? (await source.run(job, targets, signal));
          batches.set(key, batch);
          return batch;
        },
      };
    });
  const { pipeline } = startEngine(sources(clock));
  await pipeline.restore();
  for (let minute = 0; minute < minutes; minute += 1) {
    clock.moveTo(startAt + minute * MINUTE_MS);
    await collectAll(pipeline, sources(clock), stop.signal);
  }
  await store.close();
  stop.abort();
  await market.close();
  return { config, startAt, seed, sources };
}

export async function collectAll(
  pipeline: ReturnType<typeof createEngine>['pipeline'],
  sources: readonly SourceRuntime[],
  signal: AbortSignal,
): Promise<void> {
  for (const source of sources) {
    const exchange = source.adapter.kind === 'exchange';
    await pipeline.collect(source, exchange ? 'market' : 'position', signal);
    if (exchange) await pipeline.collect(source, 'depth', signal);
  }
}

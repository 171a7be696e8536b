import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loadConfig } from '../src/config/load-config.ts';
import { ALL_SOURCES, KNOWN_SOURCE_IDS } from '../src/configured-sources.ts';
import { createEngine } from '../src/engine.ts';
import { createMessageIds } from '../src/message-id.ts';
import { createMetrics } from '../src/operations/metrics.ts';
import type { SourceRuntime } from '../src/pipeline/source-runtime.ts';
import type { Clock, Logger } from '../src/ports.ts';
import type { Observation } from '../src/signals/model/observations.ts';
import { openStore } from '../src/store/open-store.ts';
import { seededUniform } from './measure.ts';
import {
  borrowPositions,
  syntheticAssets,
  VENUES,
  venueFigures,
  venueHistory,
} from './synthetic-market.ts';

const INSTRUMENTS = 600;
const POSITIONS = 200_000;
const HISTORY_HOURS = 10 * 24;
const TICKS = 20;

/** CPU, event-loop delay and memory of whole ticks: collect, observe, score, decide, commit. */
export async function benchTick(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-tick-'));
  try {
    return await measure(join(folder, 'bench.db'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(databasePath: string): Promise<string[]> {
  const random = seededUniform(1);
  const assets = syntheticAssets(INSTRUMENTS);
  let now = Date.UTC(2026, 0, 1, 0, 30);
  const clock: Clock = { now: () => now, sleep: async () => {} };
  const store = await openStore({ url: databasePath });
  for (const venue of VENUES) {
    const endAt = Date.UTC(2026, 0, 1);
    await store.series.writeInstrumentHours(
      venueHistory(venue, assets, HISTORY_HOURS, endAt, random),
    );
  }
  const sources = [...VENUES, 'morpho-blue'].map((id) =>
    fakeRuntime(id, () =>
      id === 'morpho-blue'
        ? borrowPositions(POSITIONS, assets, now, random)
        : venueFigures(id, assets, now, random),
    ),
  );
  const { config } = loadConfig({
    environment: { DATABASE_URL: databasePath },
    ...KNOWN_SOURCE_IDS,
  });
  const metrics = createMetrics();
  const { pipeline } = createEngine({
    config,
    store,
    sources,
    metrics,
    clock,
    log: silent,
    nextId: createMessageIds(clock),
  });
  await store.subscriptions.add({
    chat: { platform: 'console', chatId: 'bench' },
    asset: '*',
    rule: { kind: 'level', level: 'high' },
    sides: ['down', 'up'],
    createdAt: now,
  });
  const signal = new AbortController().signal;
  const exchanges = sources.filter((source) => source.adapter.kind === 'exchange');
  const tick = async () => {
    now += 60_000;
    for (const source of exchanges) await pipeline.collect(source, 'market', signal);
    await pipeline.evaluate();
  };

  const startedAt = performance.now();
  for (const source of sources) {
    await pipeline.collect(
      source,
      source.adapter.kind === 'exchange' ? 'market' : 'position',
      signal,
    );
  }
  await pipeline.evaluate({ afresh: true });
  const firstSeconds = (performance.now() - startedAt) / 1000;
  await tick();

  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const cpuBefore = process.cpuUsage();
  for (let round = 0; round < TICKS; round += 1) await tick();
  const cpu = process.cpuUsage(cpuBefore);
  delay.disable();
  await store.close();
  const cpuMs = (cpu.user + cpu.system) / 1000 / TICKS;
  return [
    `${VENUES.length} venues x ${INSTRUMENTS} instruments, ${POSITIONS.toLocaleString('en')} borrow positions`,
    `  CPU of a tick             ${cpuMs.toFixed(0)} ms of one core (aim below 1,000)`,
    `  share of one core         ${((cpuMs / 60_000) * 100).toFixed(1)} % at one tick a minute`,
    `  event-loop delay p99      ${(delay.percentile(99) / 1e6).toFixed(1)} ms, max ${(delay.max / 1e6).toFixed(1)} ms (aim p99 below 100)`,
    `  first evaluation          ${firstSeconds.toFixed(1)} s, with all baselines built from history`,
    `  resident memory           ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB (aim below 400)`,
  ];
}

const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silent,
};

function fakeRuntime(id: string, observations: () => Observation[]): SourceRuntime {
  const adapter = ALL_SOURCES.find((candidate) => candidate.id === id);
  if (adapter === undefined) throw new Error(`no source ${id}`);
  return {
    adapter,
    periodSeconds: adapter.periodSeconds,
    run: async () => {
      const batch = observations();
      return {
        observations: batch,
        gaps: [],
        rowsSeen: batch.length,
        rowsDropped: 0,
        dropSamples: [],
      };
    },
    history: async () => ({ hours: [], gaps: [] }),
  };
}

import type { SimulatedSource } from '../../../demo/market/control.ts';
import type { FaultKind } from '../../../demo/market/faults.ts';
import { type MarketServer, startMarket } from '../../../demo/market/server.ts';
import type { Scenario } from '../../../demo/scenarios/scenario.ts';
import type { Incident } from '../../../src/alerts/model.ts';
import type { DrawOutcome } from '../../../src/bot/charts/draw-outcome.ts';
import { COMMANDS } from '../../../src/bot/commands.gen.ts';
import { createDelivery } from '../../../src/bot/delivery/create-delivery.ts';
import { createInbox } from '../../../src/bot/handle-request.ts';
import type { Answer, PlatformMessage } from '../../../src/bot/platforms/platform.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { configuredSources, KNOWN_SOURCE_IDS } from '../../../src/configured-sources.ts';
import { createEngine, type Engine, titlesOf } from '../../../src/engine.ts';
import { createMessageIds } from '../../../src/message-id.ts';
import { createMetrics } from '../../../src/operations/metrics.ts';
import type { Clock } from '../../../src/ports.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { AssetId } from '../../../src/signals/model/ids.ts';
import type { Reading } from '../../../src/signals/model/reading.ts';
import type { Store } from '../../../src/store/store.ts';
import { linesOf } from '../../fakes/message-lines.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { ScriptedPlatform } from '../../fakes/scripted-platform.ts';
import { seededRandom } from '../../fakes/seeded-random.ts';

export const MINUTE_MS = 60_000;
export const CHAT = { platform: 'scripted', chatId: 'desk' };
const FLUSH_EVERY_MS = 5 * MINUTE_MS;
const HISTORY_EVERY_MS = 10 * MINUTE_MS;
/** Real time: long enough for a loaded machine, short enough to wait for often. */
const ANSWER_WITHIN_MS = 500;

export interface SimulatedRunOptions {
  store: Store;
  scenario: string | Scenario;
  seed: number;
  /** Epoch ms of the start of the story. */
  startAt: number;
  historyDays?: number;
}

/** One evaluation and what came of it. */
export interface Tick {
  at: number;
  readings: ReadonlyMap<AssetId, Reading>;
  /** Messages that arrived in the chat after it. */
  messages: readonly PlatformMessage[];
  /** Open incidents, by `ETH down`. */
  incidents: ReadonlyMap<string, Incident>;
}

/**
 * The program's own parts over real HTTP against the simulated market, in lock-step: both read one
 * clock, which moves only with `tick` (and when something waits on it). So a run depends on seed,
 * scenario and faults alone, and takes no longer than its work.
 */
export interface SimulatedRun {
  market: MarketServer;
  clock: Clock;
  engine: Engine;
  store: Store;
  log: RecordingLogger;
  firstLook(): Promise<Tick>;
  /** Moves on by `minutes`, then fetches everything, evaluates and delivers. */
  tick(minutes?: number): Promise<Tick>;
  fault(source: SimulatedSource, kind: FaultKind): void;
  /** The answer to a command typed in the chat, as text. */
  ask(line: string): Promise<string>;
  close(): Promise<void>;
}

/** Time that passes when it is told to, or at once when somebody waits. */
class LockStepClock implements Clock {
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const until = Math.ceil(this.#now + durationMs);
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.moveTo(until);
  }

  moveTo(at: number): void {
    this.#now = Math.max(this.#now, at);
  }
}

export async function startSimulatedRun(options: SimulatedRunOptions): Promise<SimulatedRun> {
  const { store, startAt, scenario, seed } = options;
  const clock = new LockStepClock(startAt);
  const market = await startMarket({
    port: 0,
    speed: 1,
    scenario,
    seed,
    startAt,
    ...(options.historyDays === undefined ? {} : { historyDays: options.historyDays }),
    monotonic: () => clock.now(),
  });
  const stop = new AbortController();
  const log = new RecordingLogger();
  const random = seededRandom(seed);
  const loaded = loadConfig({
    environment: { SOURCES_BASE_URL: market.url },
    ...KNOWN_SOURCE_IDS,
  });
  loaded.config.depth = { ...loaded.config.depth, assets: 0 };
  const { sources } = configuredSources(loaded, {
    clock,
    log,
    random,
    signal: stop.signal,
    httpLimits: { timeoutMs: ANSWER_WITHIN_MS },
  });
  const platform = new ScriptedPlatform();
  let readings: ReadonlyMap<AssetId, Reading> = new Map();
  const metrics = createMetrics();
  const engine = createEngine({
    config: loaded.config,
    store,
    sources,
    metrics,
    clock,
    log,
    nextId: createMessageIds(clock),
    onEvaluated: (ready) => {
      readings = ready;
    },
  });
  const delivery = createDelivery({
    platform,
    store,
    clock: patient(clock),
    log,
    random,
    drawFigure: noPicture,
    workerId: 'desk',
    nextId: createMessageIds(clock),
  });
  const inbox = createInbox({
    commands: COMMANDS,
    store: { ...store, readings: engine.readings },
    status: () => Promise.reject(new Error('not part of this run')),
    now: () => clock.now(),
    realClock: clock,
    nextId: createMessageIds(clock),
    log,
    drawFigure: noPicture,
    settings: {
      maxSubscriptionsPerChat: 50,
      maxSubscriptionsPerPlace: 500,
      defaultAssets: [assetId('BTC'), assetId('ETH')],
    },
    sourceTitles: titlesOf(sources),
  });
  let dueAt = startAt;
  const lastReadAt = new Map<string, number>();

  async function collectDue(): Promise<void> {
    for (const source of sources) {
      const { id, kind } = source.adapter;
      const periodMs = source.periodSeconds * 1000;
      if (dueAt - (lastReadAt.get(id) ?? Number.NEGATIVE_INFINITY) < periodMs) continue;
      lastReadAt.set(id, dueAt);
      const jobs = kind === 'exchange' ? (['market', 'depth'] as const) : (['position'] as const);
      for (const job of jobs) await engine.pipeline.collect(source, job, stop.signal);
    }
  }

  async function openIncidents(): Promise<ReadonlyMap<string, Incident>> {
    const states = await store.alerts.all();
    return new Map(
      states.flatMap(({ asset, side, incident }) =>
        incident === undefined ? [] : [[`${asset} ${side}`, incident] as const],
      ),
    );
  }

  async function ticked(): Promise<Tick> {
    const messages = await delivered();
    return { at: clock.now(), readings, messages, incidents: await openIncidents() };
  }

  async function delivered(): Promise<readonly PlatformMessage[]> {
    const before = platform.arrived.length;
    while ((await delivery.deliverDue()) > 0);
    return platform.arrived.slice(before);
  }

  return {
    market,
    clock,
    engine,
    store,
    log,
    async firstLook() {
      await engine.pipeline.restore();
      await engine.firstLook(stop.signal);
      await engine.readHistory(stop.signal);
      return await ticked();
    },
    async tick(minutes = 1) {
      dueAt += minutes * MINUTE_MS;
      clock.moveTo(dueAt);
      await collectDue();
      if (dueAt % HISTORY_EVERY_MS === 0) await engine.readHistory(stop.signal);
      readings = new Map();
      await engine.pipeline.evaluate();
      if (dueAt % FLUSH_EVERY_MS === 0) await engine.pipeline.flush();
      return await ticked();
    },
    fault: (source, kind) => market.control({ fault: { source, kind } }),
    async ask(line) {
      const [command = '', ...rest] = line.split(' ');
      const answer = await inbox.handle({
        chat: CHAT,
        userId: 'desk',
        mayManage: async () => true,
        command,
        input: { text: rest.join(' ') },
      });
      return textOf(answer);
    },
    async close() {
      stop.abort();
      await market.close();
    },
  };
}

async function noPicture(): Promise<DrawOutcome> {
  return { kind: 'failed', reason: 'no pictures here' };
}

/**
 * For the delivery: its longer waits are deadlines, which must not pass because somebody set them.
 * They resolve never, and reject when aborted, as a deadline that was met does.
 */
function patient(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    sleep: (durationMs, signal) =>
      durationMs < 1000
        ? clock.sleep(durationMs, signal)
        : new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
          }),
  };
}

function textOf({ doc }: Answer): string {
  return linesOf(doc).join('\n');
}

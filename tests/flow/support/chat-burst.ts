import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { COMMANDS } from '../../../src/bot/commands.gen.ts';
import { createDelivery } from '../../../src/bot/delivery/create-delivery.ts';
import { createInbox } from '../../../src/bot/handle-request.ts';
import { createDiscordPlatform } from '../../../src/bot/platforms/discord/discord.ts';
import type { Inbox, Platform } from '../../../src/bot/platforms/platform.ts';
import { createTelegramPlatform } from '../../../src/bot/platforms/telegram/telegram.ts';
import { createMessageIds } from '../../../src/message-id.ts';
import type { Random } from '../../../src/ports.ts';
import { createRealClock } from '../../../src/real-clock.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { seededRandom } from '../../fakes/seeded-random.ts';
import { makePng } from '../../fakes/telegram/make-png.ts';
import { tempFolder } from '../../fakes/temp-store.ts';
import { burstMessages } from './burst-messages.ts';
import { type BurstRow, joinArrivals, readBurst } from './burst-rows.ts';
import type { BurstPlatform, BurstRoom, StageReport } from './burst-stage.ts';
import { type RemoteStage, startStage } from './start-stage.ts';
import { type StoreTimes, timedStore } from './timed-store.ts';
import { WaitingClock } from './waiting-clock.ts';

export interface BurstOptions {
  platform: BurstPlatform;
  rooms: number;
  seed: number;
  /** Somebody asks something this often, virtual ms. */
  askEveryMs: number;
  /** One way, virtual ms: there (at least, at most) and back. */
  latency?: { there: [number, number]; back: [number, number] };
}

export interface BurstResult {
  rooms: readonly BurstRoom[];
  rows: BurstRow[];
  report: StageReport;
  /** Virtual epoch ms. */
  startedAt: number;
  criticalAt: number;
  /** Real ms from question to answer on a platform that answers directly. */
  askedMs: number[];
  storeTimes: StoreTimes;
  /** Of this thread after a collection, MB, before and during the burst. */
  heapMb: number[];
  /** Real ms, and of these CPU of both threads. */
  tookMs: number;
  cpuMs: number;
  log: RecordingLogger;
}

const START = Date.UTC(2026, 10, 24, 12);
const TOKEN = { discord: 'token-of-the-burst.abcdef', telegram: '700700700:token-of-the-burst' };
const LATENCY = { there: [5, 20], back: [50, 150] } satisfies BurstOptions['latency'];
/** The critical alerts come when this part of the others is out. */
const CRITICAL_AFTER = 0.2;
const HEAP_SAMPLES = 8;

/**
 * Alerts for all rooms of a fake platform at once, delivered by the program's own parts over real
 * HTTP in virtual time, while people keep asking. The critical alerts are stored last.
 */
export async function runBurst(options: BurstOptions): Promise<BurstResult> {
  const { platform: name, seed } = options;
  const clock = new WaitingClock(START);
  const realClock = createRealClock();
  const stop = new AbortController();
  const log = new RecordingLogger();
  const random = seededRandom(seed);
  const stage = await startStage(name, clock.face, TOKEN[name], options.rooms);
  const file = join(await tempFolder(), 'burst.db');
  const opened = await openStore({ url: file });
  const storeTimes: StoreTimes = new Map();
  const store = timedStore(opened, clock, storeTimes);
  const common = { apiUrl: stage.url, token: TOKEN[name], clock: realClock, log, random };
  const real =
    name === 'telegram'
      ? createTelegramPlatform(common)
      : createDiscordPlatform({
          ...common,
          settings: { criticalMentions: {}, publishAnnouncements: false },
          // The library's own limiter goes by real time; here only our pace counts.
          rest: { globalRequestsPerSecond: Number.MAX_SAFE_INTEGER },
        });
  const platform = withLatency(real, clock, random, options.latency ?? LATENCY);
  const png = makePng(640, 400);
  const nextId = createMessageIds(clock);
  const drawFigure = async () => ({ kind: 'drawn' as const, png });
  let delivered = 0;
  const alerts = options.rooms * 4;
  const finished = Promise.withResolvers<void>();
  const partly = Promise.withResolvers<void>();
  const heapMb = [heapNowMb()];
  const delivery = createDelivery({
    platform,
    store,
    clock,
    log,
    random,
    drawFigure,
    workerId: 'burst',
    nextId,
    onAttempt() {
      delivered += 1;
      if (delivered >= alerts * CRITICAL_AFTER) partly.resolve();
      if (delivered % Math.ceil(alerts / HEAP_SAMPLES) === 0) heapMb.push(heapNowMb());
    },
  });
  const inbox = createInbox({
    commands: COMMANDS,
    store: { ...store, readings: { all: () => [], get: () => undefined } as never },
    status: () => Promise.reject(new Error('not part of this run')),
    now: () => clock.now(),
    realClock,
    nextId,
    wake: () => delivery.wake(),
    log,
    drawFigure,
    settings: {
      maxSubscriptionsPerChat: 50,
      maxSubscriptionsPerPlace: 500,
      defaultAssets: [assetId('BTC')],
    },
    unlimited: [name],
  });
  const asking = createAsking({ stage, clock, inbox, everyMs: options.askEveryMs, random });
  const running = [real.run(asking.inbox, stop.signal)];
  const [noMoreAsking, standStill] = [new AbortController(), new AbortController()];
  await connected(real);
  const going = clock.run(standStill.signal);
  // What it asked for while connecting counts for its platform's first second.
  await clock.sleep(2_000);

  const { others, critical } = burstMessages(stage.rooms, () => clock.now());
  const realStart = performance.now();
  const cpuStart = process.cpuUsage();
  await store.alerts.commit({ states: [], messages: others() });
  const startedAt = clock.now();
  running.push(delivery.run(stop.signal));
  const asked = asking.run(noMoreAsking.signal);
  D("started");
  await partly.promise; D("partly");
  const criticalAt = clock.now();
  await store.alerts.commit({ states: [], messages: critical() });
  delivery.wake();
  void untilDelivered().then(finished.resolve, finished.reject);
  await finished.promise; D("finished");
  await asked;
  stop.abort();
  await Promise.all(running); D("stopped");
  standStill.abort();
  await going; D("still");
  const tookMs = performance.now() - realStart;
  const { user, system } = process.cpuUsage(cpuStart);
  const report = await stage.report();
  await stage.close();
  await opened.close();
  return {
    rooms: stage.rooms,
    rows: joinArrivals(readBurst(file), report.arrivals),
    report,
    startedAt,
    criticalAt,
    askedMs: asking.tookMs,
    storeTimes,
    heapMb,
    tookMs,
    cpuMs: (user + system) / 1000,
    log,
  };

  async function untilDelivered(): Promise<void> {
    for (;;) {
      await clock.sleep(1_000);
      if (delivered < alerts) continue;
      noMoreAsking.abort();
      const { pending, claimed } = await store.outbox.counts();
      if (pending + claimed === 0) return;
    }
  }
}

/** The way to the platform and back in virtual time, the request itself in none. */
function withLatency(
  platform: Platform,
  clock: WaitingClock,
  random: Random,
  { there, back }: NonNullable<BurstOptions['latency']>,
): Platform {
  const between = ([least, most]: [number, number]) => least + random() * (most - least);
  return {
    ...platform,
    async send(message, signal) {
      await clock.sleep(between(there));
      const outcome = await clock.during(() => platform.send(message, signal));
      await clock.sleep(between(back));
      return outcome;
    },
  };
}

interface Asking {
  inbox: Inbox;
  tookMs: number[];
  run(signal: AbortSignal): Promise<void>;
}

/** People who ask one after the other, in rooms drawn at random. */
function createAsking(parts: {
  stage: RemoteStage;
  clock: WaitingClock;
  inbox: Inbox;
  everyMs: number;
  random: Random;
}): Asking {
  const { stage, clock, inbox, random } = parts;
  const rooms = stage.rooms.flatMap(({ asks }, index) => (asks ? [index] : []));
  const isDirect = stage.rooms[0]?.chat.platform === 'discord';
  const tookMs: number[] = [];
  let committed = () => {};

  async function ask(): Promise<void> {
    const room = rooms[Math.floor(random() * rooms.length)] ?? 0;
    const startedAt = performance.now();
    const stored = new Promise<void>((resolve) => {
      committed = resolve;
    });
    await stage.ask(room);
    if (!isDirect) await stored;
    tookMs.push(performance.now() - startedAt);
  }

  return {
    tookMs,
    inbox: {
      ...inbox,
      async commit(platform, position, replies) {
        await inbox.commit(platform, position, replies);
        if (replies.length > 0) committed();
      },
    },
    async run(signal) {
      while (!signal.aborted) {
        await clock.sleep(parts.everyMs, signal).catch(() => undefined);
        if (signal.aborted) return;
        // What is answered directly is answered in real time, and the burst goes on meanwhile.
        await (isDirect ? ask() : clock.during(ask));
      }
    },
  };
}

async function connected(platform: Platform): Promise<void> {
  while (platform.state().state !== 'connected') {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function heapNowMb(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
import { writeSync } from "node:fs"; const D = (m: string) => writeSync(2, m + "\n");

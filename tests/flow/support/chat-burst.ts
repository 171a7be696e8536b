import { join } from 'node:path';
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
import type { Store } from '../../../src/store/store.ts';
import { seededRandom } from '../../fakes/seeded-random.ts';
import { makePng } from '../../fakes/telegram/make-png.ts';
import { tempFolder } from '../../fakes/temp-store.ts';
import { ALERTS_PER_ROOM, burstMessages } from './burst-messages.ts';
import { type BurstRow, joinArrivals, readBurst } from './burst-rows.ts';
import type { BurstPlatform, BurstRoom, StageReport } from './burst-stage.ts';
import { CountingLogger } from './counting-logger.ts';
import { heapSizeMb } from './heap-size.ts';
import { peopleAsking } from './people-asking.ts';
import { type Latency, overSlowNetwork } from './slow-network.ts';
import { type RemoteStage, startStage } from './start-stage.ts';
import { type StoreTimes, timedStore } from './timed-store.ts';
import { WaitingClock } from './waiting-clock.ts';

export interface BurstOptions {
  platform: BurstPlatform;
  rooms: number;
  /** So many more alerts for one of the rooms. */
  crowd?: number;
  latency: Latency;
  seed: number;
}

export interface BurstResult {
  rooms: readonly BurstRoom[];
  /** What was stored, in order of arrival. */
  rows: BurstRow[];
  report: StageReport;
  /** Virtual epoch ms of the start, and of the critical alerts. */
  startedAt: number;
  criticalAt: number;
  /** See `PeopleAsking`. */
  askedMs: readonly number[];
  storeTimes: StoreTimes;
  /** MB after a collection: at first, then after each eighth of the alerts. */
  heapMb: number[];
  /** Real ms in all, and of the CPU on both threads. */
  tookMs: number;
  cpuMs: number;
  log: CountingLogger;
}

const START = Date.UTC(2026, 10, 24, 12);
const TOKEN = { discord: 'token-of-the-burst.abcdef', telegram: '700700700:token-of-the-burst' };
const ASK_EVERY_MS = 500;
/** The critical alerts come when this part of all is out. */
const CRITICAL_AFTER = 0.2;
/** With so few messages left people stop asking, or there would always be some. */
const NEARLY_NONE = 5;

/**
 * Alerts for all rooms of a fake platform at once, delivered by the program's own parts over real
 * HTTP in virtual time, while people keep asking. The critical alerts are stored last.
 */
export async function runBurst(options: BurstOptions): Promise<BurstResult> {
  const { platform: name, rooms } = options;
  const clock = new WaitingClock(START);
  const log = new CountingLogger();
  const random = seededRandom(options.seed);
  const stage = await startStage(name, clock.face, TOKEN[name], rooms);
  const file = join(await tempFolder(), 'burst.db');
  const opened = await openStore({ url: file });
  const storeTimes: StoreTimes = new Map();
  const store = timedStore(opened, clock, storeTimes);
  const platform = realPlatform(name, stage, log, random);
  const nextId = createMessageIds(clock);
  const heapMb = [heapSizeMb()];
  const isPartlyOut = Promise.withResolvers<void>();
  let attempts = 0;
  const delivery = createDelivery({
    platform: overSlowNetwork(platform, clock, random, options.latency),
    store,
    clock,
    log,
    random,
    drawFigure,
    workerId: 'burst',
    nextId,
    onAttempt() {
      attempts += 1;
      if (attempts >= rooms * ALERTS_PER_ROOM * CRITICAL_AFTER) isPartlyOut.resolve();
      if (attempts % Math.ceil((rooms * ALERTS_PER_ROOM) / 8) === 0) heapMb.push(heapSizeMb());
    },
  });
  const inbox = burstInbox(store, clock, log, nextId, delivery.wake);
  const people = peopleAsking({ stage, clock, inbox, everyMs: ASK_EVERY_MS, random });

  const [stop, quiet, standStill] = abortControllers();
  const going = clock.run(standStill.signal);
  const connection = platform.run(people.inbox, stop.signal);
  await connected(platform, log);
  // What was asked for while connecting counts for the platform's first second.
  await clock.sleep(2_000);

  const messages = burstMessages(stage.rooms, options.crowd ?? 0, () => clock.now());
  const realStart = performance.now();
  const cpuStart = process.cpuUsage();
  await store.alerts.commit({ states: [], messages: messages.others() });
  const startedAt = clock.now();
  const delivering = delivery.run(stop.signal);
  const asking = people.run(quiet.signal);
  await isPartlyOut.promise;
  const criticalAt = clock.now();
  await store.alerts.commit({ states: [], messages: messages.critical() });
  delivery.wake();
  await waiting(store, clock, NEARLY_NONE);
  quiet.abort();
  await asking;
  await waiting(store, clock, 0);
  stop.abort();
  await Promise.all([connection, delivering]);
  standStill.abort();
  await going;
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
    askedMs: people.tookMs,
    storeTimes,
    heapMb,
    tookMs,
    cpuMs: (user + system) / 1000,
    log,
  };
}

async function drawFigure() {
  return { kind: 'drawn' as const, png: makePng(640, 400) };
}

function abortControllers(): [AbortController, AbortController, AbortController] {
  return [new AbortController(), new AbortController(), new AbortController()];
}

/** Their own waits are of real time: those of the connection. */
function realPlatform(
  name: BurstPlatform,
  { url }: RemoteStage,
  log: CountingLogger,
  random: Random,
): Platform {
  const clock = createRealClock();
  const common = { apiUrl: url, token: TOKEN[name], clock, log, random };
  if (name === 'telegram') return createTelegramPlatform(common);
  return createDiscordPlatform({
    ...common,
    settings: { criticalMentions: {}, publishAnnouncements: false },
    // The library's own limiter goes by real time; here only our pace counts.
    rest: { globalRequestsPerSecond: Number.MAX_SAFE_INTEGER },
  });
}

function burstInbox(
  store: Store,
  clock: WaitingClock,
  log: CountingLogger,
  nextId: () => string,
  wake: () => void,
): Inbox {
  return createInbox({
    commands: COMMANDS,
    store,
    status: () => Promise.reject(new Error('not part of this run')),
    now: () => clock.now(),
    realClock: createRealClock(),
    nextId,
    wake,
    log,
    drawFigure,
    settings: {
      maxSubscriptionsPerChat: 50,
      maxSubscriptionsPerPlace: 500,
      defaultAssets: [assetId('BTC')],
    },
    unlimited: ['discord', 'telegram'],
  });
}

/** With everything done that is done once: it counts for the platform's limits too. */
async function connected(platform: Platform, log: CountingLogger): Promise<void> {
  const isRegistered = () =>
    platform.id !== 'discord' || log.counts.has('Discord commands registered');
  while (platform.state().state !== 'connected' || !isRegistered()) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Until no more than `most` messages are unsettled. */
async function waiting({ outbox }: Store, clock: WaitingClock, most: number): Promise<void> {
  for (;;) {
    const { pending, claimed } = await outbox.counts();
    if (pending + claimed <= most) return;
    await clock.sleep(1_000);
  }
}

import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import { createDelivery } from '../../../src/bot/delivery/create-delivery.ts';
import { createInbox } from '../../../src/bot/handle-request.ts';
import { createDiscordPlatform } from '../../../src/bot/platforms/discord/discord.ts';
import type { Inbox } from '../../../src/bot/platforms/platform.ts';
import { createTelegramPlatform } from '../../../src/bot/platforms/telegram/telegram.ts';
import type { Random } from '../../../src/ports.ts';
import type { Store } from '../../../src/store/store.ts';
import { type CrashingStore, crashingStore } from '../../fakes/crashing-store.ts';
import type { RecordingLogger } from '../../fakes/recording-logger.ts';
import type { VirtualClock } from '../../fakes/virtual-clock.ts';
import { DISCORD_TOKEN, TELEGRAM_TOKEN } from './chat-service.ts';
import { faultyPlatform, pausingClock, type Wire } from './faulty-platform.ts';

/** One life of the program: both deliveries, and the inbox that platforms talk to. */
export interface ChatProcess {
  store: Store;
  inbox: Inbox;
  /** Messages were stored. */
  wake(): void;
  isDead(): boolean;
  /** Ends it as `kill -9` does. */
  die(): void;
  /** Resolves when nothing of it runs any more; asks it to stop (SIGTERM) where it still lives. */
  end(): Promise<void>;
  /** The write at which it died, `before outbox.settle`; absent when it did not die at one. */
  diedAt(): string | undefined;
}

export interface ProcessParts {
  store: Store;
  wire: Wire;
  clock: VirtualClock;
  log: RecordingLogger;
  random: Random;
  life: number;
  crowdedFrom: number;
  /** Fresh ids that can be found again in a chat. */
  nextId(): string;
  picture: Uint8Array;
  /** Deaths that still have to be met, besides the one that every life has. */
  deaths: readonly Death[];
}

/** Then it may live: in a world of deaths alone nothing is ever sent. */
const MOST_DEATHS = 25;

/** Writes that happen all the time, with how many of each may pass before the death. */
const OFTEN = [
  ['alerts.commit', 6],
  ['inbound.commit', 2],
  ['outbox.claim', 12],
  ['outbox.begin', 12],
  ['outbox.settle', 12],
  ['outbox.release', 12],
  ['outbox.expire', 12],
  ['outbox.releaseAbandoned', 2],
] as const;

/** Writes that happen now and then: a round dies at the first one of one kind. */
const SELDOM = [
  'outbox.enqueue',
  'outbox.summarise',
  'places.enter',
  'places.leave',
  'places.move',
  'subscriptions.closeChat',
] as const;

type Write = (typeof OFTEN)[number][0] | (typeof SELDOM)[number];

interface Death {
  write: Write;
  count: number;
  when: 'before' | 'after';
}

/** All writes at which a death can be, as `diedAt` names them. */
export const DEATHS: readonly string[] = [...OFTEN.map(([write]) => write), ...SELDOM].flatMap(
  (write) => [`before ${write}`, `after ${write}`],
);

/** Twelve seeds in a row have each of them. */
export function seldomDeath(seed: number): Death {
  const index = seed % (2 * SELDOM.length);
  const write = SELDOM[index % SELDOM.length] ?? SELDOM[0];
  return { write, count: 1, when: index < SELDOM.length ? 'before' : 'after' };
}

function drawDeath(random: Random): Death {
  const [write, most] = OFTEN[Math.floor(random() * OFTEN.length)] ?? OFTEN[0];
  const count = 1 + Math.floor(random() * most);
  return { write, count, when: random() < 0.5 ? 'before' : 'after' };
}

export function startChatProcess(parts: ProcessParts): ChatProcess {
  const { wire, clock, log, random, life, picture } = parts;
  const deaths = life > MOST_DEATHS ? parts.deaths : [...parts.deaths, drawDeath(random)];
  const mortals: CrashingStore[] = [];
  for (const { write, count, when } of deaths) {
    const inner = mortals.at(-1)?.store ?? parts.store;
    mortals.push(crashingStore(inner, count, when, [write]));
  }
  let isKilled = false;
  const isDead = () => isKilled || mortals.some((mortal) => mortal.crashed());
  const die = () => {
    isKilled ||= !isDead();
    for (const mortal of mortals) mortal.die();
  };
  const store = markingStore(mortals.at(-1)?.store ?? parts.store);
  const stop = new AbortController();
  const { town } = wire;

  const inbox = createInbox({
    commands: [],
    store,
    status: () => Promise.reject(new Error('not asked here')),
    settings: { maxSubscriptionsPerChat: 50, maxSubscriptionsPerPlace: 500, defaultAssets: [] },
    now: () => clock.now(),
    realClock: clock,
    log,
    drawFigure: async () => ({ kind: 'failed', reason: 'not asked here' }),
    nextId: parts.nextId,
    wake: () => wake(),
  });
  const platforms = [
    createDiscordPlatform({
      token: DISCORD_TOKEN,
      apiUrl: town.discord.url,
      clock: pausingClock(clock),
      log,
      random,
      settings: { criticalMentions: {}, publishAnnouncements: false },
    }),
    createTelegramPlatform({
      token: TELEGRAM_TOKEN,
      apiUrl: town.telegram.url,
      clock,
      log,
      random,
      settings: { callDeadlineMs: 8_000 },
    }),
  ];
  const sender = { life, isDead, die };
  const deliveries = platforms.map((platform) =>
    createDelivery({
      platform: faultyPlatform(platform, wire, sender),
      store,
      clock,
      log,
      random,
      drawFigure: async ({ asset }) =>
        asset === 'BTC'
          ? { kind: 'failed', reason: 'no chart of it here' }
          : { kind: 'drawn', png: picture },
      workerId: `life-${life}`,
      nextId: parts.nextId,
      settings: {
        sendDeadlineMs: 10_000,
        retryMaxMs: 60_000,
        leaseMs: 60_000,
        pollMs: 3_000,
        upkeepMs: 3_000,
        stopGraceMs: 1_000,
        crowdedFrom: parts.crowdedFrom,
      },
    }),
  );
  const running = Promise.all(deliveries.map((delivery) => delivery.run(stop.signal)));
  const wake = () => {
    for (const delivery of deliveries) delivery.wake();
  };
  return {
    store,
    inbox,
    wake,
    isDead,
    die,
    async end() {
      stop.abort();
      await running;
    },
    diedAt() {
      const [death] = deaths.filter((_, index) => mortals[index]?.crashed());
      return isKilled || death === undefined ? undefined : `${death.when} ${death.write}`;
    },
  };
}

/** Titles begin with the message's id, so that it can be found again in the chat. */
function markingStore(store: Store): Store {
  const { alerts, inbound, places, outbox } = store;
  return {
    ...store,
    alerts: {
      ...alerts,
      commit: (change) => alerts.commit({ ...change, messages: change.messages.map(marked) }),
    },
    inbound: {
      ...inbound,
      commit: (platform, position, messages) =>
        inbound.commit(platform, position, messages.map(marked)),
    },
    places: {
      ...places,
      enter: (place, at, greeting) =>
        places.enter(place, at, greeting === undefined ? undefined : marked(greeting)),
    },
    outbox: {
      ...outbox,
      enqueue: (messages) => outbox.enqueue(messages.map(marked)),
      summarise: (ids, summary, reason, at) => outbox.summarise(ids, marked(summary), reason, at),
    },
  };
}

function marked(message: OutgoingMessage): OutgoingMessage {
  const { id, doc } = message;
  if (doc.title.startsWith(id)) return message;
  return { ...message, doc: { ...doc, title: `${id} ${doc.title}` } };
}

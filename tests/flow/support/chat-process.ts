import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import { createDelivery } from '../../../src/bot/delivery/create-delivery.ts';
import { createInbox } from '../../../src/bot/handle-request.ts';
import { createDiscordPlatform } from '../../../src/bot/platforms/discord/discord.ts';
import type { Inbox } from '../../../src/bot/platforms/platform.ts';
import { createTelegramPlatform } from '../../../src/bot/platforms/telegram/telegram.ts';
import type { Random } from '../../../src/ports.ts';
import type { Store } from '../../../src/store/store.ts';
import { crashingStore } from '../../fakes/crashing-store.ts';
import type { RecordingLogger } from '../../fakes/recording-logger.ts';
import type { VirtualClock } from '../../fakes/virtual-clock.ts';
import { DISCORD_TOKEN, TELEGRAM_TOKEN } from './chat-service.ts';
import { faultyPlatform, type Wire } from './faulty-platform.ts';

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
}

/** Then it may live: in a world of deaths alone nothing is ever sent. */
const MOST_DEATHS = 25;

/** Writes that a death may hit, with how many of each pass before it at most. */
const TARGETS = [
  ['alerts.commit', 6],
  ['inbound.commit', 2],
  ['outbox.claim', 12],
  ['outbox.begin', 12],
  ['outbox.settle', 12],
  ['outbox.release', 12],
  ['outbox.expire', 12],
  ['outbox.releaseAbandoned', 2],
  ['outbox.summarise', 1],
  ['places.enter', 1],
  ['places.leave', 1],
  ['places.move', 1],
  ['subscriptions.closeChat', 1],
] as const;

/** All at which a death can be, as `diedAt` names them. */
export const DEATHS: readonly string[] = TARGETS.flatMap(([write]) => [
  `before ${write}`,
  `after ${write}`,
]);

export function startChatProcess(parts: ProcessParts): ChatProcess {
  const { wire, clock, log, random, life, picture } = parts;
  const [target, most] = TARGETS[Math.floor(random() * TARGETS.length)] ?? TARGETS[0];
  const crashAt = life > MOST_DEATHS ? Number.POSITIVE_INFINITY : 1 + Math.floor(random() * most);
  const when = random() < 0.5 ? 'before' : 'after';
  const mortal = crashingStore(parts.store, crashAt, when, [target]);
  const store = markingStore(mortal.store);
  const stop = new AbortController();
  const { town } = wire;
  let isKilled = false;

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
      clock,
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
  const sender = {
    life,
    isDead: mortal.crashed,
    die() {
      isKilled ||= !mortal.crashed();
      mortal.die();
    },
  };
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
    isDead: mortal.crashed,
    die: sender.die,
    async end() {
      stop.abort();
      await running;
    },
    diedAt: () => (mortal.crashed() && !isKilled ? `${when} ${target}` : undefined),
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
      summarise: (ids, summary, reason, at) => outbox.summarise(ids, marked(summary), reason, at),
    },
  };
}

function marked(message: OutgoingMessage): OutgoingMessage {
  const { id, doc } = message;
  if (doc.title.startsWith(id)) return message;
  return { ...message, doc: { ...doc, title: `${id} ${doc.title}` } };
}

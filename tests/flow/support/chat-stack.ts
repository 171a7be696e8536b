import { expect, onTestFinished } from 'vitest';
import type { ChatRef, OutgoingMessage } from '../../../src/alerts/model.ts';
import { COMMANDS } from '../../../src/bot/commands.gen.ts';
import { createDelivery } from '../../../src/bot/delivery/create-delivery.ts';
import { createInbox } from '../../../src/bot/handle-request.ts';
import type { CommandLimits } from '../../../src/bot/inbox/limits.ts';
import { createDiscordPlatform } from '../../../src/bot/platforms/discord/discord.ts';
import type { Inbox, Platform } from '../../../src/bot/platforms/platform.ts';
import { createTelegramPlatform } from '../../../src/bot/platforms/telegram/telegram.ts';
import type { StatusReport } from '../../../src/bot/status-report.ts';
import { createMessageIds } from '../../../src/message-id.ts';
import { createMetrics } from '../../../src/operations/metrics.ts';
import { createReadiness } from '../../../src/operations/readiness.ts';
import type { Clock } from '../../../src/ports.ts';
import { createRealClock } from '../../../src/real-clock.ts';
import { createSkewWatch } from '../../../src/skew-watch.ts';
import type { OutboxRow, Store } from '../../../src/store/store.ts';
import { type FakeDiscord, startDiscord } from '../../fakes/discord/discord-server.ts';
import { makeDoc, makeMessage } from '../../fakes/make-message.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { makePng } from '../../fakes/telegram/make-png.ts';
import { type FakeTelegram, startTelegram } from '../../fakes/telegram/telegram-server.ts';
import { openTempStore } from '../../fakes/temp-store.ts';
import { DISCORD_TOKEN, TELEGRAM_TOKEN } from './chat-service.ts';
import { discordWorld, telegramWorld } from './chat-stack-world.ts';
import { fastClock } from './fast-clock.ts';

export const LOOK = { timeout: 25_000, interval: 10 };
export const PLATFORM_NAMES = ['discord', 'telegram'] as const;
export type PlatformName = (typeof PLATFORM_NAMES)[number];

/** Delivery's waits of a minute take three seconds. */
const SPEED = 20;
const PICTURE = new Uint8Array(makePng(40, 30));
const NEVER = new AbortController().signal;

export interface StackOptions {
  /** What the platforms take for the machine's clock. */
  clock?: Clock;
  /** The platforms' own time, epoch ms. */
  platformNow?: () => number;
  limits?: Partial<CommandLimits>;
  maxSubscriptionsPerChat?: number;
  inbox?: (inbox: Inbox) => Inbox;
  store?: (store: Store) => Store;
  apiUrls?: Partial<Record<PlatformName, string>>;
  tokens?: Partial<Record<PlatformName, string>>;
}

export type ChatStack = Awaited<ReturnType<typeof chatStack>>;

/**
 * Everything between the store and the two (fake) platforms as the program wires it, in this
 * process: inbox, delivery, both platforms, with a server and a group in which Ada may manage.
 */
export async function chatStack(options: StackOptions = {}) {
  const now = options.platformNow === undefined ? {} : { now: options.platformNow };
  const discord = await startDiscord({ token: DISCORD_TOKEN, ...now });
  const telegram = await startTelegram({ token: TELEGRAM_TOKEN, ...now });
  discord.gateway.heartbeatIntervalMs = 200;
  const wrapStore = options.store ?? ((plain: Store) => plain);
  const store = wrapStore(await openTempStore());
  const log = new RecordingLogger();
  const metrics = createMetrics();
  const programClock = fastClock(SPEED, (options.clock ?? createRealClock()).now());
  const platforms = createPlatforms(discord, telegram, log, options);
  const drawFigure = async () => ({ kind: 'drawn' as const, png: PICTURE });
  const nextId = createMessageIds(programClock);
  const deliveries = PLATFORM_NAMES.map((name) =>
    createDelivery({
      platform: platforms[name],
      store,
      clock: programClock,
      wireClock: programClock,
      log,
      random: () => 0.5,
      drawFigure,
      workerId: 'stack',
      nextId,
      onAttempt: (outcome) => metrics.delivered(name, outcome),
    }),
  );
  const wake = () => {
    for (const delivery of deliveries) delivery.wake();
  };
  const inbox = createInbox({
    commands: COMMANDS,
    store,
    status: async (): Promise<StatusReport> => ({
      startedAt: 0,
      sources: [],
      assets: { ready: 0, warmingUp: 0, eligible: 0 },
      openIncidents: 0,
      outbox: await store.outbox.counts(),
      platforms: PLATFORM_NAMES.map((name) => ({ id: name, ...platforms[name].state() })),
    }),
    settings: {
      maxSubscriptionsPerChat: options.maxSubscriptionsPerChat ?? 50,
      maxSubscriptionsPerPlace: 500,
      defaultAssets: [],
    },
    now: () => programClock.now(),
    realClock: createRealClock(),
    log,
    drawFigure,
    nextId,
    wake,
    limits: {
      userPerMinute: 1000,
      chatPerMinute: 1000,
      userWorkMsPerMinute: 60_000,
      chatWorkMsPerMinute: 60_000,
      atOnce: 8,
      mostWaiting: 64,
      ...options.limits,
    },
  });
  const stop = new AbortController();
  const running: Promise<void>[] = [];
  async function end(): Promise<void> {
    stop.abort();
    await Promise.all(running);
  }
  onTestFinished(async () => {
    // What a test left silent must not hold up the end.
    await Promise.all([discord.close(), telegram.close()]);
    await end();
  });

  const world = { ...discordWorld(discord), ...telegramWorld(telegram) };
  const chats: Record<PlatformName, ChatRef> = {
    discord: {
      platform: 'discord',
      chatId: world.guild.id,
      thread: world.guild.general.id,
    },
    telegram: { platform: 'telegram', chatId: String(world.group.id) },
  };

  /** What the platform shows in the chat, message by message, as text. */
  function shown(name: PlatformName): string[] {
    if (name === 'telegram') return telegram.messages(world.group).map(({ text }) => text);
    return discord
      .messages(world.guild.general)
      .map(({ content, embeds }) => content + JSON.stringify(embeds));
  }

  async function rowOf(id: string, name: PlatformName): Promise<OutboxRow | undefined> {
    return (await store.outbox.ofChat(chats[name], 500)).find((row) => row.id === id);
  }

  return {
    ...world,
    discord,
    telegram,
    store,
    log,
    metrics,
    platforms,
    chats,
    shown,
    inbox,
    clock: programClock,
    /** Lines of a message in the log. */
    logged: (message: string) => log.lines.filter((line) => line.message === message),
    start(): void {
      const used = options.inbox?.(inbox) ?? inbox;
      for (const name of PLATFORM_NAMES) running.push(platforms[name].run(used, stop.signal));
      for (const delivery of deliveries) running.push(delivery.run(stop.signal));
    },
    end,
    async connected(...names: PlatformName[]): Promise<void> {
      for (const name of names.length === 0 ? PLATFORM_NAMES : names) {
        await expect.poll(() => platforms[name].state().state, LOOK).toBe('connected');
      }
      if (names.length === 0 || names.includes('discord')) {
        await expect.poll(() => discord.commands().length, LOOK).toBeGreaterThan(0);
      }
    },
    readiness: createReadiness({
      pipeline: { lastEvaluationAt: () => programClock.now() },
      store,
      platforms: Object.values(platforms),
      clock: programClock,
      config: { evaluation: { periodSeconds: 60 } } as never,
    }),
    /** An alert of this title for the chat, as the tick stores it. Gives its id. */
    async alert(name: PlatformName, title: string, rest: Partial<OutgoingMessage> = {}) {
      const id = nextId();
      const createdAt = programClock.now();
      await store.outbox.enqueue([
        makeMessage({
          id,
          chat: chats[name],
          groupId: `g-${id}`,
          doc: makeDoc({ title }),
          createdAt,
          expiresAt: createdAt + 3_600_000,
          ...rest,
        }),
      ]);
      wake();
      return id;
    },
    rowOf,
    /** Waits until it has come to this state. */
    async becomes(id: string, name: PlatformName, state: string): Promise<void> {
      await expect.poll(async () => (await rowOf(id, name))?.state, LOOK).toBe(state);
    },
    /** How many messages with this in them stand in the chat. */
    copies: (name: PlatformName, text: string) =>
      shown(name).filter((one) => one.includes(text)).length,
    /** Ada asks for help in the chat and is answered. */
    async answers(name: PlatformName): Promise<void> {
      if (name === 'discord') {
        const asked = await discord.slash(world.guild.general, world.ada, 'help');
        await asked.settled();
        expect(asked.message()?.embeds.length).toBe(1);
        return;
      }
      const asked = telegram.write(world.group, world.eve, '/help');
      const isAnswered = () =>
        telegram.messages(world.group).some(({ replyTo }) => replyTo === asked.messageId);
      await expect.poll(isAnswered, LOOK).toBe(true);
    },
    check: (name: PlatformName) => platforms[name].check?.(NEVER),
  };
}

function createPlatforms(
  discord: FakeDiscord,
  telegram: FakeTelegram,
  log: RecordingLogger,
  options: StackOptions,
): Record<PlatformName, Platform> {
  const { apiUrls = {}, tokens = {} } = options;
  const clock = options.clock ?? createRealClock();
  const partsOf = (platform: PlatformName) => ({
    clock,
    log,
    random: () => 0.5,
    apiTimeSeen: createSkewWatch(clock, log.child({ platform })),
  });
  return {
    discord: createDiscordPlatform({
      ...partsOf('discord'),
      token: tokens.discord ?? DISCORD_TOKEN,
      apiUrl: apiUrls.discord ?? discord.url,
      settings: { criticalMentions: {}, publishAnnouncements: false },
      rest: { timeout: 1_000 },
      timing: {
        firstWaitMs: 20,
        mostWaitMs: 300,
        mostReconnectWaitMs: 100,
        checkEveryMs: 25,
        notReadyAfterMs: 8_000,
        silentAfterMs: 3_000,
        helloWithinMs: 500,
        refusedTokenMs: 1_000,
        closeWithinMs: 100,
      },
    }),
    telegram: createTelegramPlatform({
      ...partsOf('telegram'),
      token: tokens.telegram ?? TELEGRAM_TOKEN,
      apiUrl: apiUrls.telegram ?? telegram.url,
      settings: {
        pollHoldSeconds: 1,
        pollDeadlineMs: 2_000,
        callDeadlineMs: 1_000,
        quickDeadlineMs: 1_000,
        retryMinMs: 10,
        retryMaxMs: 100,
        conflictMinMs: 10,
        conflictMaxMs: 100,
        refusedTokenMs: 150,
      },
    }),
  };
}

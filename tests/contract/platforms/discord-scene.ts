import type { RESTOptions } from 'discord.js';
import { expect, onTestFinished, vi } from 'vitest';
import type { ChatRef } from '../../../src/alerts/model.ts';
import { COMMANDS } from '../../../src/bot/commands.gen.ts';
import { createDiscordPlatform } from '../../../src/bot/platforms/discord/discord.ts';
import type { GatewayTiming } from '../../../src/bot/platforms/discord/gateway-timing.ts';
import type {
  Answer,
  CommandRequest,
  Inbox,
  PlatformMessage,
} from '../../../src/bot/platforms/platform.ts';
import { createRealClock } from '../../../src/real-clock.ts';
import {
  type FakeChannel,
  type FakeDiscord,
  type FakeGuild,
  startDiscord,
} from '../../fakes/discord/discord-server.ts';
import { makeInbox } from '../../fakes/make-inbox.ts';
import { makeDoc } from '../../fakes/make-message.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { seededRandom } from '../../fakes/seeded-random.ts';

export const TOKEN = 'MTIz.fake.token-of-the-tests';
export const NEVER = new AbortController().signal;
export const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 255, 128]);

/** Waits of the gateway's supervision short enough for tests. */
export const FAST: Partial<GatewayTiming> = {
  firstWaitMs: 20,
  mostWaitMs: 200,
  mostReconnectWaitMs: 100,
  checkEveryMs: 25,
  closeWithinMs: 200,
};

export interface Settings {
  criticalMentions?: Readonly<Record<string, string>>;
  publishAnnouncements?: boolean;
  timing?: Partial<GatewayTiming>;
  inbox?: Partial<Inbox>;
  /** Milliseconds a request may take. */
  timeoutMs?: number;
  rest?: Partial<RESTOptions>;
  now?: () => number;
}

/** The platform in front of a fake Discord; everything ends with the test. */
export async function discordScene(settings: Settings = {}) {
  const { now, criticalMentions = {}, publishAnnouncements = false } = settings;
  const discord = await startDiscord({ token: TOKEN, ...(now === undefined ? {} : { now }) });
  const log = new RecordingLogger();
  const platform = createDiscordPlatform({
    token: TOKEN,
    apiUrl: discord.url,
    clock: createRealClock(),
    log,
    random: seededRandom(1),
    settings: { criticalMentions, publishAnnouncements },
    timing: { ...FAST, ...settings.timing },
    rest: {
      ...settings.rest,
      ...(settings.timeoutMs === undefined ? {} : { timeout: settings.timeoutMs }),
    },
  });
  const guild = discord.addGuild({ name: 'desk' });
  const stop = new AbortController();
  const requests: CommandRequest[] = [];
  let answer: (request: CommandRequest) => Promise<Answer> = async () => ({
    doc: makeDoc({ title: 'the answer', tone: 'info' }),
  });
  const inbox = makeInbox({
    commands: COMMANDS,
    handle: async (request) => {
      requests.push(request);
      return await answer(request);
    },
    ...settings.inbox,
  });
  let running: Promise<void> | undefined;
  onTestFinished(async () => {
    stop.abort();
    await running;
    await discord.close();
  });
  return {
    discord,
    platform,
    log,
    guild,
    channel: guild.general,
    requests,
    answers(given: typeof answer) {
      answer = given;
    },
    /** Begins `run`; the promise is its end. */
    start(): Promise<void> {
      running = platform.run(inbox, stop.signal);
      return running;
    },
    async connect(): Promise<void> {
      running = platform.run(inbox, stop.signal);
      await until(() => platform.state().state === 'connected');
      await until(() => discord.commandWrites > 0);
    },
    async stop(): Promise<void> {
      stop.abort();
      await running;
    },
  };
}

export function roomOf(guild: FakeGuild, channel: FakeChannel): ChatRef {
  return { platform: 'discord', chatId: guild.id, thread: channel.id };
}

export function messageTo(
  chat: ChatRef,
  overrides: Partial<PlatformMessage> = {},
): PlatformMessage {
  return {
    id: 'outbox-id-25-characters-x',
    chat,
    doc: makeDoc(),
    silent: false,
    severity: 2,
    kind: 'raise',
    ...overrides,
  };
}

/** Waits for something that happens by itself. */
export async function until(condition: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(condition()).toBe(true), { timeout: 10_000, interval: 5 });
}

/** Paths of REST calls with their methods, those of interactions without their tokens. */
export function callsOf(discord: FakeDiscord): string[] {
  return discord.calls.map(({ method, path }) => `${method} ${path}`);
}

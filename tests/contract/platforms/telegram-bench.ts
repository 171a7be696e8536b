import { expect, onTestFinished, vi } from 'vitest';
import type { ChatRef, Place } from '../../../src/alerts/model.ts';
import type { CommandDefinition } from '../../../src/bot/commands/define.ts';
import type {
  CommandRequest,
  Inbox,
  Platform,
  PlatformMessage,
  Reply,
} from '../../../src/bot/platforms/platform.ts';
import type { TelegramSettings } from '../../../src/bot/platforms/telegram/settings.ts';
import { createTelegramPlatform } from '../../../src/bot/platforms/telegram/telegram.ts';
import { createRealClock } from '../../../src/real-clock.ts';
import { makeInbox } from '../../fakes/make-inbox.ts';
import { makeDoc } from '../../fakes/make-message.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { type FakeTelegram, startTelegram } from '../../fakes/telegram/telegram-server.ts';
import type { FakeChat, FakeUser } from '../../fakes/telegram/types.ts';

export const TOKEN = '700123:secret-of-the-contract-tests';
const NEVER = new AbortController().signal;

/** Waits of milliseconds instead of seconds. */
const QUICK: Partial<TelegramSettings> = {
  retryMinMs: 5,
  retryMaxMs: 20,
  conflictMinMs: 5,
  conflictMaxMs: 20,
  refusedTokenMs: 30,
  webhookCheckMs: 30,
};

export interface Bench {
  server: FakeTelegram;
  platform: Platform;
  log: RecordingLogger;
  /** What the platform handed in, in order. */
  requests: CommandRequest[];
  commits: { position: number; replies: readonly Reply[] }[];
  joined: { chat: ChatRef; greet: boolean }[];
  left: { place: Place; reason: string }[];
  moved: { place: Place; to: string }[];
  /** Runs the platform; gives what stops it and waits for the end. Stopped with the test too. */
  start(): () => Promise<void>;
  connected(): Promise<void>;
  /** Waits until so many answers, in all, have been stored. */
  replies(count: number): Promise<Reply[]>;
  send(
    message: Partial<PlatformMessage> & Pick<PlatformMessage, 'chat'>,
  ): ReturnType<Platform['send']>;
}

export interface BenchOptions {
  settings?: Partial<TelegramSettings>;
  inbox?: Partial<Inbox>;
  webhook?: { url: string; host: string; port: number };
  apiUrl?: string;
  /** Of the fake: its time. */
  now?: () => number;
}

/** The platform against the fake, with an inbox that remembers. */
export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  const server = await startTelegram({
    token: TOKEN,
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  onTestFinished(() => server.close());
  const log = new RecordingLogger();
  const platform = createTelegramPlatform({
    token: TOKEN,
    apiUrl: options.apiUrl ?? server.url,
    clock: createRealClock(),
    log,
    random: () => 0.5,
    settings: { ...QUICK, ...options.settings },
    ...(options.webhook === undefined ? {} : { webhook: options.webhook }),
  });
  const seen: Pick<Bench, 'requests' | 'commits' | 'joined' | 'left' | 'moved'> = {
    requests: [],
    commits: [],
    joined: [],
    left: [],
    moved: [],
  };
  const inbox = rememberingInbox(seen, options.inbox);

  function start(): () => Promise<void> {
    const stop = new AbortController();
    const running = platform.run(inbox, stop.signal);
    const end = async () => {
      stop.abort();
      await running;
    };
    onTestFinished(end);
    return end;
  }

  const allReplies = () => seen.commits.flatMap(({ replies }) => replies);
  return {
    ...seen,
    server,
    platform,
    log,
    start,
    connected: () => vi.waitFor(() => expect(platform.state().state).toBe('connected'), PATIENCE),
    async replies(count) {
      await vi.waitFor(() => expect(allReplies().length).toBeGreaterThanOrEqual(count), PATIENCE);
      return allReplies();
    },
    send: (message) =>
      platform.send(
        { id: 'outbox-1', doc: makeDoc(), silent: false, severity: 2, kind: 'raise', ...message },
        NEVER,
      ),
  };
}

export const PATIENCE = { timeout: 10_000, interval: 5 };

function rememberingInbox(
  seen: Pick<Bench, 'requests' | 'commits' | 'joined' | 'left' | 'moved'>,
  overrides: Partial<Inbox> = {},
): Inbox {
  let stored: number | undefined;
  return makeInbox({
    commands: ['help', 'risk', 'mute', 'subscribe', 'two-words'].map(command),
    async handle(request) {
      seen.requests.push(request);
      return { doc: makeDoc({ title: `answer to ${request.command}`, tone: 'info' }) };
    },
    async joined(chat, { greet }) {
      seen.joined.push({ chat, greet });
    },
    async left(place, reason) {
      seen.left.push({ place, reason });
    },
    async moved(place, to) {
      seen.moved.push({ place, to });
    },
    position: async () => stored,
    async commit(_platform, position, replies) {
      stored = Math.max(position, stored ?? position);
      seen.commits.push({ position, replies });
    },
    ...overrides,
  });
}

function command(name: string): CommandDefinition {
  return {
    name,
    summary: `What ${name} does`,
    options: [],
    access: name === 'mute' || name === 'subscribe' ? 'manage' : 'anyone',
    examples: [],
    run: async () => makeDoc(),
  };
}

export function refOf(chat: FakeChat | FakeUser, threadId?: number): ChatRef {
  return {
    platform: 'telegram',
    chatId: String(chat.id),
    ...(threadId === undefined ? {} : { thread: String(threadId) }),
  };
}

import type { ChatRef } from '../../../alerts/model.ts';
import type { Clock, Logger, Random } from '../../../ports.ts';
import type { Inbox, Platform } from '../platform.ts';
import { createTelegramApi } from './api.ts';
import { PLATFORM } from './effect.ts';
import { checkToken } from './identify.ts';
import { createKnownBot, type KnownBot } from './known-bot.ts';
import { MOST_TEXT_UNITS } from './message-call.ts';
import { receive } from './receive.ts';
import { createSend } from './send.ts';
import { DEFAULT_TELEGRAM_SETTINGS, type TelegramSettings } from './settings.ts';
import { createStatus } from './status.ts';

export interface TelegramParts {
  /** `<bot id>:<secret>`; goes into no log, error or message. */
  token: string;
  /** The Bot API, without the token. */
  apiUrl: string;
  /** Real time: for waits and deadlines. */
  clock: Clock;
  log: Logger;
  random: Random;
  /** Receive by webhook: the public https address, and where to listen behind the proxy. */
  webhook?: { url: string; host: string; port: number };
  settings?: Partial<TelegramSettings>;
  /** Told the time on Telegram's clock (epoch ms) with every answer. */
  apiTimeSeen?(at: number): void;
}

/** Limits of the Bots FAQ: 30 messages a second, 1 a second in a chat, 20 a minute in a group. */
const PER_SECOND = 30;
const PER_CHAT_INTERVAL_MS = 1_000;
const PER_GROUP_MINUTE = 20;

/**
 * Telegram, by the Bot API. Receiving (polling or webhook) and sending fail and recover each by
 * themselves. Answers go through the outbox, stored together with how far was read.
 */
export function createTelegramPlatform(parts: TelegramParts): Platform {
  const { clock, random, token, webhook } = parts;
  const settings = { ...DEFAULT_TELEGRAM_SETTINGS, ...parts.settings };
  const log = parts.log.child({ platform: PLATFORM });
  const status = createStatus(log);
  const { mostAnswerBytes, callDeadlineMs } = settings;
  const api = createTelegramApi({ ...parts, mostAnswerBytes });
  let commandNames: ReadonlySet<string> = new Set();

  let knownBot: KnownBot | undefined;

  async function run(inbox: Inbox, signal: AbortSignal): Promise<void> {
    knownBot ??= createKnownBot({ clock, log, status });
    commandNames = new Set(inbox.commands.map(({ name }) => name));
    const session = { api, status, clock, log, random, settings, token, knownBot };
    try {
      await receive({ ...session, ...(webhook === undefined ? {} : { webhook }) }, inbox, signal);
    } finally {
      status.ended();
    }
  }

  const send = createSend({
    api,
    log,
    callDeadlineMs,
    now: () => clock.now(),
    commands: () => commandNames,
    tokenRefused: () => status.refused('the token was refused: Telegram answered 401 Unauthorized'),
  });

  return {
    id: PLATFORM,
    limits: {
      messageCharacters: MOST_TEXT_UNITS,
      perSecond: PER_SECOND,
      perChatIntervalMs: PER_CHAT_INTERVAL_MS,
      perMinuteIn: ({ chatId }: ChatRef) => (chatId.startsWith('-') ? PER_GROUP_MINUTE : undefined),
      paceBy: 'place',
      retriesAreIdempotent: false,
      edits: true,
    },
    run,
    state: status.current,
    send: async (message, signal) =>
      (await knownBot?.insteadOfSending(signal)) ?? (await send(message, signal)),
    check: (signal) => checkToken(api, callDeadlineMs, signal),
  };
}

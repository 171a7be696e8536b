import { Routes } from 'discord.js';
import { z } from 'zod';
import type { Clock } from '../../../ports.ts';
import { otherBotText } from '../../text/other-bot.ts';
import type { DeliveryOutcome, Inbox } from '../platform.ts';
import type { DiscordApi } from './api.ts';
import { failureOf, isTokenRefused } from './failure.ts';
import { endOfLogin, type GatewayEnd, tokenRefused } from './gateway-end.ts';

/** Whether the token belongs to the bot whose chats are stored. */
export interface KnownBot {
  /** What stands against a login; undefined once it is known to be the bot. Never rejects. */
  whyNot(signal: AbortSignal): Promise<GatewayEnd | undefined>;
  /**
   * What becomes of a message instead of being sent; undefined: send it. Waits for the answer in the
   * first moment, so that what is sent at a start is not put off for nothing.
   */
  insteadOfSending(signal: AbortSignal): Promise<DeliveryOutcome | undefined>;
}

interface KnownBotParts {
  api: DiscordApi;
  clock: Clock;
  inbox: Pick<Inbox, 'isSameBot' | 'knownBot'>;
  /** Why the platform has stopped; undefined: it has not. */
  stoppedBy(): string | undefined;
}

const applicationSchema = z.object({ id: z.string().regex(/^\d{1,20}$/) });
const FIRST_MOMENT_MS = 1_000;
const CONNECTING_MS = 2_000;
const STOPPED_MS = 60_000;

/**
 * Asked by REST before the first login: another bot is in none of the stored chats, so what Discord
 * would say to its messages and of its servers would close them all.
 */
export function createKnownBot({ api, clock, inbox, stoppedBy }: KnownBotParts): KnownBot {
  let isKnown = false;
  const answered = new AbortController();
  const firstMoment = clock.sleep(FIRST_MOMENT_MS, answered.signal).catch(() => {});

  async function ask(signal: AbortSignal): Promise<GatewayEnd | undefined> {
    let id: string;
    try {
      const answer = await api({ method: 'get', route: Routes.currentApplication(), signal });
      ({ id } = applicationSchema.parse(answer));
    } catch (error) {
      if (error instanceof z.ZodError) {
        return { kind: 'again', reason: 'the answer is not one of the Discord API' };
      }
      return isTokenRefused(failureOf(error))
        ? tokenRefused('Discord answered 401')
        : endOfLogin(error);
    }
    try {
      isKnown = await inbox.isSameBot('discord', id);
      if (isKnown) return undefined;
      const detail = otherBotText(await inbox.knownBot?.('discord'));
      return { kind: 'fatal', detail, isToken: false };
    } catch {
      return { kind: 'again', reason: 'the database cannot be read' };
    }
  }

  return {
    async whyNot(signal) {
      if (isKnown) return undefined;
      const why = await ask(signal);
      answered.abort();
      return why;
    },
    async insteadOfSending(signal) {
      if (isKnown) return undefined;
      await Promise.race([firstMoment, aborted(signal)]);
      if (isKnown) return undefined;
      const stopped = stoppedBy();
      return {
        kind: 'retry',
        afterMs: stopped === undefined ? CONNECTING_MS : STOPPED_MS,
        reason: stopped ?? 'not connected yet',
        scope: 'platform',
      };
    },
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

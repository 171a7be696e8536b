import { z } from 'zod';
import type { Clock } from '../../../ports.ts';
import type { PlatformCheck } from '../platform.ts';
import type { TelegramApi } from './api.ts';
import type { ApiAnswer } from './api-answer.ts';
import { type GrowingWait, pauseFor } from './growing-wait.ts';
import type { TelegramSettings } from './settings.ts';
import type { Status } from './status.ts';

export interface BotAccount {
  id: number;
  /** Without `@`. */
  name: string;
}

type Identity =
  | { kind: 'bot'; bot: BotAccount }
  /** Nothing helps until a person does something. */
  | { kind: 'refused'; reason: string }
  | { kind: 'failed'; reason: string; retryAfterMs?: number };

const accountSchema = z.object({ id: z.int(), username: z.string() });

/** Who the token belongs to. */
export function readIdentity(answer: ApiAnswer): Identity {
  switch (answer.kind) {
    case 'ok': {
      const read = accountSchema.safeParse(answer.result);
      if (!read.success)
        return { kind: 'failed', reason: 'the answer does not say who the bot is' };
      return { kind: 'bot', bot: { id: read.data.id, name: read.data.username } };
    }
    case 'failed':
      return { kind: 'failed', reason: answer.reason };
    case 'refused': {
      const refusal = tokenRefusal(answer);
      if (refusal !== undefined) return { kind: 'refused', reason: refusal };
      const { code, retryAfterMs } = answer;
      const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
      return { kind: 'failed', reason: `Telegram answered ${code}`, ...wait };
    }
  }
}

/** Why a token is of no use; undefined when that is not what the answer says. */
export function tokenRefusal(answer: ApiAnswer): string | undefined {
  if (answer.kind !== 'refused') return undefined;
  if (answer.code === 401) return 'the token was refused: Telegram answered 401 Unauthorized';
  if (answer.code === 404) {
    return 'the token was refused: Telegram answered 404 Not Found (or the API address is wrong)';
  }
  return undefined;
}

export interface IdentifyParts {
  api: TelegramApi;
  clock: Clock;
  status: Status;
  settings: TelegramSettings;
  wait: GrowingWait;
}

/** Asks until it is known; undefined when told to stop. A refused token is asked about seldom. */
export async function identify(
  { api, clock, status, settings, wait }: IdentifyParts,
  signal: AbortSignal,
): Promise<BotAccount | undefined> {
  const { callDeadlineMs: deadlineMs, refusedTokenMs } = settings;
  while (!signal.aborted) {
    const identity = readIdentity(await api.call('getMe', {}, { deadlineMs, signal }));
    if (signal.aborted) break;
    if (identity.kind === 'bot') {
      wait.reset();
      return identity.bot;
    }
    if (identity.kind === 'refused') {
      status.refused(identity.reason);
      await pauseFor(clock, refusedTokenMs, signal);
    } else {
      status.connecting(identity.reason);
      await wait.pause(signal, identity.retryAfterMs);
    }
  }
  return undefined;
}

/** For `doctor`: one request. */
export async function checkToken(
  api: TelegramApi,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<PlatformCheck> {
  const identity = readIdentity(await api.call('getMe', {}, { deadlineMs, signal }));
  if (identity.kind !== 'bot') return { ok: false, detail: identity.reason };
  const { name } = identity.bot;
  return { ok: true, detail: `@${name}, add it: https://t.me/${name}?startgroup=true` };
}

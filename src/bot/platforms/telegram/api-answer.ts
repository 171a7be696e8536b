import { TelegramError } from 'telegraf';
import type { Wire, WireProblem } from './guarded-agent.ts';

/** How a call ended. No text in it holds a token, an address or what a message says. */
export type ApiAnswer =
  | { kind: 'ok'; result: unknown }
  /** Telegram (or a proxy before it, from 500 up) said no. */
  | {
      kind: 'refused';
      code: number;
      /** Telegram's words, for matching only: they may quote the message. */
      description: string;
      retryAfterMs?: number;
      migrateToChatId?: string;
    }
  /** No answer that can be read; `received`: the call may have been carried out. */
  | { kind: 'failed'; received: boolean; reason: string };

const PROBLEMS: Readonly<Record<WireProblem, string>> = {
  redirect: 'the API address answered with a redirect',
  oversize: 'the answer was too large to be read',
  encoded: 'the answer was compressed although that was not asked for',
  deadline: 'no answer in time',
  stopped: 'stopped before the answer came',
};

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the name of the API host was not found',
  EAI_AGAIN: 'the name of the API host could not be looked up',
};

/** What a rejected call of telegraf means. */
export function readFailure(
  error: unknown,
  wire: Pick<Wire, 'connected' | 'status'>,
  problem: WireProblem | undefined,
): ApiAnswer {
  const { status } = wire;
  if (problem !== undefined) {
    // A redirect and an error status say that nothing was done, however unreadable the rest is.
    const received = status === undefined ? wire.connected : mayBeDone(status);
    return { kind: 'failed', received, reason: PROBLEMS[problem] };
  }
  if (error instanceof TelegramError && Number.isInteger(error.code)) return readRefusal(error);
  if (status !== undefined) {
    return {
      kind: 'failed',
      received: mayBeDone(status),
      reason: `the answer could not be read (HTTP ${status})`,
    };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const named = SYSTEM_ERRORS[code] ?? (/^[A-Z0-9_]{3,40}$/.test(code) ? code : 'no connection');
  return { kind: 'failed', received: wire.connected, reason: named };
}

function mayBeDone(status: number): boolean {
  return (status >= 200 && status < 300) || status >= 500;
}

function readRefusal({ code, description, parameters }: TelegramError): ApiAnswer {
  const retryAfterS = parameters?.retry_after;
  const migrateTo = parameters?.migrate_to_chat_id;
  return {
    kind: 'refused',
    code,
    description: typeof description === 'string' ? description : '',
    ...(Number.isFinite(retryAfterS)
      ? { retryAfterMs: Math.max(0, Number(retryAfterS)) * 1000 }
      : {}),
    ...(Number.isSafeInteger(migrateTo) ? { migrateToChatId: String(migrateTo) } : {}),
  };
}

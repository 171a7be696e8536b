import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';
import { AppError } from '../../../errors.ts';

/** Why a request did not give what it was made for. */
export type Failure =
  /** `isOwn`: nothing was asked; the library holds requests back for a moment by itself. */
  | { kind: 'rate-limited'; afterMs: number; isGlobal: boolean; isOwn?: true }
  /** Discord said no: its HTTP status and its own code (0 when it gave none). */
  | { kind: 'refused'; status: number; code: number }
  /** It says that it failed: nothing was done. */
  | { kind: 'server-error'; status: number }
  /** No connection came about. */
  | { kind: 'not-sent'; reason: string }
  /** It may have been done. */
  | { kind: 'lost'; reason: string };

/** Said of the request itself, so it was not carried out; 504 and Cloudflare's own say less. */
const FAILED_STATUSES: ReadonlySet<number> = new Set([500, 502, 503]);
const CONNECTING: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo']);
const NO_CONNECTION =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS_CERT)/;
const LEAST_WAIT_MS = 250;
/** A limit without a time. */
const UNTOLD_WAIT_MS = 60_000;
/** The library counts 50 requests in a second, and adds 50 ms. */
const OWN_WAIT_MS = 1_050;

/** Reads what a request rejected with. Texts of the library are not used: they may quote bodies. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RateLimitError) {
    const { retryAfter } = error;
    const toldMs = Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : UNTOLD_WAIT_MS;
    const afterMs = Math.max(LEAST_WAIT_MS, Math.ceil(toldMs));
    if (isOwnWait(error)) return { kind: 'rate-limited', afterMs, isGlobal: false, isOwn: true };
    return { kind: 'rate-limited', afterMs, isGlobal: error.global || error.scope === 'global' };
  }
  if (error instanceof DiscordAPIError) {
    const code = Number(error.code);
    return { kind: 'refused', status: error.status, code: Number.isFinite(code) ? code : 0 };
  }
  if (error instanceof HTTPError) {
    const { status } = error;
    if (FAILED_STATUSES.has(status)) return { kind: 'server-error', status };
    return { kind: 'lost', reason: `Discord answered ${status}` };
  }
  if (error instanceof AppError && error.code === 'discord/redirect') {
    return { kind: 'not-sent', reason: error.message };
  }
  if (error instanceof AppError) return { kind: 'lost', reason: error.message };
  return connectionFailure(error);
}

/**
 * A short wait of the library's own limiters, without an answer of Discord: they give one time twice;
 * after a 429 there are two, or (of routes without a limiter) no number of requests.
 */
function isOwnWait({ retryAfter, timeToReset, limit }: RateLimitError): boolean {
  return retryAfter === timeToReset && retryAfter <= OWN_WAIT_MS && Number.isFinite(limit);
}

function connectionFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { kind: 'lost', reason: 'the request failed' };
  if (error.name === 'AbortError')
    return { kind: 'lost', reason: 'no answer from Discord in time' };
  if (error.name === 'SyntaxError') {
    return { kind: 'lost', reason: 'the answer of Discord cannot be read' };
  }
  const code = String(Reflect.get(error, 'code') ?? '');
  const name = /^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : '';
  const isUnconnected = NO_CONNECTION.test(code) || CONNECTING.has(Reflect.get(error, 'syscall'));
  if (isUnconnected) return { kind: 'not-sent', reason: `Discord cannot be reached${name}` };
  return { kind: 'lost', reason: `the connection to Discord broke off${name}` };
}

export function isTokenRefused(failure: Failure): boolean {
  return failure.kind === 'refused' && failure.status === 401;
}

/** For logs and people, without anything of the request. */
export function failureText(failure: Failure): string {
  switch (failure.kind) {
    case 'rate-limited':
      return `rate limited for ${failure.afterMs} ms${failure.isGlobal ? ' (global)' : ''}`;
    case 'refused':
      return `refused by Discord (${failure.status}, code ${failure.code})`;
    case 'server-error':
      return `Discord answered ${failure.status}`;
    default:
      return failure.reason;
  }
}

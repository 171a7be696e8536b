import type { DeliveryOutcome } from '../platform.ts';
import type { RefusedScope } from './channel-trouble.ts';
import type { Failure } from './failure.ts';

type Refusal = Extract<Failure, { kind: 'refused' }>;

/** The token is wrong, or something stands in between: not worth asking often. */
const LONG_WAIT_MS = 60_000;
/** Delivery has its own growing waits on top. */
const SHORT_WAIT_MS = 1_000;

const ARCHIVED = 50083;

/** Codes of Discord after which nothing will ever reach the channel (or the whole place). */
const CLOSING: Readonly<Record<number, { reason: string; wholePlace?: true }>> = {
  10003: { reason: 'the channel does not exist any more' },
  10004: { reason: 'the server does not exist any more', wholePlace: true },
  50007: { reason: 'the person takes no direct messages from the bot' },
  50008: { reason: 'this kind of channel takes no messages' },
  50278: { reason: 'the person shares no server with the bot any more' },
};

/** What somebody can take and give back: the message waits, and may expire waiting. */
const TEMPORARY: Readonly<Record<number, string>> = {
  50001: 'the bot may not see this channel',
  50013: 'the bot may not post messages in this channel',
  [ARCHIVED]: 'the thread is archived',
  160005: 'the thread is locked',
};

/** Of an edit: the message is not there, not the bot's, or cannot be changed now. */
const GONE: Readonly<Record<number, string>> = {
  10008: 'the message was deleted',
  30046: 'Discord allows no more edits of old messages in this channel for now',
  50005: 'the message belongs to somebody else',
};

/**
 * What the delivery of a message is told after a failed request. `refusedMs`: how long a channel that
 * somebody has to open again is left alone.
 */
export function outcomeOf(
  failure: Failure,
  isEdit: boolean,
  refusedMs: (scope: RefusedScope) => number,
): DeliveryOutcome {
  switch (failure.kind) {
    case 'rate-limited':
      if (failure.isOwn === true) {
        const reason = 'waiting for a free moment';
        return { kind: 'retry', afterMs: failure.afterMs, reason, scope: 'message' };
      }
      return {
        kind: 'retry',
        afterMs: failure.afterMs,
        reason: failure.isGlobal ? 'Discord limits the bot' : 'Discord limits this channel',
        scope: failure.isGlobal ? 'platform' : 'chat',
      };
    case 'server-error': {
      const reason = `Discord answered ${failure.status}`;
      return { kind: 'retry', afterMs: SHORT_WAIT_MS, reason };
    }
    case 'not-sent':
      return { kind: 'retry', afterMs: SHORT_WAIT_MS, reason: failure.reason };
    case 'lost':
      return { kind: 'unknown', reason: failure.reason };
    case 'refused':
      return refusalOutcome(failure, isEdit, refusedMs);
  }
}

function refusalOutcome(
  { status, code }: Refusal,
  isEdit: boolean,
  refusedMs: (scope: RefusedScope) => number,
): DeliveryOutcome {
  if (status === 401) {
    const reason = 'the token was refused';
    return { kind: 'retry', afterMs: LONG_WAIT_MS, reason, scope: 'platform' };
  }
  const gone = isEdit ? GONE[code] : undefined;
  if (gone !== undefined) return { kind: 'gone', reason: gone };
  const closing = CLOSING[code];
  if (closing !== undefined) return { kind: 'refused', closeChat: true, ...closing };
  const temporary = TEMPORARY[code];
  if (temporary !== undefined) {
    const reason = `${temporary} (code ${code})`;
    // A post wakes an archived thread, so it does not wait for an edit.
    const scope = isEdit && code === ARCHIVED ? 'message' : 'chat';
    return { kind: 'retry', afterMs: refusedMs(scope), reason, scope };
  }
  if (isAboutAccess(status)) {
    const reason = `Discord refuses (code ${code})`;
    return { kind: 'retry', afterMs: LONG_WAIT_MS, reason, scope: 'chat' };
  }
  return {
    kind: 'refused',
    reason: `Discord refuses the message (code ${code})`,
    closeChat: false,
  };
}

/** A 403 or 404 nobody knows (a proxy, a new code) may pass; about contents it is not. */
function isAboutAccess(status: number): boolean {
  return status === 403 || status === 404 || status === 408;
}

/** Would the same thing said more plainly perhaps be taken? */
export function isAboutContent(failure: Failure): boolean {
  if (failure.kind !== 'refused') return false;
  return (failure.status === 400 && GONE[failure.code] === undefined) || failure.status === 413;
}

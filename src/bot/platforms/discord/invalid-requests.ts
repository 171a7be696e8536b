import type { Clock, Logger } from '../../../ports.ts';

/**
 * Answers of 401, 403 and 429 (not of shared limits) within 10 minutes. Discord's documents: 10,000
 * of them, and the address is banned for an hour or longer.
 */
export interface InvalidRequests {
  /** One more of them. */
  seen(): void;
  /** Ms until messages may be sent again; 0: they may. */
  heldMs(): number;
}

const WINDOW_MS = 600_000;
/** Half of what is allowed: answers to commands go on, and others may share the address. */
const HOLD_FROM = 5_000;
/** Lower, so that a hold does not begin again with the next refusal. */
const GO_ON_BELOW = 4_500;
/** More are not needed to know. */
const MOST_KEPT = 10_000;

export function createInvalidRequests(clock: Clock, log: Logger): InvalidRequests {
  /** Epoch ms, oldest first. */
  let seenAt: number[] = [];
  let isHeld = false;

  function heldMs(): number {
    const now = clock.now();
    const kept = seenAt.findIndex((at) => at + WINDOW_MS > now);
    if (kept === -1) seenAt = [];
    else if (kept > 0) seenAt.splice(0, kept);
    if (seenAt.length < GO_ON_BELOW) isHeld = false;
    const leaver = seenAt[seenAt.length - GO_ON_BELOW];
    if (leaver === undefined) return 0;
    const waitMs = Math.ceil(leaver + WINDOW_MS - now);
    if (!isHeld && seenAt.length >= HOLD_FROM) {
      isHeld = true;
      log.error(
        { count: seenAt.length, waitMs },
        'Discord refused too many requests: messages wait',
      );
    }
    return isHeld ? waitMs : 0;
  }

  return {
    seen() {
      seenAt.push(clock.now());
      if (seenAt.length > MOST_KEPT) seenAt.splice(0, seenAt.length - MOST_KEPT);
      heldMs();
    },
    heldMs,
  };
}

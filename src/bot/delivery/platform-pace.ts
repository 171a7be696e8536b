import type { PlatformLimits } from '../platforms/platform.ts';
import { createSlidingWindow } from './sliding-window.ts';

export interface PlatformPace {
  /** The earliest time at which one more may be let through; infinite: not before another starts. */
  readyAt(now: number): number;
  /** Lets one through that has yet to start. */
  permit(now: number): void;
  /** One that was let through starts now. */
  started(now: number): void;
  /** One that was let through will not start. */
  cancelled(): void;
  /** The platform asked for a pause of everything. */
  hold(until: number): void;
  /** 0 when nothing is held. */
  heldUntil(): number;
}

/** Requests take unequal times on their way, so the second is kept a little longer, ms. */
const JITTER_MS = 20;

/** A start that came late may be made up for by at most this many ms: else every delay adds up. */
const CATCH_UP_MS = 100;

/**
 * The pace over all chats, in real ms: never more than `perSecond` starts in any window of a
 * second, counted when they really start, and spread over it rather than sent in one burst. One
 * let through holds its place in the window until it has started.
 */
export function createPlatformPace(limits: Pick<PlatformLimits, 'perSecond'>): PlatformPace {
  const most = Math.max(1, Math.floor(limits.perSecond));
  const spacingMs = 1000 / limits.perSecond;
  const window = createSlidingWindow(most, most * spacingMs + JITTER_MS);
  let nextAt = 0;
  let heldUntil = 0;
  let permitted = 0;
  return {
    readyAt: (now) => Math.max(nextAt, heldUntil, window.readyAt(now, permitted)),
    permit(now) {
      permitted += 1;
      nextAt = Math.max(nextAt, now - CATCH_UP_MS) + spacingMs;
    },
    started(now) {
      permitted -= 1;
      window.add(now);
    },
    cancelled() {
      permitted -= 1;
    },
    hold(until) {
      heldUntil = Math.max(heldUntil, until);
    },
    heldUntil: () => heldUntil,
  };
}

import { Routes } from 'discord.js';
import type { Clock, Logger } from '../../../ports.ts';
import type { DiscordApi } from './api.ts';
import { failureOf, failureText } from './failure.ts';

/** Passes posts of announcement channels on to the channels that follow them: best effort, later. */
export interface Announcements {
  /** A message is being sent: what can wait, waits. */
  sending(): void;
  /** `messageId`: ours, for the log; `postId`: Discord's. */
  publish(post: { channelId: string; postId: string; messageId: string }): void;
  /** What waits is left. */
  stop(): void;
}

/** Without a message sent for so long, there is room for these. */
const QUIET_MS = 1_000;
/** Messages take 49 of the 50 requests a second: one of these in a second always has a place. */
const MOST_WAIT_MS = 60_000;
const MOST_WAITING = 200;
const TRIES = 3;

interface Waiting {
  channelId: string;
  postId: string;
  messageId: string;
  /** Epoch ms. */
  since: number;
}

export function createAnnouncements(parts: {
  api: DiscordApi;
  clock: Clock;
  log: Logger;
  /** Are messages held back? */
  isHeld(): boolean;
}): Announcements {
  const { api, clock, log } = parts;
  let waiting: Waiting[] = [];
  let lastSendingAt = Number.NEGATIVE_INFINITY;
  let work: AbortController | undefined;

  /** A second at least, so that there is never more than one in a second. */
  async function quietMoment(since: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      await clock.sleep(QUIET_MS, signal);
      const now = clock.now();
      const isDue = now - since >= MOST_WAIT_MS || now - lastSendingAt >= QUIET_MS;
      if (isDue && !parts.isHeld()) return;
    }
  }

  async function passOn(post: Waiting, signal: AbortSignal): Promise<void> {
    const route = Routes.channelMessageCrosspost(post.channelId, post.postId);
    for (let tried = 1; ; tried += 1) {
      await quietMoment(post.since, signal);
      try {
        await api({ method: 'post', route, signal });
        return;
      } catch (error) {
        const failure = failureOf(error);
        const isCrowded = failure.kind === 'rate-limited' && failure.isOwn === true;
        if (isCrowded && tried < TRIES) continue;
        const reason = failureText(failure);
        log.info({ message: post.messageId, reason }, 'announcement not published');
        return;
      }
    }
  }

  async function passAllOn(own: AbortController): Promise<void> {
    try {
      while (!own.signal.aborted) {
        const next = waiting.shift();
        if (next === undefined) return;
        await passOn(next, own.signal);
      }
    } catch {
      // Stopped.
    } finally {
      if (work === own) work = undefined;
    }
  }

  return {
    sending() {
      lastSendingAt = clock.now();
    },
    publish(post) {
      if (waiting.length >= MOST_WAITING) {
        const reason = 'too many are waiting';
        log.info({ message: post.messageId, reason }, 'announcement not published');
        return;
      }
      waiting.push({ ...post, since: clock.now() });
      if (work !== undefined) return;
      work = new AbortController();
      void passAllOn(work);
    },
    stop() {
      waiting = [];
      work?.abort();
      work = undefined;
    },
  };
}

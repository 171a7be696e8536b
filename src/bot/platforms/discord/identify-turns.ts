import { type IIdentifyThrottler, SimpleIdentifyThrottler } from 'discord.js';
import type { Clock, Logger } from '../../../ports.ts';

/** Of `GET /gateway/bot`. */
interface SessionStartLimit {
  remaining: number;
  /** Ms until all are there again. */
  reset_after: number;
  max_concurrency: number;
}

interface Manager {
  fetchGatewayInformation(): Promise<{ session_start_limit: SessionStartLimit }>;
}

/**
 * When an IDENTIFY may be sent, over all logins of the platform. Discord takes one in 5 s, which the
 * library keeps to within one login only, and 1,000 in 24 hours: then it resets the token.
 */
export interface IdentifyTurns {
  /** Ms until the next one may be sent, as far as is known; 0: at once. */
  waitMs(): number;
  /** What Discord says is left. */
  told(limit: SessionStartLimit): void;
  /** For the library. */
  throttler(manager: Manager): Promise<IIdentifyThrottler>;
}

const DAY_MS = 86_400_000;
/** From so many in 24 hours on, so far apart: 600, and 288 in the rest of any day, at most. */
const STAGES = [
  { from: 600, apartMs: 300_000 },
  { from: 200, apartMs: 60_000 },
];
/** So few left (another instance, restarts): they are spread over the time they have to last. */
const FEW = 200;

export function createIdentifyTurns(
  clock: Clock,
  log: Logger,
  inFiveSeconds: (concurrency: number) => IIdentifyThrottler = (concurrency) =>
    new SimpleIdentifyThrottler(concurrency),
): IdentifyTurns {
  const byConcurrency = new Map<number, IIdentifyThrottler>();
  /** Epoch ms of those of the last 24 hours, oldest first. */
  let sentAt: number[] = [];
  let known: { limit: SessionStartLimit; at: number } | undefined;
  let firstToldAt: number | undefined;

  function forgetOld(now: number): void {
    const kept = sentAt.findIndex((at) => at + DAY_MS > now);
    if (kept === -1) sentAt = [];
    else if (kept > 0) sentAt.splice(0, kept);
  }

  /** How far apart what is left has to be. */
  function spreadMs(now: number): number {
    if (known === undefined) return 0;
    const { limit, at } = known;
    const left = limit.remaining - sentAt.filter((sent) => sent >= at).length;
    const resetMs = at + limit.reset_after - now;
    return left >= FEW || resetMs <= 0 ? 0 : Math.max(60_000, resetMs / Math.max(1, left));
  }

  function waitMs(): number {
    const now = clock.now();
    forgetOld(now);
    // Nothing is known of the logins before this run: the last may have been a moment ago.
    const last = sentAt.at(-1) ?? firstToldAt;
    if (last === undefined) return 0;
    const stage = STAGES.find(({ from }) => sentAt.length >= from);
    return Math.max(0, Math.ceil(last + Math.max(stage?.apartMs ?? 0, spreadMs(now)) - now));
  }

  function told(limit: SessionStartLimit): void {
    const now = clock.now();
    firstToldAt ??= now;
    // The library keeps the answer; its number is as old as the first sight of it.
    if (known?.limit !== limit) known = { limit, at: now };
  }

  function sent(): void {
    sentAt.push(clock.now());
    const stage = STAGES.find(({ from }) => sentAt.length === from);
    if (stage === undefined) return;
    const fields = { logins: sentAt.length, apartMs: stage.apartMs };
    log.warn(fields, 'many Discord logins today: they are spaced out');
  }

  return {
    waitMs,
    told,
    async throttler(manager) {
      const { session_start_limit } = await manager.fetchGatewayInformation();
      told(session_start_limit);
      const { max_concurrency } = session_start_limit;
      const found = byConcurrency.get(max_concurrency) ?? inFiveSeconds(max_concurrency);
      byConcurrency.set(max_concurrency, found);
      return {
        async waitForIdentify(shardId, signal) {
          await found.waitForIdentify(shardId, signal);
          for (let leftMs = waitMs(); leftMs > 0; leftMs = waitMs()) {
            await clock.sleep(leftMs, signal);
          }
          // Its connection may be gone by now, which the library's own wait does not notice.
          signal.throwIfAborted();
          sent();
        },
      };
    },
  };
}

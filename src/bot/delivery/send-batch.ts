import type { Clock } from '../../ports.ts';
import { chatKey, type OutboxRow } from '../../store/store.ts';
import type { PlatformLimits } from '../platforms/platform.ts';
import { markStarted, type PaceState, readyAt } from './pace.ts';

export interface BatchParts {
  clock: Clock;
  limits: PlatformLimits;
  pace: PaceState;
  /** Sends one message to its end; never rejects. */
  deliver(row: OutboxRow): Promise<void>;
  /** Gives a message back unsent, to be due again at `at`; never rejects. */
  giveBack(row: OutboxRow, at: number): Promise<void>;
  /** Nothing is started after this, epoch ms: the claim must outlive the send. */
  startUntil: number;
}

/**
 * Sends claimed messages in their order as fast as the pace allows: different chats side by side,
 * one chat strictly one after the other. A slow chat never holds up the others. What cannot start
 * in time (or at all, after `stop`) is given back.
 */
export async function sendBatch(
  rows: readonly OutboxRow[],
  parts: BatchParts,
  stop: AbortSignal,
): Promise<void> {
  const { clock, pace } = parts;
  const waiting = rows.map((row) => ({ row, chat: chatKey(row.chat) }));
  const underWay = new Map<string, Promise<void>>();
  while (waiting.length > 0 && !stop.aborted) {
    const idle = waiting.filter(({ chat }) => !underWay.has(chat));
    const next = idle.toSorted((a, b) => readyAt(pace, a.chat) - readyAt(pace, b.chat))[0];
    if (next === undefined) {
      await Promise.race(underWay.values());
      continue;
    }
    const at = readyAt(pace, next.chat);
    if (Math.max(at, clock.now()) > parts.startUntil) break;
    if (at > clock.now()) {
      await waitUntil(clock, at, stop, underWay);
      continue;
    }
    waiting.splice(waiting.indexOf(next), 1);
    markStarted(pace, parts.limits, next.chat, clock.now());
    const done = parts.deliver(next.row).finally(() => underWay.delete(next.chat));
    underWay.set(next.chat, done);
  }
  await Promise.all(underWay.values());
  for (const { row, chat } of waiting) await parts.giveBack(row, readyAt(pace, chat));
}

/** Until then, or until a chat becomes free, or until stopped. */
async function waitUntil(
  clock: Clock,
  at: number,
  stop: AbortSignal,
  underWay: ReadonlyMap<string, Promise<void>>,
): Promise<void> {
  const awake = new AbortController();
  const signal = AbortSignal.any([stop, awake.signal]);
  const slept = clock.sleep(at - clock.now(), signal).catch(() => undefined);
  await Promise.race([slept, ...underWay.values()]);
  awake.abort();
  await slept;
}

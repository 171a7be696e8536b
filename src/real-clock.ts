import { setTimeout as wait } from 'node:timers/promises';
import type { Clock, EpochMs } from './ports.ts';

/** Longest wait a timer can hold (a signed 32-bit number of ms). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. A correction of the system time backwards is waited out, not followed. */
export function createRealClock(readSystemTime: () => EpochMs = Date.now): Clock {
  let latest = 0;

  function now(): EpochMs {
    latest = Math.max(latest, readSystemTime());
    return latest;
  }

  async function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    let left = Math.max(0, durationMs);
    try {
      while (left > LONGEST_TIMER_MS) {
        await wait(LONGEST_TIMER_MS, undefined, signal === undefined ? {} : { signal });
        left -= LONGEST_TIMER_MS;
      }
      await wait(left, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }

  return { now, sleep };
}

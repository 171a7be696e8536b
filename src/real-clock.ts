import { setTimeout as waitFor } from 'node:timers/promises';
import type { Clock, EpochMs } from './ports.ts';

/** Longest wait a timer can hold (a signed 32-bit number of ms). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * For waiting, pacing and deadlines: goes on evenly whatever happens to the machine's time, so that
 * setting the clock back stops nothing. Epoch ms as of the start of the process.
 */
export function createSteadyClock(): Clock {
  return createRealClock({
    systemTime: () => performance.timeOrigin + performance.now(),
    wait: MACHINE.wait,
  });
}

interface RealTime {
  systemTime(): EpochMs;
  /** Rejects when the signal aborts. */
  wait(durationMs: number, signal: AbortSignal | undefined): Promise<unknown>;
}

const MACHINE: RealTime = {
  systemTime: () => Date.now(),
  wait: (durationMs, signal) =>
    waitFor(durationMs, undefined, signal === undefined ? {} : { signal }),
};

/** The machine's clock. A correction of the system time backwards is waited out, not followed. */
export function createRealClock(time: RealTime = MACHINE): Clock {
  let latest = 0;

  function now(): EpochMs {
    latest = Math.max(latest, time.systemTime());
    return latest;
  }

  async function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    let left = Math.max(0, durationMs);
    try {
      while (left > LONGEST_TIMER_MS) {
        await time.wait(LONGEST_TIMER_MS, signal);
        left -= LONGEST_TIMER_MS;
      }
      await time.wait(left, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }

  return { now, sleep };
}

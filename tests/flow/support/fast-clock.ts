import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../../src/ports.ts';

/** The real clock, going so many times as fast: waits of a minute pass in a moment, in order. */
export function fastClock(speed: number, startAt = Date.now()): Clock {
  const startedAt = performance.now();
  return {
    now: () => Math.floor(startAt + (performance.now() - startedAt) * speed),
    async sleep(durationMs, signal) {
      signal?.throwIfAborted();
      try {
        await wait(
          Math.max(0, durationMs) / speed,
          undefined,
          signal === undefined ? {} : { signal },
        );
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    },
  };
}

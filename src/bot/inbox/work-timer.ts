import type { Clock } from '../../ports.ts';

/** How long work took, ms, without the times it waited for somebody else. */
export interface WorkTimer {
  /** Time until this ends does not count. */
  waiting<T>(wait: () => Promise<T>): Promise<T>;
  workedMs(): number;
}

/** Starts now. */
export function createWorkTimer(clock: Clock): WorkTimer {
  const startedAt = clock.now();
  let waitedMs = 0;
  return {
    async waiting(wait) {
      const from = clock.now();
      try {
        return await wait();
      } finally {
        waitedMs += clock.now() - from;
      }
    },
    workedMs: () => clock.now() - startedAt - waitedMs,
  };
}

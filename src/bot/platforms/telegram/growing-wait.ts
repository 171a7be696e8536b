import type { Clock, Random } from '../../../ports.ts';

export interface GrowingWait {
  /** Waits longer each time (by up to a quarter less, so that instances spread); ends early at abort. */
  pause(signal: AbortSignal, leastMs?: number): Promise<void>;
  /** It worked: the next wait is a short one. */
  reset(): void;
}

export function createGrowingWait(
  clock: Clock,
  random: Random,
  { minMs, maxMs }: { minMs: number; maxMs: number },
): GrowingWait {
  let nextMs = minMs;
  return {
    async pause(signal, leastMs = 0) {
      const waitMs = nextMs * (1 - random() / 4);
      nextMs = Math.min(maxMs, nextMs * 2);
      await pauseFor(clock, Math.max(leastMs, waitMs), signal);
    },
    reset() {
      nextMs = minMs;
    },
  };
}

/** A wait that ends early, without an error, when told to stop. */
export async function pauseFor(
  clock: Clock,
  durationMs: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    await clock.sleep(durationMs, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

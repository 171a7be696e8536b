import type { Clock, Random } from '../../ports.ts';
import type { StreamLimits } from './limits.ts';

/** `firstWaitMs`, doubled with each failure before, at most `mostWaitMs`, with jitter down to the half. */
export function growingWait(
  failuresBefore: number,
  limits: Pick<StreamLimits, 'firstWaitMs' | 'mostWaitMs'>,
  random: Random,
): number {
  const wholeMs = Math.min(
    limits.mostWaitMs,
    limits.firstWaitMs * 2 ** Math.min(failuresBefore, 30),
  );
  return wholeMs * (0.5 + random() / 2);
}

/** Sleeps; false when `signal` ended it. */
export async function sleepUnless(
  clock: Clock,
  durationMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await clock.sleep(durationMs, signal);
    return !signal.aborted;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

import { AppError } from '../../errors.ts';
import type { Clock } from '../../ports.ts';

/**
 * What `ask` gives. Rejects with AppError `command/too-slow` (retryable) when it takes longer than
 * `deadlineMs` on `clock`, which runs in real time: a platform that never answers holds nothing up.
 */
export async function within<T>(
  clock: Clock,
  deadlineMs: number,
  ask: () => Promise<T>,
): Promise<T> {
  const answered = new AbortController();
  const late = clock.sleep(deadlineMs, answered.signal).then(
    () => {
      throw new AppError('command/too-slow', 'the platform took too long', { retryable: true });
    },
    // Answered in time; nobody waits for this any more.
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([ask(), late]);
  } finally {
    answered.abort();
  }
}

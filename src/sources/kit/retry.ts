import { SourceError } from '../../errors.ts';
import type { Clock, Random } from '../../ports.ts';

export interface RetryOptions {
  clock: Clock;
  random: Random;
  signal?: AbortSignal;
  /** All attempts together. */
  maxTries?: number;
  /** Ceiling of the first pause, ms; doubles each time. */
  firstPauseMs?: number;
  /** Longest pause accepted, also when the venue asks for more: then the call is given up. */
  longestPauseMs?: number;
}

/**
 * Repeats an idempotent `attempt` while its error is retryable, with exponential pauses and full
 * jitter (a uniform draw below the ceiling, so that callers do not come back together).
 * A venue's `Retry-After` is honoured; when it is longer than `longestPauseMs` the error is thrown.
 */
export async function withRetry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, random, signal, maxTries = 3 } = options;
  const { firstPauseMs = 500, longestPauseMs = 20_000 } = options;
  let before: SourceError | undefined;
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      // A refusal of our own breaker or budget says less than the failure that led to it.
      if (error.context['refusedLocally'] === true) throw before ?? error;
      if (!error.retryable || tried >= maxTries) throw error;
      before = error;
      const ceilingMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (tried - 1));
      const pauseMs = Math.max(error.retryAfterMs ?? 0, random() * ceilingMs);
      if (pauseMs > longestPauseMs) throw error;
      await clock.sleep(pauseMs, signal);
    }
  }
}

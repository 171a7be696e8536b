import { SourceError } from '../../errors.ts';
import type { Clock } from '../../ports.ts';

/** What one source may spend on its venue, shared by all its calls. */
export interface RequestBudget {
  /** Resolves once `weight` may be spent; throws `rate-limited` at once when that is too far off. */
  take(weight: number, signal?: AbortSignal): Promise<void>;
  /** The venue asked for silence: nothing is spent for `durationMs`. */
  hold(durationMs: number): void;
}

export interface BudgetOptions {
  source: string;
  weightPerMinute: number;
  clock: Clock;
  /** Longest wait a caller accepts, ms. */
  maxWaitMs: number;
}

/**
 * Token bucket: holds one minute's weight and refills evenly. A full bucket and a minute's refill
 * can meet in one minute, which is why budgets stay under half of the published limit.
 */
export function createBudget(options: BudgetOptions): RequestBudget {
  const { clock, maxWaitMs, source, weightPerMinute } = options;
  const perMs = weightPerMinute / 60_000;
  let tokens = weightPerMinute;
  let countedAt = clock.now();
  let heldUntil = Number.NEGATIVE_INFINITY;

  function refill(): void {
    const now = clock.now();
    tokens = Math.min(weightPerMinute, tokens + (now - countedAt) * perMs);
    countedAt = now;
  }

  async function take(weight: number, signal?: AbortSignal): Promise<void> {
    refill();
    const heldMs = Math.max(0, heldUntil - clock.now());
    // Spending ahead keeps callers in order: each waits for its own tokens to be earned.
    const waitMs = Math.max(heldMs, (weight - tokens) / perMs);
    if (waitMs <= 0) {
      tokens -= weight;
      return;
    }
    if (waitMs > maxWaitMs) {
      const why = heldMs > maxWaitMs ? 'the venue asked us to wait' : 'request budget used up';
      throw new SourceError('rate-limited', `${source}: ${why}, ${Math.ceil(waitMs / 1000)} s`, {
        retryAfterMs: waitMs,
        context: { refusedLocally: true },
      });
    }
    tokens -= weight;
    try {
      await clock.sleep(waitMs, signal);
    } catch (error) {
      tokens += weight;
      throw error;
    }
  }

  function hold(durationMs: number): void {
    heldUntil = Math.max(heldUntil, clock.now() + durationMs);
  }

  return { take, hold };
}

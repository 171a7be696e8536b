import { SourceError } from '../../errors.ts';
import type { Clock } from '../../ports.ts';

export interface Breaker {
  /**
   * Runs `attempt`, or throws at once while the venue is given a rest: with the reason of the failure
   * that led to it, which is what people should read.
   */
  run<T>(attempt: () => Promise<T>): Promise<T>;
}

export interface BreakerOptions {
  source: string;
  clock: Clock;
  /** Failures in a row that open it. */
  failuresToOpen?: number;
  /** First rest, ms; doubles with each failed probe. */
  firstRestMs?: number;
  longestRestMs?: number;
}

/**
 * Circuit breaker: only timeouts and unavailability count, since an answer of any kind shows that
 * the venue is there. After the rest one probe is let through; its outcome closes or reopens.
 */
export function createBreaker(options: BreakerOptions): Breaker {
  const { clock, source } = options;
  const { failuresToOpen = 5, firstRestMs = 15_000, longestRestMs = 300_000 } = options;
  let failures = 0;
  let restMs = firstRestMs;
  let openUntil: number | undefined;
  let probing = false;
  let lastReason: SourceError['reason'] = 'unavailable';

  function refuse(): never {
    const waitMs = Math.max(0, (openUntil ?? 0) - clock.now());
    throw new SourceError(
      lastReason,
      `${source}: resting after ${failures} failures in a row, ${Math.ceil(waitMs / 1000)} s left`,
      { retryAfterMs: waitMs, context: { refusedLocally: true } },
    );
  }

  function close(): void {
    failures = 0;
    restMs = firstRestMs;
    openUntil = undefined;
  }

  function fail(reason: SourceError['reason'], wasProbe: boolean): void {
    lastReason = reason;
    failures += 1;
    if (wasProbe) restMs = Math.min(longestRestMs, restMs * 2);
    if (wasProbe || failures >= failuresToOpen) openUntil = clock.now() + restMs;
  }

  async function run<T>(attempt: () => Promise<T>): Promise<T> {
    const isProbe = openUntil !== undefined;
    if (isProbe && (probing || clock.now() < (openUntil ?? 0))) refuse();
    if (isProbe) probing = true;
    try {
      const answer = await attempt();
      close();
      return answer;
    } catch (error) {
      if (!(error instanceof SourceError) || error.context['refusedLocally'] === true) throw error;
      if (error.reason === 'timeout' || error.reason === 'unavailable') fail(error.reason, isProbe);
      else if (error.reason !== 'rate-limited') close();
      throw error;
    } finally {
      if (isProbe) probing = false;
    }
  }

  return { run };
}

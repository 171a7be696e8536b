import type { ConnectionEnd, ConnectionOptions } from './feed-connection.ts';
import { runConnection } from './feed-connection.ts';
import { growingWait, sleepUnless } from './pace.ts';

/** Keeps one feed connected until `signal` aborts; never rejects for anything a venue does. */
export async function keepFeed(options: ConnectionOptions): Promise<void> {
  const { clock, limits, random, record, signal } = options;
  let failures = 0;
  while (!signal.aborted) {
    const end = await runConnection(options);
    if (signal.aborted || end.why === 'stopped') return;
    if (end.steady) failures = 0;
    if (end.why === 'renewed') continue;
    const waitMs = waitAfter(end, growingWait(failures, limits, random), limits.refusedWaitMs);
    failures += 1;
    const state = end.why === 'failed' ? 'waiting' : end.why;
    record.trouble(state, end.error.message, clock.now() + waitMs);
    if (!(await sleepUnless(clock, waitMs, signal))) return;
  }
}

/** What the venue asks for counts, and a refusal is not worth asking again soon. */
function waitAfter(end: ConnectionEnd, grownMs: number, refusedWaitMs: number): number {
  const leastMs = end.why === 'refused' ? refusedWaitMs : 0;
  return Math.max(grownMs, leastMs, end.error.retryAfterMs ?? 0);
}

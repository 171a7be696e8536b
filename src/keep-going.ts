import { describeCause } from './errors.ts';
import type { Clock, Logger } from './ports.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** What worked for so long before it ended begins with short waits again, ms. */
const GOOD_RUN_MS = 5 * 60_000;

interface KeepGoingParts {
  /** Of the part, for the log. */
  name: string;
  /** Real time. */
  clock: Clock;
  log: Logger;
}

/**
 * Runs a part of the service until `signal` aborts. A part that ends or fails before has met a bug:
 * it is begun anew after a growing wait, and the other parts never notice. Never rejects.
 */
export async function keepGoing(
  work: () => Promise<void>,
  { name, clock, log }: KeepGoingParts,
  signal: AbortSignal,
): Promise<void> {
  let waitMs = FIRST_WAIT_MS;
  while (!signal.aborted) {
    const begunAt = clock.now();
    let reason = 'it ended by itself';
    try {
      await work();
    } catch (error) {
      reason = describeCause(error);
    }
    if (signal.aborted) return;
    if (clock.now() - begunAt >= GOOD_RUN_MS) waitMs = FIRST_WAIT_MS;
    log.error({ part: name, reason, waitMs }, 'a part of the bot stopped; it is begun anew');
    await clock.sleep(waitMs, signal).catch(() => undefined);
    waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
  }
}

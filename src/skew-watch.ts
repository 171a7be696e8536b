import type { Clock, EpochMs, Logger } from './ports.ts';

/** `Date` headers tell whole seconds, and an answer may be under way for some. */
const LARGE_MS = 60_000;
/** Less than half of that: right again. */
const SMALL_MS = 30_000;

/**
 * Takes what time it is at an API, as its answers say, and warns once when the clock of this machine
 * is a minute or more off. Answers and alerts do not depend on it, but the age of market figures
 * does: to a wrong clock fresh ones look old.
 */
export function createSkewWatch(
  clock: Pick<Clock, 'now'>,
  log: Logger,
): (serverAt: EpochMs) => void {
  let isOff = false;
  return (serverAt) => {
    const aheadMs = clock.now() - serverAt;
    const fields = { aheadSeconds: Math.round(aheadMs / 1000) };
    if (!isOff && Math.abs(aheadMs) >= LARGE_MS) {
      isOff = true;
      log.warn(fields, 'the clock of this machine is wrong');
    } else if (isOff && Math.abs(aheadMs) <= SMALL_MS) {
      isOff = false;
      log.info(fields, 'the clock of this machine is right again');
    }
  };
}

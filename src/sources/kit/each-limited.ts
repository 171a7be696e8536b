import { SourceError } from '../../errors.ts';

export interface LimitedOutcome<Item> {
  failures: { item: Item; error: SourceError }[];
  /** Items not asked for any more, after `stoppedBy`. */
  notAsked: Item[];
  stoppedBy?: SourceError;
}

/** So many failures in a row mean the venue is down, not the item. */
const CONSECUTIVE_FAILURES_TO_STOP = 5;

/**
 * Runs `visit` over `items` in order, `width` at a time. A failing item is recorded and the rest
 * goes on, until the venue throttles or fails five times in a row: then the remaining items are
 * left alone. Anything but a `SourceError` (a bug, an abort) is thrown.
 */
export async function eachLimited<Item>(
  items: readonly Item[],
  width: number,
  visit: (item: Item) => Promise<void>,
): Promise<LimitedOutcome<Item>> {
  const failures: LimitedOutcome<Item>['failures'] = [];
  let stoppedBy: SourceError | undefined;
  let inARow = 0;
  let next = 0;

  async function lane(): Promise<void> {
    while (stoppedBy === undefined && next < items.length) {
      const item = items[next] as Item;
      next += 1;
      try {
        await visit(item);
        inARow = 0;
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        failures.push({ item, error });
        if (error.retryable) inARow += 1;
        if (error.reason === 'rate-limited' || inARow >= CONSECUTIVE_FAILURES_TO_STOP) {
          stoppedBy = error;
        }
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  const notAsked = items.slice(next);
  return { failures, notAsked, ...(stoppedBy === undefined ? {} : { stoppedBy }) };
}

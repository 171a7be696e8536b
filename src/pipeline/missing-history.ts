import type { InstrumentHour } from '../signals/model/history.ts';

const HOUR_MS = 3_600_000;

/**
 * The hour from which one instrument's history has to be read, epoch ms; `to` when every hour of
 * [`start`, `to`) has a price. It is the first gap that counts, not the end of what is stored: the
 * program also writes live hours of instruments whose past was never fetched. The hour before a gap
 * is read again, as it may be half an hour of live figures.
 */
export function firstMissingHour(
  hours: readonly InstrumentHour[],
  start: number,
  to: number,
): number {
  const priced = new Set(
    hours.filter((hour) => hour.closePriceUsd !== undefined).map((hour) => hour.hourAt),
  );
  let gapAt = start;
  while (gapAt < to && priced.has(gapAt)) gapAt += HOUR_MS;
  return gapAt >= to ? to : Math.max(start, gapAt - HOUR_MS);
}

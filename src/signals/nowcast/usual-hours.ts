import type { SourceId } from '../model/ids.ts';
import type { ClosedSide, LiquidationHour, ListenedHour } from '../model/liquidation-history.ts';

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 168;

/** An hour counts as listened to from this many of its minutes on. */
export const LISTENED_MINUTES = 54;

/** What one venue published in one past hour, USD; nothing published is 0, not listened is no entry. */
export interface PastHour {
  source: SourceId;
  hourAt: number;
  longUsd: number;
  shortUsd: number;
}

/** Whole hours of each venue in which its feed was up, with what it published in them. */
export function listenedHours(
  hours: readonly LiquidationHour[],
  listened: readonly ListenedHour[],
): PastHour[] {
  const sums = new Map<string, number>();
  const keyOf = (source: SourceId, hourAt: number, side: ClosedSide) =>
    JSON.stringify([source, hourAt, side]);
  for (const { source, hourAt, side, usd } of hours) {
    const key = keyOf(source, hourAt, side);
    sums.set(key, (sums.get(key) ?? 0) + usd);
  }
  return listened
    .filter(({ minutes }) => minutes >= LISTENED_MINUTES)
    .map(({ source, hourAt }) => ({
      source,
      hourAt,
      longUsd: sums.get(keyOf(source, hourAt, 'long')) ?? 0,
      shortUsd: sums.get(keyOf(source, hourAt, 'short')) ?? 0,
    }));
}

/** Past ones at the same hour of the week as the one that contains `now`, newest first. */
export function sameHourOfWeek(hours: readonly PastHour[], now: number): PastHour[] {
  const running = Math.floor(now / HOUR_MS);
  return hours
    .filter(({ hourAt }) => {
      const ago = running - hourAt / HOUR_MS;
      return ago > 0 && ago % WEEK_HOURS === 0;
    })
    .sort((a, b) => b.hourAt - a.hourAt);
}

import type { LiquidationsFigure } from '../../alerts/market-figures.ts';
import type {
  ClosedSide,
  LiquidationMinute,
  ListenedHour,
} from '../../signals/model/liquidation-history.ts';
import type { FeedState } from '../../signals/nowcast/feed-state.ts';
import { shortNumber } from './chart-points.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_HOURS = 24;
/** A day heard for this share of its minutes counts as heard. */
const WHOLE_DAY_FRACTION = 0.95;

export type SideSums = Record<ClosedSide, number>;

/** USD of each side in these minutes, from `from` (epoch ms) on. */
export function sideSums(minutes: readonly LiquidationMinute[], from: number): SideSums {
  const sums: SideSums = { long: 0, short: 0 };
  for (const { minuteAt, side, usd } of minutes) if (minuteAt >= from) sums[side] += usd;
  return sums;
}

/** Share of the last 24 hours in which a feed was heard, 0-1. */
export function heardShare({ minutes }: FeedState, now: number): number {
  return Math.min(1, minutes / minutesGiven(now));
}

/** Is what a feed told of the last 24 hours all there was? */
export function isWholeDay(feed: FeedState, now: number): boolean {
  return feed.completeness === 'all' && heardShare(feed, now) >= WHOLE_DAY_FRACTION;
}

/** The 24 clock hours up to the running one. */
export function dayStart(now: number): number {
  return Math.floor(now / HOUR_MS) * HOUR_MS - (DAY_HOURS - 1) * HOUR_MS;
}

/** Both sides by hour, with how much of each hour the feeds were heard. */
export function closingHours(
  minutes: readonly LiquidationMinute[],
  listened: readonly ListenedHour[],
  feeds: number,
  now: number,
): LiquidationsFigure['hours'] {
  const start = dayStart(now);
  return Array.from({ length: DAY_HOURS }, (_, index) => {
    const at = start + index * HOUR_MS;
    const own = minutes.filter(({ minuteAt }) => minuteAt >= at && minuteAt < at + HOUR_MS);
    const { long, short } = sideSums(own, at);
    const heard = listened
      .filter(({ hourAt }) => hourAt === at)
      .reduce((sum, hour) => sum + hour.minutes, 0);
    const whole = feeds * Math.min(60, Math.max(1, Math.floor((now - at) / MINUTE_MS)));
    return {
      at,
      longUsd: shortNumber(long),
      shortUsd: shortNumber(short),
      heardFraction: whole === 0 ? 0 : shortNumber(Math.min(1, heard / whole)),
    };
  });
}

/** Minutes of the 24 clock hours that have passed. */
function minutesGiven(now: number): number {
  return Math.max(1, Math.floor((now - dayStart(now)) / MINUTE_MS));
}

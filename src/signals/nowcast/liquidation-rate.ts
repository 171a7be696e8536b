import type { SourceId } from '../model/ids.ts';
import type { LiquidationMinute } from '../model/liquidation-history.ts';
import { clip, quantile, robustStats } from '../score/robust.ts';
import { type PastHour, sameHourOfWeek } from './usual-hours.ts';

const MINUTE_MS = 60_000;

/** Minutes looked back. */
export const RATE_WINDOWS = [5, 15, 60] as const;
/** Weeks whose same hour a venue must have been listened to. */
export const NEEDED_WEEKS = 3;
const MOST_Z = 3;
/** Least robust standard deviation of ln(1 + USD an hour): a factor of e either way is nothing yet. */
const MIN_LOG_SCALE = 1;
/** Below this a usual hour is quiet, and a multiple of it would be of nothing, USD an hour. */
const LEAST_USUAL_USD = 1000;

export interface RateInput {
  /** Of the asset; those before the window or after `now` are left out. */
  minutes: readonly LiquidationMinute[];
  /** Whole hours with their feeds up, of the same asset; only earlier ones count. */
  past: readonly PastHour[];
  /** Venues whose feeds were up throughout the last hour. */
  listening: ReadonlySet<SourceId>;
  /** Epoch ms. */
  now: number;
}

/** Forced closings of the last minutes against what is usual at this hour of the week. */
export interface LiquidationRate {
  windowMinutes: (typeof RATE_WINDOWS)[number];
  /** Over the median of the same hour of past weeks; absent when that hour is usually quiet. */
  ratio?: number;
  /** Of ln(1 + USD an hour) in robust standard deviations, clipped to +-3. */
  z: number;
}

export interface RateNowcast {
  /** One for each window; absent while no venue was listened to in enough weeks. */
  rates?: LiquidationRate[];
  /** Venues they are made of. */
  compared: SourceId[];
  /** Venues that are listened to but not for long enough, with the weeks there are. */
  tooNew: { source: SourceId; weeks: number }[];
  /** Weeks it takes. */
  neededWeeks: number;
}

/**
 * How unusual forced trading is. Only ratios: a feed that leaves closings out gives no level, but
 * leaves out now what it left out then. So each venue is compared with itself, and what is added up
 * is the same venues now and in every week. Uses nothing later than `now`.
 */
export function liquidationRate({ minutes, past, listening, now }: RateInput): RateNowcast {
  const same = sameHourOfWeek(past, now);
  const weeksOf = new Map<SourceId, number>([...listening].map((source) => [source, 0]));
  for (const { source } of same) {
    const weeks = weeksOf.get(source);
    if (weeks !== undefined) weeksOf.set(source, weeks + 1);
  }
  const known = [...weeksOf].map(([source, weeks]) => ({ source, weeks }));
  const tooNew = known.filter(({ weeks }) => weeks < NEEDED_WEEKS);
  const compared = known.filter(({ weeks }) => weeks >= NEEDED_WEEKS).map(({ source }) => source);
  const weekly = commonWeeks(same, compared);
  const base = { compared, tooNew, neededWeeks: NEEDED_WEEKS };
  if (weekly.length < NEEDED_WEEKS) return base;
  const rates = RATE_WINDOWS.map((windowMinutes) =>
    rateOf(hourlyUsd(minutes, new Set(compared), now, windowMinutes), weekly, windowMinutes),
  );
  return { ...base, rates };
}

function rateOf(
  presentUsd: number,
  weekly: readonly number[],
  windowMinutes: LiquidationRate['windowMinutes'],
): LiquidationRate {
  const usual = quantile(weekly, 0.5);
  const stats = robustStats(weekly.map(Math.log1p), NEEDED_WEEKS, MIN_LOG_SCALE);
  const z = stats === undefined ? 0 : (Math.log1p(presentUsd) - stats.median) / stats.scale;
  return {
    windowMinutes,
    ...(usual < LEAST_USUAL_USD ? {} : { ratio: presentUsd / usual }),
    z: clip(z, -MOST_Z, MOST_Z),
  };
}

/** USD of each week in which all of the venues were listened to, ascending. */
function commonWeeks(hours: readonly PastHour[], sources: readonly SourceId[]): number[] {
  const weeks = new Map<number, { usd: number; venues: number }>();
  for (const { source, hourAt, longUsd, shortUsd } of hours) {
    if (!sources.includes(source)) continue;
    const week = weeks.get(hourAt) ?? { usd: 0, venues: 0 };
    weeks.set(hourAt, { usd: week.usd + longUsd + shortUsd, venues: week.venues + 1 });
  }
  return [...weeks.values()]
    .filter(({ venues }) => venues === sources.length)
    .map(({ usd }) => usd)
    .sort((a, b) => a - b);
}

/** As many USD an hour as in the last minutes, the running one included. */
function hourlyUsd(
  minutes: readonly LiquidationMinute[],
  sources: ReadonlySet<SourceId>,
  now: number,
  windowMinutes: number,
): number {
  const from = Math.floor(now / MINUTE_MS) * MINUTE_MS - (windowMinutes - 1) * MINUTE_MS;
  let usd = 0;
  for (const minute of minutes) {
    if (minute.minuteAt < from || minute.minuteAt > now || !sources.has(minute.source)) continue;
    usd += minute.usd;
  }
  return (usd * 60) / windowMinutes;
}

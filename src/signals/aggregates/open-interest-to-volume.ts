import type { AssetHour } from '../model/history.ts';
import type { InstrumentView } from '../observe/asset-view.ts';
import { type PastScore, pastScore } from './past-score.ts';
import { isSampleHour } from './sampled.ts';
import { AGGREGATES } from './settings.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** A day's volume is scaled up from at least this many of its hours. */
const MIN_VOLUME_HOURS = 18;

/** How many days of trading the open positions are: high, and they are slow to leave. */
export interface InterestToVolume {
  /** Open interest over the volume of 24 hours, no unit. */
  ratio: number;
  /** Of the natural logarithm of the newest closed hour; its median as a ratio. */
  past: PastScore;
}

/**
 * The ratio is over the markets that have both figures, so that a venue without a volume does not
 * look like leverage. Not every venue keeps hourly volumes, so the past is compared with the newest
 * closed hour of the same series, not with the ratio. Undefined when no market has both.
 */
export function interestToVolume(
  instruments: readonly InstrumentView[],
  hours: readonly AssetHour[],
): InterestToVolume | undefined {
  const ratio = ratioOf(instruments);
  if (ratio === undefined) return undefined;
  const newest = logOf(hours, hours.length - 1);
  const { median, ...rest } = pastScore(newest, pastLogs(hours.slice(0, -1)), {
    minSamples: AGGREGATES.minSamples,
    minScale: AGGREGATES.minScale.log,
  });
  return { ratio, past: median === undefined ? rest : { ...rest, median: Math.exp(median) } };
}

/** Undefined when no market has both figures. */
export function ratioOf(instruments: readonly InstrumentView[]): number | undefined {
  let interestUsd = 0;
  let volumeUsd = 0;
  for (const { market, openInterest } of instruments) {
    if (market?.volume24hUsd === undefined || openInterest === undefined) continue;
    interestUsd += openInterest.openInterestBase * market.markPriceUsd;
    volumeUsd += market.volume24hUsd;
  }
  return interestUsd > 0 && volumeUsd > 0 ? interestUsd / volumeUsd : undefined;
}

function pastLogs(hours: readonly AssetHour[]): number[] {
  return hours.flatMap(({ hourAt }, index) => {
    if (!isSampleHour(hourAt)) return [];
    const log = logOf(hours, index);
    return Number.isFinite(log) ? [log] : [];
  });
}

/** ln(open interest USD / volume of the 24 hours up to that one); NaN where either is missing. */
function logOf(hours: readonly AssetHour[], index: number): number {
  const hour = hours[index];
  if (hour?.openInterestBase === undefined) return Number.NaN;
  return Math.log((hour.openInterestBase * hour.closePriceUsd) / dayVolume(hours, index));
}

/** Traded in the 24 hours up to this one, scaled up for missing ones; NaN with too few. */
function dayVolume(hours: readonly AssetHour[], last: number): number {
  const from = (hours[last]?.hourAt ?? 0) - DAY_HOURS * HOUR_MS;
  let sum = 0;
  let known = 0;
  for (let index = last; index >= 0; index -= 1) {
    const hour = hours[index];
    if (hour === undefined || hour.hourAt <= from) break;
    if (hour.volumeUsd === undefined || !(hour.volumeUsd >= 0)) continue;
    sum += hour.volumeUsd;
    known += 1;
  }
  return known < MIN_VOLUME_HOURS ? Number.NaN : (sum * DAY_HOURS) / known;
}

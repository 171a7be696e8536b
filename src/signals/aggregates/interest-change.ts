import type { InstrumentHour } from '../model/history.ts';
import type { SourceId } from '../model/ids.ts';
import type { InstrumentView } from '../observe/asset-view.ts';

const HOUR_MS = 3_600_000;
const BACK_MS = 24 * HOUR_MS;
/** A figure this far from 24 hours ago still stands for it. */
const MOST_OFF_MS = 2 * HOUR_MS;

/** Open interest in coins now and a day ago, over the markets that have both. */
export interface InterestChange {
  nowBase: number;
  beforeBase: number;
  /** nowBase / beforeBase - 1. */
  fraction: number;
}

export interface InterestChanges {
  /** Absent: no market has both. */
  total?: InterestChange;
  byVenue: ReadonlyMap<SourceId, InterestChange>;
}

/**
 * In coins, so that a price that moves does not look like positions that come and go; and over the
 * same markets then and now, so that a venue that is new or was silent does not either. Silent venues
 * stay in with their last figure. `hours`: of the last days at least.
 */
export function interestChanges(
  instruments: readonly InstrumentView[],
  hours: readonly InstrumentHour[],
  now: number,
): InterestChanges {
  const before = dayAgo(hours, now);
  const total = { nowBase: 0, beforeBase: 0 };
  const sums = new Map<SourceId, { nowBase: number; beforeBase: number }>();
  for (const { source, instrument, openInterest } of instruments) {
    const beforeBase = before.get(keyOf(source, instrument));
    if (openInterest === undefined || beforeBase === undefined) continue;
    const sum = sums.get(source) ?? { nowBase: 0, beforeBase: 0 };
    for (const own of [sum, total]) {
      own.nowBase += openInterest.openInterestBase;
      own.beforeBase += beforeBase;
    }
    sums.set(source, sum);
  }
  const byVenue = new Map<SourceId, InterestChange>();
  for (const [source, sum] of sums) {
    const change = changeOf(sum);
    if (change !== undefined) byVenue.set(source, change);
  }
  const whole = changeOf(total);
  return { ...(whole === undefined ? {} : { total: whole }), byVenue };
}

function changeOf(sum: { nowBase: number; beforeBase: number }): InterestChange | undefined {
  return sum.beforeBase > 0 ? { ...sum, fraction: sum.nowBase / sum.beforeBase - 1 } : undefined;
}

/** Of each market the figure nearest to 24 hours ago; an hour's is that of its end. */
function dayAgo(hours: readonly InstrumentHour[], now: number): Map<string, number> {
  const nearest = new Map<string, { off: number; base: number }>();
  for (const { source, instrument, hourAt, openInterestBase } of hours) {
    if (openInterestBase === undefined) continue;
    const off = Math.abs(hourAt + HOUR_MS - (now - BACK_MS));
    const key = keyOf(source, instrument);
    const known = nearest.get(key);
    if (off > MOST_OFF_MS || (known !== undefined && known.off <= off)) continue;
    nearest.set(key, { off, base: openInterestBase });
  }
  return new Map([...nearest].map(([key, { base }]) => [key, base]));
}

function keyOf(source: SourceId, instrument: string): string {
  return JSON.stringify([source, instrument]);
}

import type { AssetHour } from '../model/history.ts';
import { longTriggerOffsetLog, shortTriggerOffsetLog } from './liquidation-price.ts';
import type { ProfileSettings } from './settings.ts';
import {
  createLadder,
  firstCellAtOrAbove,
  spreadMass,
  type TriggerLadder,
} from './trigger-ladder.ts';

export const HOUR_MS = 3_600_000;
/** Weights grow by the churn instead of every old cell shrinking; rescaled before they overflow. */
const RESCALE_ABOVE = 1e100;

/**
 * Where open contracts would be liquidated, followed hour by hour. A trigger price is fixed at
 * entry, so mass is kept by trigger price alone: entry cell and leverage need not be remembered.
 * Changed in place by `walkHour`.
 */
export interface EntryWalk {
  readonly longs: TriggerLadder;
  readonly shorts: TriggerLadder;
  /** Cells of `longs` from here up, and of `shorts` below here, are empty. */
  longEnd: number;
  shortStart: number;
  /** Usable hours seen. */
  hours: number;
  lastHourAt: number;
  /** Log price of the last close. */
  closeLog: number;
  /** Mass of one unit of volume entered now, against masses as stored. */
  weight: number;
  volumeSumUsd: number;
  volumeHours: number;
  readonly settings: ProfileSettings;
  readonly longOffsets: readonly number[];
  readonly shortOffsets: readonly number[];
}

/** An hour that can be used: finite positive prices in order. Others are left out. */
export function usableHour(hour: AssetHour): boolean {
  const { lowPriceUsd: low, highPriceUsd: high, closePriceUsd: close } = hour;
  return low > 0 && low <= high && close > 0 && Number.isFinite(high) && Number.isFinite(close);
}

/**
 * A walk sized for these hours, before any of them. `aroundLog`: entries further than
 * `settings.rangeLog` from this log price are ignored. Undefined without a usable hour.
 */
export function startWalk(
  hours: readonly AssetHour[],
  settings: ProfileSettings,
  aroundLog?: number,
): EntryWalk | undefined {
  let lowUsd = Infinity;
  let highUsd = 0;
  for (const hour of hours) {
    if (!usableHour(hour)) continue;
    lowUsd = Math.min(lowUsd, hour.lowPriceUsd, hour.closePriceUsd);
    highUsd = Math.max(highUsd, hour.highPriceUsd, hour.closePriceUsd);
  }
  if (!(highUsd > 0)) return undefined;
  const limit = aroundLog === undefined ? Infinity : settings.rangeLog;
  const lowLog = Math.max(Math.log(lowUsd), (aroundLog ?? 0) - limit);
  const highLog = Math.min(Math.log(highUsd), (aroundLog ?? 0) + limit);
  const longOffsets = settings.tiers.map(longTriggerOffsetLog);
  const shortOffsets = settings.tiers.map(shortTriggerOffsetLog);
  const ladder = (offsets: readonly number[]) =>
    createLadder(
      settings.cellLogStep,
      lowLog + Math.min(...offsets),
      highLog + Math.max(...offsets),
    );
  const shorts = ladder(shortOffsets);
  return {
    longs: ladder(longOffsets),
    shorts,
    longEnd: 0,
    shortStart: shorts.mass.length,
    hours: 0,
    lastHourAt: Number.NEGATIVE_INFINITY,
    closeLog: Number.NaN,
    weight: 1,
    volumeSumUsd: 0,
    volumeHours: 0,
    settings,
    longOffsets,
    shortOffsets,
  };
}

/**
 * One more hour: old entries churn, triggers inside the bar's range are gone, then the hour's
 * volume enters evenly over the range. The order of prices within a bar is unknown, so what enters
 * in it is tested against the bar's close (which comes after every entry) and later bars only:
 * this never removes a trigger that may still be open. False when the hour was left out (bad
 * prices, or not later than the last).
 */
export function walkHour(walk: EntryWalk, hour: AssetHour): boolean {
  if (!usableHour(hour) || hour.hourAt <= walk.lastHourAt) return false;
  churn(walk, walk.hours === 0 ? 0 : (hour.hourAt - walk.lastHourAt) / HOUR_MS);
  const closeLog = Math.log(hour.closePriceUsd);
  const lowLog = Math.min(Math.log(hour.lowPriceUsd), closeLog);
  const highLog = Math.max(Math.log(hour.highPriceUsd), closeLog);
  removeTouched(walk, lowLog, highLog);
  enter(walk, lowLog, highLog, entryWeight(walk, hour.volumeUsd));
  removeTouched(walk, closeLog, closeLog);
  walk.hours += 1;
  walk.lastHourAt = hour.hourAt;
  walk.closeLog = closeLog;
  return true;
}

function churn(walk: EntryWalk, elapsedHours: number): void {
  walk.weight /= (1 - walk.settings.churnPerDayFraction / 24) ** elapsedHours;
  if (walk.weight <= RESCALE_ABOVE) return;
  scaleMasses(walk, 1 / walk.weight);
  walk.weight = 1;
}

function scaleMasses(walk: EntryWalk, factor: number): void {
  for (const { mass } of [walk.longs, walk.shorts]) {
    for (let cell = 0; cell < mass.length; cell++) mass[cell] = (mass[cell] ?? 0) * factor;
  }
}

/**
 * Mass entering: the hour's volume; the mean of the known hours so far where it is absent. Hours
 * before the first known volume count as hours of that volume.
 */
function entryWeight(walk: EntryWalk, volumeUsd: number | undefined): number {
  if (volumeUsd === undefined || !Number.isFinite(volumeUsd) || volumeUsd < 0) {
    return walk.weight * (walk.volumeSumUsd > 0 ? walk.volumeSumUsd / walk.volumeHours : 1);
  }
  if (walk.volumeSumUsd === 0 && volumeUsd > 0) scaleMasses(walk, volumeUsd);
  walk.volumeSumUsd += volumeUsd;
  walk.volumeHours += 1;
  return walk.weight * volumeUsd;
}

function enter(walk: EntryWalk, lowLog: number, highLog: number, mass: number): void {
  const { longs, shorts, settings } = walk;
  settings.tiers.forEach((tier, index) => {
    const long = walk.longOffsets[index] ?? 0;
    const short = walk.shortOffsets[index] ?? 0;
    spreadMass(longs, lowLog + long, highLog + long, mass * tier.longShareFraction);
    spreadMass(shorts, lowLog + short, highLog + short, mass * tier.shortShareFraction);
  });
  const topCell = firstCellAtOrAbove(longs, highLog) + 1;
  walk.longEnd = Math.min(longs.mass.length, Math.max(walk.longEnd, topCell));
  const bottomCell = firstCellAtOrAbove(shorts, lowLog) - 1;
  walk.shortStart = Math.max(0, Math.min(walk.shortStart, bottomCell));
}

/** A long is gone when its trigger is at or above the low, a short when at or below the high. */
function removeTouched(walk: EntryWalk, lowLog: number, highLog: number): void {
  const longFrom = Math.max(0, firstCellAtOrAbove(walk.longs, lowLog));
  if (longFrom < walk.longEnd) {
    walk.longs.mass.fill(0, longFrom, walk.longEnd);
    walk.longEnd = longFrom;
  }
  const shortTo = Math.min(walk.shorts.mass.length, firstCellAbove(walk.shorts, highLog));
  if (shortTo > walk.shortStart) {
    walk.shorts.mass.fill(0, walk.shortStart, shortTo);
    walk.shortStart = shortTo;
  }
}

function firstCellAbove(ladder: TriggerLadder, logPrice: number): number {
  return Math.floor(logPrice / ladder.stepLog - 0.5) - ladder.firstCell + 1;
}

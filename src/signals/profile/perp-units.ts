import type { Side } from '../model/ids.ts';
import type { TriggerUnits, TwoSidedUnits } from '../model/profile.ts';
import type { EntryMap } from './entry-map.ts';
import { longTriggerOffsetLog, shortTriggerOffsetLog } from './liquidation-price.ts';
import type { ProfileSettings } from './settings.ts';
import { at, cellLogPrice, type TriggerLadder } from './trigger-ladder.ts';
import { createUnitBuffer, finishUnits, pushUnit, type UnitBuffer } from './unit-buffer.ts';

export interface PerpState {
  /** Present price of one coin. */
  priceUsd: number;
  /** One-sided, all venues. */
  openInterestUsd: number;
  /** Extremes since the end of the map's last hour, where known. */
  lowSinceMapUsd?: number;
  highSinceMapUsd?: number;
}

export interface PerpUnits {
  units: TwoSidedUnits;
  /** `fallback`: entries are unknown; all are taken to be at the present price. */
  basis: 'entries' | 'fallback';
  /** The true USD are taken to lie between these multiples of `units`. */
  lowFactor: number;
  highFactor: number;
}

/** Below this share of a side the map says nothing about what is still open. */
const LEAST_SHARE_LEFT = 1e-9;

/**
 * The estimated part of the profile. Triggers touched since the map's last hour are removed and
 * the rest scaled so that longs, and shorts with their hedged share, each equal the open interest;
 * then times `levelFactor`. Units are merged to `maxUnitsPerSide`, each at its nearest cell.
 *
 * Without a map (short history), or when the price has run through every trigger of a side: all
 * entries at the present price, one unit per leverage, and a wider interval.
 *
 * No open interest: no units. Throws RangeError when the price is not a positive number.
 */
export function perpUnits(
  map: EntryMap | undefined,
  state: PerpState,
  settings: ProfileSettings,
): PerpUnits {
  const { priceUsd, openInterestUsd } = state;
  if (!(priceUsd > 0 && Number.isFinite(priceUsd))) {
    throw new RangeError(`price is not a positive number: ${priceUsd}`);
  }
  const notionalUsd = openInterestUsd > 0 && Number.isFinite(openInterestUsd) ? openInterestUsd : 0;
  const longsUsd = notionalUsd * settings.levelFactor;
  const shortsUsd = longsUsd * (1 - settings.hedgedShortFraction);
  if (map !== undefined) {
    const lowUsd = Math.min(priceUsd, state.lowSinceMapUsd ?? priceUsd);
    const highUsd = Math.max(priceUsd, state.highSinceMapUsd ?? priceUsd);
    const down = openUnits(map.longs, 'down', priceUsd, lowUsd, longsUsd, settings);
    const up = openUnits(map.shorts, 'up', priceUsd, highUsd, shortsUsd, settings);
    if (down !== undefined && up !== undefined) {
      const { levelLowFactor: lowFactor, levelHighFactor: highFactor } = settings;
      return { units: { down, up }, basis: 'entries', lowFactor, highFactor };
    }
  }
  return {
    units: fallbackUnits(longsUsd, shortsUsd, settings),
    basis: 'fallback',
    lowFactor: settings.fallbackLowFactor,
    highFactor: settings.fallbackHighFactor,
  };
}

/** Units of one side beyond `touchedUsd`, nearest first; undefined when nothing is left there. */
function openUnits(
  ladder: TriggerLadder,
  side: Side,
  priceUsd: number,
  touchedUsd: number,
  sideUsd: number,
  settings: ProfileSettings,
): TriggerUnits | undefined {
  const { stepLog, mass } = ladder;
  const touchedLog = Math.log(touchedUsd);
  const open = (cell: number) =>
    side === 'down'
      ? cellLogPrice(ladder, cell) < touchedLog
      : cellLogPrice(ladder, cell) > touchedLog;
  let left = 0;
  for (let cell = 0; cell < mass.length; cell++) if (open(cell)) left += at(ladder, cell);
  if (!(left > LEAST_SHARE_LEFT)) return undefined;

  const priceLog = Math.log(priceUsd);
  const cellsPerUnit = Math.max(
    1,
    Math.ceil((settings.maxDistanceLog / stepLog + 1) / settings.maxUnitsPerSide),
  );
  const units = createUnitBuffer(settings.maxUnitsPerSide);
  let merged = 0;
  for (let step = 0; step < mass.length; step++) {
    const cell = side === 'down' ? mass.length - 1 - step : step;
    const usd = (at(ladder, cell) / left) * sideUsd;
    if (!(usd > 0) || !open(cell)) continue;
    const distance = Math.abs(priceLog - cellLogPrice(ladder, cell));
    if (distance > settings.maxDistanceLog) break;
    merged = mergeInto(units, distance, usd, merged, cellsPerUnit, stepLog);
  }
  return finishUnits(units);
}

/** Adds to the last unit while within its width; returns the group number last used. */
function mergeInto(
  units: UnitBuffer,
  distance: number,
  usd: number,
  lastGroup: number,
  cellsPerUnit: number,
  stepLog: number,
): number {
  const group = 1 + Math.floor(distance / (cellsPerUnit * stepLog));
  if (group === lastGroup) {
    const last = units.length - 1;
    units.usd[last] = (units.usd[last] ?? 0) + usd;
  } else {
    pushUnit(units, distance, usd);
  }
  return group;
}

function fallbackUnits(
  longsUsd: number,
  shortsUsd: number,
  settings: ProfileSettings,
): TwoSidedUnits {
  const down = createUnitBuffer(settings.tiers.length);
  const up = createUnitBuffer(settings.tiers.length);
  for (const tier of settings.tiers) {
    addFallbackUnit(down, -longTriggerOffsetLog(tier), longsUsd * tier.longShareFraction, settings);
    addFallbackUnit(up, shortTriggerOffsetLog(tier), shortsUsd * tier.shortShareFraction, settings);
  }
  return { down: finishUnits(down), up: finishUnits(up) };
}

function addFallbackUnit(
  buffer: UnitBuffer,
  distance: number,
  usd: number,
  settings: ProfileSettings,
): void {
  if (usd > 0 && distance <= settings.maxDistanceLog) pushUnit(buffer, distance, usd);
}

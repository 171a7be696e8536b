import type { AssetHour } from '../model/history.ts';
import { type EntryWalk, HOUR_MS, startWalk, walkHour } from './entry-walk.ts';
import type { ProfileSettings } from './settings.ts';
import { firstCellAtOrAbove, massBetween } from './trigger-ladder.ts';
import { sigma24hSeries } from './volatility.ts';

/** Multiples of the 24 h volatility for which reach is kept. */
const REACH_SIGMAS = [1, 2, 3] as const;

export interface PastReach {
  /** End of the hour after which it was known, epoch ms. */
  at: number;
  /**
   * Share of the open interest, before the level factor, with a trigger within 1, 2 and 3 sigma
   * below (down) or above (up) the close. Hedged shorts count as open interest without a trigger.
   */
  reachShareDown: number[];
  reachShareUp: number[];
}

/**
 * What was within reach at past times, so that today's figure can be ranked against the asset's
 * own past. The entry map is walked once, forward, and knows nothing later than `at`. One entry for
 * each clock-aligned slot of `everyHours`, from `minHistoryHours` on; none where the volatility
 * (`sigma24hLogAt`: of the hour at that index, default the EWMA of `volatility.ts`) is unknown.
 */
export function pastReach(
  hours: readonly AssetHour[],
  settings: ProfileSettings,
  everyHours = 6,
  sigma24hLogAt?: (hourIndex: number) => number,
): PastReach[] {
  const walk = startWalk(hours, settings);
  if (walk === undefined) return [];
  const series = sigma24hLogAt === undefined ? sigma24hSeries(hours) : undefined;
  const slotMs = everyHours * HOUR_MS;
  const past: PastReach[] = [];
  let lastSlot = Number.NEGATIVE_INFINITY;
  hours.forEach((hour, index) => {
    if (!walkHour(walk, hour)) return;
    const at = hour.hourAt + HOUR_MS;
    const slot = Math.floor(at / slotMs);
    if (slot === lastSlot || walk.hours < settings.minHistoryHours) return;
    const sigma = series === undefined ? sigma24hLogAt?.(index) : series[index];
    if (sigma === undefined || !Number.isFinite(sigma)) return;
    const shares = reachShares(walk, sigma);
    if (shares === undefined) return;
    lastSlot = slot;
    past.push({ at, ...shares });
  });
  return past;
}

/** Cells are counted by their centre, as in the map; undefined when a side has no entries. */
function reachShares(
  walk: EntryWalk,
  sigmaLog: number,
): Pick<PastReach, 'reachShareDown' | 'reachShareUp'> | undefined {
  const { longs, shorts, longEnd, shortStart, closeLog } = walk;
  const longMass = massBetween(longs, 0, longEnd);
  const shortMass = massBetween(shorts, shortStart, shorts.mass.length);
  if (!(longMass > 0 && shortMass > 0)) return undefined;
  const unhedged = 1 - walk.settings.hedgedShortFraction;
  return {
    reachShareDown: REACH_SIGMAS.map((k) => {
      const from = firstCellAtOrAbove(longs, closeLog - k * sigmaLog);
      return massBetween(longs, from, longEnd) / longMass;
    }),
    reachShareUp: REACH_SIGMAS.map((k) => {
      const to = firstCellAtOrAbove(shorts, closeLog + k * sigmaLog);
      return (unhedged * massBetween(shorts, shortStart, to)) / shortMass;
    }),
  };
}

import type { AssetHour } from '../model/history.ts';
import { startWalk, usableHour, walkHour } from './entry-walk.ts';
import type { ProfileSettings } from './settings.ts';
import { normalisedLadder, type TriggerLadder } from './trigger-ladder.ts';

/** Where the open perpetual contracts of one asset would be liquidated, by side, as shares. */
export interface EntryMap {
  /** Start of the last hour in it, epoch ms. */
  lastHourAt: number;
  /** Usable hours it was made from. */
  hours: number;
  /** Shares of the longs by trigger price; sum to 1. */
  longs: TriggerLadder;
  /** Shares of the unhedged shorts by trigger price; sum to 1. */
  shorts: TriggerLadder;
}

/**
 * The map of `hours` (oldest first): entries weighted by volume over each bar's range, churned,
 * touched triggers removed, the rest normalised. Entries enter by volume, not by growth of open
 * interest: on history the two maps cannot be told apart, and volume ranked realised liquidations
 * slightly better.
 *
 * Since only the relative mass counts, removal does not change what is entered later: of a volume
 * entered `t` hours ago (1 - churn/24)^t is still open unless its trigger was touched.
 *
 * Undefined with fewer usable hours than `minHistoryHours`, or when no entry is left on a side.
 */
export function buildEntryMap(
  hours: readonly AssetHour[],
  settings: ProfileSettings,
): EntryMap | undefined {
  const last = hours.findLast(usableHour);
  if (last === undefined) return undefined;
  const walk = startWalk(hours, settings, Math.log(last.closePriceUsd));
  if (walk === undefined) return undefined;
  for (const hour of hours) walkHour(walk, hour);
  if (walk.hours < settings.minHistoryHours) return undefined;
  const longs = normalisedLadder(walk.longs);
  const shorts = normalisedLadder(walk.shorts);
  if (longs === undefined || shorts === undefined) return undefined;
  return { lastHourAt: walk.lastHourAt, hours: walk.hours, longs, shorts };
}

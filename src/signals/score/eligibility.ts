import type { Level } from '../model/ids.ts';
import type { AssetView } from '../observe/asset-view.ts';
import type { AssetBaseline } from './baseline.ts';
import type { ScoreSettings } from './settings.ts';
import { usdText } from './wording.ts';

/** May this asset alert? Silent venues count with their last open interest until they are retired. */
export function eligibilityOf(
  view: AssetView,
  baseline: AssetBaseline,
  { eligibility }: ScoreSettings,
): { eligible: boolean; reasons: string[] } {
  const venues = venuesWithInterest(view);
  const reasons: string[] = [];
  if (venues < eligibility.minVenues) {
    reasons.push(`traded on ${venues} of at least ${eligibility.minVenues} venues`);
  }
  if (view.openInterestUsd < eligibility.minOpenInterestUsd) {
    reasons.push(
      `open interest ${usdText(view.openInterestUsd)} is below ${usdText(eligibility.minOpenInterestUsd)}`,
    );
  }
  if (baseline.hoursAvailable < eligibility.minHistoryHours) {
    reasons.push(
      `${baseline.hoursAvailable} of at least ${eligibility.minHistoryHours} hours of history`,
    );
  }
  return { eligible: reasons.length === 0, reasons };
}

/** One venue alone never makes a critical reading, whatever it says. */
export function levelCapOf(view: AssetView, settings: ScoreSettings): Level {
  return venuesWithInterest(view) < settings.minVenuesForCritical ? 'high' : 'critical';
}

function venuesWithInterest(view: AssetView): number {
  return view.venues.filter((venue) => venue.openInterestBase > 0).length;
}

/** What is still needed before anything can be scored; empty when nothing is. */
export function needsOf(
  view: AssetView,
  baseline: AssetBaseline,
  settings: ScoreSettings,
): { needs: string[]; hoursShort: number } {
  const needs: string[] = [];
  if (view.price === undefined) needs.push('a price');
  if (!(view.openInterestUsd > 0)) needs.push('open interest');
  const hoursShort = Math.max(0, settings.minReadyHours - baseline.hoursAvailable);
  if (hoursShort > 0) needs.push(`${hoursShort} more hours of price history`);
  else if (baseline.volatility === undefined) needs.push('a volatility');
  return { needs, hoursShort };
}

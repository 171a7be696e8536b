import type { Side } from '../model/ids.ts';
import type { FundingFigure } from '../observe/asset-view.ts';
import type { FundingBaseline } from './baseline.ts';
import { clip } from './robust.ts';
import type { ScoreSettings } from './settings.ts';

const HOUR_MS = 3_600_000;

/**
 * Mean funding weighted by open interest, simple annual fraction; undefined without any figure.
 *
 * With a side, overdue figures are pushed to where they hurt that side (up for `down`, where longs
 * are crowded; down for `up`), with the square root of the time overdue. They stop at the 95th
 * (5th) percentile of the asset's own past and are never better than the last value.
 */
export function meanFunding(
  figures: readonly FundingFigure[],
  settings: Pick<ScoreSettings, 'fundingDriftAnnualPerSqrtHour'>,
  drift?: { side: Side; baseline: FundingBaseline | undefined },
): number | undefined {
  const known = figures.filter((figure) => Number.isFinite(figure.annualFraction));
  const weights = known.reduce((sum, figure) => sum + figure.openInterestBase, 0);
  let sum = 0;
  for (const figure of known) {
    const weight = weights > 0 ? figure.openInterestBase / weights : 1 / known.length;
    sum +=
      weight * (drift === undefined ? figure.annualFraction : drifted(figure, settings, drift));
  }
  return known.length === 0 ? undefined : sum;
}

function drifted(
  figure: FundingFigure,
  settings: Pick<ScoreSettings, 'fundingDriftAnnualPerSqrtHour'>,
  { side, baseline }: { side: Side; baseline: FundingBaseline | undefined },
): number {
  const last = figure.annualFraction;
  const stepsAnnual =
    settings.fundingDriftAnnualPerSqrtHour * Math.sqrt(figure.overdueMs / HOUR_MS);
  // Without a past to bound it, a day of drift is the limit.
  const limitAnnual = settings.fundingDriftAnnualPerSqrtHour * Math.sqrt(24);
  return side === 'down'
    ? clip(last + stepsAnnual, last, Math.max(last, baseline?.q95Annual ?? last + limitAnnual))
    : clip(last - stepsAnnual, Math.min(last, baseline?.q05Annual ?? last - limitAnnual), last);
}

/** The 7-day mean with the rate in force as its newest part; either alone when the other is absent. */
export function weeklyFunding(
  presentAnnual: number | undefined,
  baseline: FundingBaseline | undefined,
  settings: Pick<ScoreSettings, 'presentFundingWeight'>,
): number | undefined {
  if (baseline === undefined) return presentAnnual;
  if (presentAnnual === undefined) return baseline.mean7dAnnual;
  const share = settings.presentFundingWeight;
  return share * presentAnnual + (1 - share) * baseline.mean7dAnnual;
}

import { distanceOf, fractionOf } from '../cascade/distance.ts';
import { absorbableUsd } from '../cascade/impact.ts';
import type { AssetId } from '../model/ids.ts';
import type { ImpactParams } from '../model/reading.ts';
import { reachOf, type SideBarriers } from './reach.ts';
import { percentText, usdText } from './wording.ts';

/** A nearer critical shock is told as this one: a smaller move is noise. Log-price units. */
const SMALLEST_TOLD_DISTANCE = 0.001;
/** A critical shock further than this many volatilities is not told; 2 sigma is. */
const FARTHEST_TOLD_SIGMAS = 3;

export interface ExplainInput {
  asset: AssetId;
  barriers: SideBarriers;
  present: ImpactParams;
  sigma24h: number;
  criticalDistance?: number;
}

/**
 * One sentence: what a stated move would set off, against what the market absorbs, and how much of
 * it is known. Score, coverage and age stand beside it in every message. Always conditional: nothing in the model says that the move will come.
 */
export function explain(input: ExplainInput): string {
  const { asset, barriers, sigma24h } = input;
  const { side } = barriers;
  const down = side === 'down';
  const critical = input.criticalDistance ?? Number.POSITIVE_INFINITY;
  const shockDistance =
    critical <= FARTHEST_TOLD_SIGMAS * sigma24h
      ? Math.max(SMALLEST_TOLD_DISTANCE, critical)
      : 2 * sigma24h;
  const reach = reachOf(barriers, shockDistance);
  const absorbedUsd = absorbableUsd(input.present, distanceOf(0.01, side));
  const move = `a ${percentText(fractionOf(shockDistance, side))} ${down ? 'fall' : 'rise'}`;
  const head = `${asset} ${side}: `;
  if (!(reach.forcedUsd.point > 0)) {
    return `${head}no known position is forced by ${move} (2 sigma); the market ${down ? 'absorbs' : 'offers'} ${usdText(absorbedUsd)} per 1 %.`;
  }
  const exactPercent = Math.round(100 * reach.exactShareFraction);
  return [
    `${head}${move} would force about ${usdText(reach.forcedUsd.point)}`,
    ` of ${down ? 'sales into a market absorbing' : 'purchases from a market offering'} ${usdText(absorbedUsd)} per 1 %,`,
    ` ending near ${down ? '-' : '+'}${percentText(reach.endFraction)};`,
    ` ${exactPercent} % of it exact (lending), ${100 - exactPercent} % estimated (perps).`,
  ].join('');
}

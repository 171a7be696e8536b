import { isScorable } from '../cascade/impact.ts';
import type { Side } from '../model/ids.ts';
import type { DepthLevel } from '../model/observations.ts';
import type { ImpactParams } from '../model/reading.ts';
import type { AssetView } from '../observe/asset-view.ts';
import type { ScoreSettings } from './settings.ts';

export interface ImpactCases {
  /** Books of fresh venues only. */
  present: ImpactParams;
  /** The same with a tenth of the resting orders. */
  stressed: ImpactParams;
  /** Books of silent venues kept as last seen. */
  frozen: ImpactParams;
}

/**
 * Liquidity of one side. d: resting USD within 1 % of mid (or the distance the book reaches) per
 * log-price unit, summed over fresh venues, after the haircut. v = rho V / (Y sigma)^2.
 *
 * When every book is stale and no volume is known, a tenth of the last books is used: less than
 * before the silence, but still a number. Undefined when there never was either: the asset cannot be
 * scored, which is not the same as being safe.
 */
export function impactCases(
  view: AssetView,
  side: Side,
  sigma24h: number,
  settings: ScoreSettings,
): ImpactCases | undefined {
  let fresh = 0;
  let known = 0;
  for (const book of view.depth) {
    const usdPerUnit = settings.depthHaircut * restingUsdPerUnit(book.levels, side, settings);
    known += usdPerUnit;
    if (book.fresh) fresh += usdPerUnit;
  }
  const latentUsdPerUnit2 =
    (settings.cascadeDayShare * Math.max(0, view.volume24hUsd ?? 0)) /
    (settings.impactY * sigma24h) ** 2;
  const share = settings.stressedDepthShare;
  if (fresh === 0 && latentUsdPerUnit2 === 0) fresh = share * known;
  const present = { depthUsdPerUnit: fresh, latentUsdPerUnit2 };
  if (!isScorable(present)) return undefined;
  return {
    present,
    stressed: { depthUsdPerUnit: share * fresh, latentUsdPerUnit2 },
    frozen: { depthUsdPerUnit: known, latentUsdPerUnit2 },
  };
}

/** Resting USD per log-price unit of one book, before the haircut; 0 for an empty book. */
export function restingUsdPerUnit(
  levels: readonly DepthLevel[],
  side: Side,
  settings: Pick<ScoreSettings, 'depthDistanceFraction'>,
): number {
  let chosen = 0;
  for (const level of levels) {
    const usd = side === 'down' ? level.bidUsd : level.askUsd;
    if (usd === undefined || !(usd >= 0)) continue;
    if (!(level.distanceFraction > 0 && level.distanceFraction < 1)) continue;
    const sign = side === 'down' ? -1 : 1;
    const distance = Math.abs(Math.log1p(sign * level.distanceFraction));
    // Ascending: the last one within the distance, or the first beyond when none is within.
    if (level.distanceFraction <= settings.depthDistanceFraction * (1 + 1e-9)) {
      chosen = usd / distance;
    } else if (chosen === 0) {
      return usd / distance;
    }
  }
  return Number.isFinite(chosen) ? chosen : 0;
}

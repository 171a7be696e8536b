import type { AssetView } from '../../signals/observe/asset-view.ts';

/** Coins with less open interest are left out of lists: a few orders make their figures. */
export const LEAST_INTEREST_USD = 20_000_000;

/** Coins large enough for a list, by open interest from the largest down; without stocks and the like. */
export function worthyCoins(views: readonly AssetView[]): AssetView[] {
  return views
    .filter((view) => view.openInterestUsd >= LEAST_INTEREST_USD && isCoin(view))
    .sort((a, b) => b.openInterestUsd - a.openInterestUsd);
}

/** Most of its open interest is in markets of coins. */
function isCoin({ instruments }: AssetView): boolean {
  let coins = 0;
  let others = 0;
  for (const { market, openInterest } of instruments) {
    const base = openInterest?.openInterestBase ?? 0;
    if (market?.assetClass === undefined) coins += base;
    else others += base;
  }
  return coins >= others;
}

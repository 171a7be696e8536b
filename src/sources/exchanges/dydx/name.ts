import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';
import { assetOfClass, classOfName, type NonCoinClass } from '../../kit/asset-class.ts';

export const ID = 'dydx';

export interface DydxCoin extends CanonicalAsset {
  assetClass?: NonCoinClass;
}

/**
 * The coin of `BTC-USD`. Undefined for the names of markets that anybody may list, which carry the
 * token's pool (`NEIRO,RAYDIUM,CTJF…-USD`): they are left out. Prices are per single coin.
 */
export function coinOf(ticker: string): DydxCoin | undefined {
  const base = /^([A-Z0-9]+)-USD$/.exec(ticker)?.[1];
  const coin = base === undefined ? undefined : canonicalAsset(base, 'plain');
  if (coin === undefined) return undefined;
  const assetClass = classOfName(coin.asset);
  return {
    asset: assetOfClass(coin.asset, assetClass),
    multiplier: coin.multiplier,
    ...(assetClass === undefined ? {} : { assetClass }),
  };
}

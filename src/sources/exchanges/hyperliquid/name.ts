import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';
import {
  assetOfClass,
  classOfName,
  commodityClass,
  type NonCoinClass,
} from '../../kit/asset-class.ts';

export const DEX_NAME = /^[a-z0-9]{1,16}$/;

export interface HyperliquidCoin extends CanonicalAsset {
  /** The builder-deployed dex; absent: Hyperliquid's own. */
  dex?: string;
  assetClass?: NonCoinClass;
}

/**
 * What `BTC`, `kPEPE` and `xyz:TSLA` are on; undefined for other names. Hyperliquid's own markets
 * are all on coins. Those of builder-deployed dexes are mostly not: `category` is what the venue
 * files them under, and where it does not (or under a word not known here) the name tells.
 */
export function coinOf(instrument: string, category?: string): HyperliquidCoin | undefined {
  const [, dex, base] = /^(?:([^:]*):)?([^:]+)$/.exec(instrument) ?? [];
  if (base === undefined || (dex !== undefined && !DEX_NAME.test(dex))) return undefined;
  const coin = canonicalAsset(base, 'k-prefix');
  if (coin === undefined || dex === undefined) return coin;
  const assetClass = classOfCategory(category?.toLowerCase(), coin.asset);
  return {
    dex,
    asset: assetOfClass(coin.asset, assetClass),
    multiplier: coin.multiplier,
    ...(assetClass === undefined ? {} : { assetClass }),
  };
}

function classOfCategory(category: string | undefined, base: string): NonCoinClass | undefined {
  switch (category) {
    case 'crypto':
      return undefined;
    case 'stocks':
    case 'stock':
    case 'preipo':
      return 'stock';
    case 'indices':
    case 'index':
      return 'index';
    case 'fx':
      return 'fx';
    case 'metals':
      return 'metal';
    case 'energy':
      return 'commodity';
    case 'commodities':
      return commodityClass(base);
    default:
      return classOfName(base);
  }
}

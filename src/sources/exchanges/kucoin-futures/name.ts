import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';

export const ID = 'kucoin-futures';

export interface KucoinCoin extends CanonicalAsset {
  /** Inverse contracts are worth a dollar each; linear ones `multiplier` coins of the venue. */
  inverse: boolean;
}

/**
 * The coin of `XBTUSDTM`, `SOLUSDCM` (linear) and `XBTUSDM` (inverse); undefined for indices
 * (`.KXBTUSDT`), dated futures (`XBTMU26`) and other names. `1000BONKUSDTM` is per 1000 coins.
 */
export function coinOf(symbol: string): KucoinCoin | undefined {
  const [, base, quote] = /^([A-Z0-9]+?)(USDT|USDC|USD)M$/.exec(symbol) ?? [];
  if (base === undefined) return undefined;
  const coin = canonicalAsset(base, 'numeric-prefix');
  return coin === undefined ? undefined : { ...coin, inverse: quote === 'USD' };
}

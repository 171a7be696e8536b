import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';

export const ID = 'deribit';

export interface DeribitCoin extends CanonicalAsset {
  /** The name without multiplier: `1000PEPE`, `BTC`. */
  base: string;
  /** Settled in its own coin: sizes and open interest count USD. */
  inverse: boolean;
}

/**
 * The coin of `BTC-PERPETUAL` (inverse), `SOL_USDC-PERPETUAL` and `1000PEPE_USDC-PERPETUAL`
 * (linear). Undefined for every other name, which leaves out dated futures (`BTC-27NOV26`,
 * `BTC_USDC-27NOV26`), combinations and other quotes (`BTC_EURR-PERPETUAL`).
 */
export function coinOf(instrument: string): DeribitCoin | undefined {
  const [, base, quote] = /^([A-Z0-9]+)(?:_(USDC|USDT))?-PERPETUAL$/.exec(instrument) ?? [];
  if (base === undefined) return undefined;
  const coin = canonicalAsset(base, 'numeric-prefix');
  return coin === undefined ? undefined : { ...coin, base, inverse: quote === undefined };
}

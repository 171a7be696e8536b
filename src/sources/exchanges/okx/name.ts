import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';

export const ID = 'okx';

export interface OkxCoin extends CanonicalAsset {
  /** What asset classes are told by, where the venue does not say: `AAPL`. */
  base: string;
  /** `BTC-USDT` of `BTC-USDT-SWAP`. */
  family: string;
}

/**
 * The coin of `BTC-USDT-SWAP`, `BTC-USDC-SWAP`, `BTC-USD-SWAP` (inverse) and `BTC-USD_UM-SWAP`
 * (linear, settled in USD). Prices are per single coin whatever the contract's size. Undefined for
 * every other name, which leaves out dated ones (`BTC-USD-261225`) and X-Perps, which are futures
 * here (`XAU-USD_UM_XPERP-310502`).
 */
export function coinOf(instrument: string): OkxCoin | undefined {
  const [, family, base] = /^(([A-Z0-9]+)-(?:USDT|USDC|USD|USD_UM))-SWAP$/.exec(instrument) ?? [];
  if (family === undefined || base === undefined) return undefined;
  const coin = canonicalAsset(base, 'plain');
  return coin === undefined ? undefined : { ...coin, base, family };
}

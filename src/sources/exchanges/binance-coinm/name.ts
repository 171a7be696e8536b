import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';

export const ID = 'binance-coinm';

export interface CoinmCoin extends CanonicalAsset {
  /** `BTCUSD`, by which the statistics are asked: perpetual and dated contracts together. */
  pair: string;
}

/** The coin of `BTCUSD_PERP`; undefined for dated (`BTCUSD_260925`) and other names. */
export function coinOf(symbol: string): CoinmCoin | undefined {
  const [, pair, base] = /^(([A-Z0-9]+)USD)_PERP$/.exec(symbol) ?? [];
  if (pair === undefined || base === undefined) return undefined;
  const coin = canonicalAsset(base, 'numeric-prefix');
  return coin === undefined ? undefined : { ...coin, pair };
}

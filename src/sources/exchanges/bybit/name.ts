import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';

export const ID = 'bybit';

export type Category = 'linear' | 'inverse';

export interface BybitCoin extends CanonicalAsset {
  category: Category;
}

/**
 * The coin of `BTCUSDT`, `1000BONKPERP` (USDC) and `BTCUSD` (inverse). Undefined for every other
 * name, which leaves out dated ones: `BTCUSDT-02OCT26`, `BTC-02OCT26`, `BTCUSDU26`.
 */
export function coinOf(symbol: string): BybitCoin | undefined {
  const [, base, quote] = /^([A-Z0-9]+?)(USDT|PERP|USD)$/.exec(symbol) ?? [];
  if (base === undefined) return undefined;
  const coin = canonicalAsset(base, 'numeric-prefix');
  if (coin === undefined) return undefined;
  return { ...coin, category: quote === 'USD' ? 'inverse' : 'linear' };
}

import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';

export const ID = 'bitget';

/** Every call is about one of them. Sizes and open interest are in coins in all three. */
export type Category = 'USDT-FUTURES' | 'USDC-FUTURES' | 'COIN-FUTURES';
export const CATEGORIES: readonly Category[] = ['USDT-FUTURES', 'USDC-FUTURES', 'COIN-FUTURES'];

const CATEGORY_OF: ReadonlyMap<string | undefined, Category> = new Map([
  ['USDT', 'USDT-FUTURES'],
  ['PERP', 'USDC-FUTURES'],
  ['USD', 'COIN-FUTURES'],
]);

export interface BitgetCoin extends CanonicalAsset {
  category: Category;
}

/**
 * The coin of `BTCUSDT`, `1000BONKPERP` (USDC) and `BTCUSD` (margined in coins). Undefined for every
 * other name, which leaves out dated ones (`BTCUSDZ26`, `ETHUSD_261225`).
 */
export function coinOf(symbol: string): BitgetCoin | undefined {
  const [, base, quote] = /^([A-Z0-9]+?)(USDT|PERP|USD)$/.exec(symbol) ?? [];
  const category = CATEGORY_OF.get(quote);
  if (base === undefined || category === undefined) return undefined;
  const coin = canonicalAsset(base, 'numeric-prefix');
  return coin === undefined ? undefined : { ...coin, category };
}

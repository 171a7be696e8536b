import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';

export const ID = 'binance-usdm';

/** The coin of `BTCUSDT`, `1000PEPEUSDT`, `BTCUSDC`; undefined for dated and other names. */
export function coinOf(symbol: string): CanonicalAsset | undefined {
  const base = /^([A-Z0-9]+)(?:USDT|USDC)$/.exec(symbol)?.[1];
  return base === undefined ? undefined : canonicalAsset(base, 'numeric-prefix');
}

import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';

export const ID = 'gate';

/** The coin a contract is settled in, which is a part of every path. */
export type Settle = 'usdt' | 'btc';
export const SETTLES: readonly Settle[] = ['usdt', 'btc'];

export interface GateCoin extends CanonicalAsset {
  settle: Settle;
}

/**
 * The coin of `BTC_USDT` and of `BTC_USD` (settled in BTC). Undefined for leveraged tokens (`BTC3L`,
 * `BTC5S`), dated names (`BTC_USDT_20261225`) and names that are no coin's (`龙虾_USDT`). Prices are per
 * single coin: what is cheap has larger contracts, not a prefix.
 */
export function coinOf(contract: string): GateCoin | undefined {
  const [, base, quote] = /^([A-Z0-9]+)_(USDT|USD)$/.exec(contract) ?? [];
  if (base === undefined || /[A-Z][1-9][LS]$/.test(base)) return undefined;
  const coin = canonicalAsset(base, 'plain');
  return coin === undefined ? undefined : { ...coin, settle: quote === 'USD' ? 'btc' : 'usdt' };
}

import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';

export const ID = 'kraken-futures';

/** `PF_`: sizes in coins, settled in any collateral. `PI_`: contracts of 1 USD, settled in the coin. */
export type ContractKind = 'linear' | 'inverse';

export interface KrakenCoin extends CanonicalAsset {
  kind: ContractKind;
}

/** Kind of `PF_XBTUSD` and `PI_XBTUSD`; undefined for dated ones, indices and other quotes. */
export function kindOf(symbol: string): ContractKind | undefined {
  const prefix = /^(PF|PI)_[A-Z0-9]+USD$/.exec(symbol)?.[1];
  if (prefix === undefined) return undefined;
  return prefix === 'PF' ? 'linear' : 'inverse';
}

/**
 * The coin of a perpetual. `base` is the venue's own name of it (`BTC`, `AAPLx`), where it gives
 * one: a small x at the end marks a tokenised stock, which follows the stock. Without it the
 * symbol tells. Prices are per single coin at this venue, so that no name has a multiplier.
 */
export function coinOf(symbol: string, base?: string): KrakenCoin | undefined {
  const kind = kindOf(symbol);
  if (kind === undefined) return undefined;
  const named = base === undefined ? symbol.slice(3, -3) : (stockOf(base) ?? base);
  const coin = canonicalAsset(named, 'plain');
  return coin === undefined ? undefined : { ...coin, kind };
}

/** `AAPL` of `AAPLx`. */
export function stockOf(base: string): string | undefined {
  return /^([A-Z0-9]+)x$/.exec(base)?.[1];
}

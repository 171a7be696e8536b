import { type CanonicalAsset, canonicalAsset } from '../../../signals/assets.ts';

export const ID = 'mexc';

export interface MexcCoin extends CanonicalAsset {
  /** The name as the venue writes it, without quote: `1000BONK`, `NVIDIA`. */
  base: string;
  quote: string;
  /** Settled in the coin, in contracts of USD. */
  inverse: boolean;
  /** A share, by the name. */
  stock: boolean;
}

/** Names of this venue alone: it writes some projects and companies out. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['FILECOIN', 'FIL'],
  ['PUMPFUN', 'PUMP'],
  ['TONCOIN', 'TON'],
  ['TRUMPOFFICIAL', 'TRUMP'],
  ['NGAS', 'NATGAS'],
  ['NVIDIA', 'NVDA'],
  ['TESLA', 'TSLA'],
  ['COINBASE', 'COIN'],
  ['ROBINHOOD', 'HOOD'],
]);

const SHARE = /^([A-Z0-9]+)STOCK$/;

/**
 * What `BTC_USDT`, `BTC_USDC`, `BTC_USD1` (linear) and `BTC_USD` (inverse) are on; undefined for
 * other quotes and names. Prices of `1000BONK_USDT` are per 1000 coins; those of `PEPE_USDT` per
 * coin, with a contract of ten million. Shares end in STOCK (`AAPLSTOCK_USDT`).
 */
export function coinOf(symbol: string): MexcCoin | undefined {
  const [, base, quote] = /^([A-Z0-9]+)_(USDT|USDC|USD1|USD)$/.exec(symbol) ?? [];
  if (base === undefined || quote === undefined) return undefined;
  const share = SHARE.exec(base)?.[1];
  const coin = canonicalAsset(share ?? ALIASES.get(base) ?? base, 'numeric-prefix');
  if (coin === undefined) return undefined;
  return { ...coin, base, quote, inverse: quote === 'USD', stock: share !== undefined };
}

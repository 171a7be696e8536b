import { classOfName, commodityClass, type NonCoinClass } from '../../kit/asset-class.ts';
import type { MexcCoin } from './name.ts';

const ZONE = 'mc-trade-zone-';

/** In order: a fund on an index bears the plates of both (`XLI_USDT`). */
const PLATES: readonly [plate: string, classOf: (asset: string) => NonCoinClass][] = [
  ['etf', () => 'stock'],
  ['stockindex', () => 'index'],
  ['stock', () => 'stock'],
  ['metals', () => 'metal'],
  ['forex', () => 'fx'],
  ['commodities', commodityClass],
  ['oil', commodityClass],
];

/**
 * What a market is on, by its name, else by its plates (`mc-trade-zone-Stock`). `unknown`: the
 * venue says that it is no coin (`…-tradfi`) and not what; undefined: a coin.
 */
export function assetClassOf(
  coin: MexcCoin,
  plates: readonly string[],
): NonCoinClass | 'unknown' | undefined {
  if (coin.stock) return 'stock';
  const named = classOfName(coin.asset);
  if (named !== undefined) return named;
  const zones = new Set(plates.map((plate) => plate.replace(ZONE, '').toLowerCase()));
  const known = PLATES.find(([plate]) => zones.has(plate));
  if (known !== undefined) return known[1](coin.asset);
  return zones.has('tradfi') ? 'unknown' : undefined;
}

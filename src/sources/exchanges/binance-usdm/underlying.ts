import { classOfName, commodityClass, type NonCoinClass } from '../../kit/asset-class.ts';

/**
 * Class of a `TRADIFI_PERPETUAL` by exchangeInfo's `underlyingType`: EQUITY and its regions
 * (HK_EQUITY, KR_EQUITY, CN_EQUITY), PREMARKET (companies before their listing), COMMODITY (metals
 * too), FX. Values not known here leave it to the name; undefined: it cannot be told.
 */
export function classOfUnderlying(type: unknown, base: string): NonCoinClass | undefined {
  if (typeof type !== 'string') return classOfName(base);
  if (type === 'EQUITY' || type.endsWith('_EQUITY') || type === 'PREMARKET') return 'stock';
  if (type === 'COMMODITY') return commodityClass(base);
  if (type === 'FX') return 'fx';
  return classOfName(base);
}

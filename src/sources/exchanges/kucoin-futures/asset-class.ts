import { z } from 'zod';
import type { AssetClass } from '../../../signals/model/observations.ts';
import { classOfName } from '../../kit/asset-class.ts';

const CLASSES: ReadonlyMap<string, AssetClass> = new Map([
  ['CRYPTO', 'crypto'],
  ['METAL', 'metal'],
  ['COMMODITY', 'commodity'],
  ['STOCK', 'stock'],
  ['FOREX', 'fx'],
  ['INDEX', 'index'],
]);

/**
 * By the venue's `assetClass` (PAXG is a METAL of the market CRYPTO); rows of before it had one
 * are classed by their market, and by their name. A class not known here is refused.
 */
export function assetClassOf(asset: string) {
  return z
    .object({ assetClass: z.string().min(1).optional(), marketType: z.string().optional() })
    .transform(({ assetClass, marketType }, context): AssetClass => {
      const known =
        assetClass === undefined ? classOfMarket(marketType, asset) : CLASSES.get(assetClass);
      if (known !== undefined) return known;
      context.addIssue({ code: 'custom', message: 'asset class is not known' });
      return z.NEVER;
    });
}

function classOfMarket(marketType: string | undefined, asset: string): AssetClass | undefined {
  if (marketType === 'NASDAQ') return 'stock';
  return marketType === undefined || marketType === 'CRYPTO'
    ? (classOfName(asset) ?? 'crypto')
    : undefined;
}

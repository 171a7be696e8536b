import { z } from 'zod';
import type { AssetId } from '../../../signals/model/ids.ts';
import type { AssetClass } from '../../../signals/model/observations.ts';
import { classOfName, commodityClass } from '../../kit/asset-class.ts';
import { absentable } from '../../kit/decode.ts';

/**
 * By the venue's `symbolType`, which says `stock` of indices too, and `crypto` of what has no type of
 * its own: with `isRwa` YES that is no coin (EURUSD), and told by its name. Refused where the name
 * does not tell it (H100), and for types not known here.
 */
export function assetClassOf(asset: AssetId) {
  return z
    .object({ symbolType: z.string().min(1), isRwa: absentable(z.enum(['YES', 'NO'])) })
    .transform(({ isRwa, symbolType }, context): AssetClass => {
      const known = classOf(symbolType, isRwa, asset);
      if (known !== undefined) return known;
      context.addIssue({ code: 'custom', message: 'asset class is not known' });
      return z.NEVER;
    });
}

function classOf(
  symbolType: string,
  isRwa: 'YES' | 'NO' | undefined,
  asset: AssetId,
): AssetClass | undefined {
  const byName = classOfName(asset);
  switch (symbolType) {
    case 'crypto':
      if (isRwa === 'NO') return 'crypto';
      return isRwa === 'YES' ? byName : (byName ?? 'crypto');
    case 'stock':
      return byName === 'index' ? 'index' : 'stock';
    case 'metal':
      return 'metal';
    case 'commodity':
      return commodityClass(asset);
    default:
      return undefined;
  }
}

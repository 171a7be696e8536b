import type { InstrumentView } from '../observe/asset-view.ts';
import { weightedStats } from './weighted.ts';

/** A mark over its index, less 1; undefined where the venue gives no index. */
export function basisOf({ market }: InstrumentView): number | undefined {
  if (market?.indexPriceUsd === undefined || !(market.indexPriceUsd > 0)) return undefined;
  return market.markPriceUsd / market.indexPriceUsd - 1;
}

/**
 * How far perpetuals trade above their index: the mean of the markets that have one, weighted by
 * open interest. Indices are not kept, so it has no past to be compared with. Undefined when no
 * venue gives an index.
 */
export function meanBasis(instruments: readonly InstrumentView[]): number | undefined {
  const known = instruments.flatMap((instrument) => {
    const value = basisOf(instrument);
    const weight = instrument.openInterest?.openInterestBase ?? 0;
    return value === undefined ? [] : [{ value, weight }];
  });
  return weightedStats(known)?.mean;
}

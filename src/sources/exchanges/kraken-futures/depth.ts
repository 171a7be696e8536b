import { SourceError } from '../../../errors.ts';
import type { DepthObservation } from '../../../signals/model/observations.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { depthOfBook } from '../../kit/depth.ts';
import { readEachBook } from '../../kit/each-book.ts';
import { ID, kindOf } from './name.ts';
import { fetchBook } from './rest-v3.ts';

/** Whole order books. Inverse sizes are USD already (contracts of 1 USD). */
export function fetchDepth(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  return readEachBook(ID, instruments, async ({ asset, instrument }): Promise<DepthObservation> => {
    const kind = kindOf(instrument);
    if (kind === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    const { asks, bids, observedAt } = await fetchBook(context, instrument);
    const { levels, midPrice, spreadFraction } = depthOfBook(
      { bids, asks, levelsAsked: Number.POSITIVE_INFINITY },
      `orderbook ${instrument}`,
      (price, size) => (kind === 'inverse' ? size : price * size),
    );
    return {
      kind: 'depth',
      source: ID,
      asset,
      instrument,
      midPriceUsd: midPrice,
      spreadFraction,
      levels,
      observedAt,
    };
  });
}

import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { DepthObservation } from '../../../signals/model/observations.ts';
import { decodeShape, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { type BookLevel, depthOfBook } from '../../kit/depth.ts';
import { readEachBook } from '../../kit/each-book.ts';
import { coinOf, ID } from './name.ts';

/** The indexer gives this many a side. */
const LEVELS = 100;
const side = z.array(z.object({ price: positiveNumber, size: nonNegativeNumber }));
const bookSchema = z.object({ bids: side, asks: side });

/** Order books, 100 levels a side; the answer carries no time. */
export function fetchDepth(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  return readEachBook(ID, instruments, async ({ asset, instrument }): Promise<DepthObservation> => {
    if (coinOf(instrument) === undefined) {
      throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    }
    const answer = await context.http.getJson(`/orderbooks/perpetualMarket/${instrument}`);
    const what = `orderbooks ${instrument}`;
    const book = decodeShape(bookSchema, answer, what);
    const levelsOf = (rows: z.infer<typeof side>) =>
      rows.map(({ price, size }): BookLevel => [price, size]);
    const { levels, midPrice, spreadFraction } = depthOfBook(
      { bids: levelsOf(book.bids), asks: levelsOf(book.asks), levelsAsked: LEVELS },
      what,
      (price, size) => price * size,
    );
    return {
      kind: 'depth',
      source: ID,
      asset,
      instrument,
      midPriceUsd: midPrice,
      spreadFraction,
      levels,
      observedAt: context.now(),
    };
  });
}

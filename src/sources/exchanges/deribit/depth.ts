import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { DepthObservation } from '../../../signals/model/observations.ts';
import { epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { type BookLevel, depthOfBook } from '../../kit/depth.ts';
import { readEachBook } from '../../kit/each-book.ts';
import { coinOf, ID } from './name.ts';
import { getPublic } from './rpc.ts';

/** The largest the venue takes: whole books, which are a few hundred levels. */
const LEVELS = 10_000;
const level = z.tuple([positiveNumber, nonNegativeNumber]);

/** Whole order books. Amounts are USD on inverse perpetuals, units of the base on linear ones. */
export function fetchDepth(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  return readEachBook(ID, instruments, async ({ asset, instrument }): Promise<DepthObservation> => {
    const coin = coinOf(instrument);
    if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    const schema = z.object({
      instrument_name: z.literal(instrument),
      timestamp: epochMs(context.now()),
      bids: z.array(level),
      asks: z.array(level),
    });
    const query = { instrument_name: instrument, depth: LEVELS };
    const book = await getPublic(context, 'get_order_book', query, schema);
    const { levels, midPrice, spreadFraction } = depthOfBook(
      { bids: book.bids as BookLevel[], asks: book.asks as BookLevel[], levelsAsked: LEVELS },
      `get_order_book ${instrument}`,
      (price, size) => (coin.inverse ? size : price * size),
    );
    return {
      kind: 'depth',
      source: ID,
      asset,
      instrument,
      midPriceUsd: midPrice / coin.multiplier,
      spreadFraction,
      levels,
      observedAt: book.timestamp,
    };
  });
}

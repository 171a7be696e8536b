import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { DepthObservation } from '../../../signals/model/observations.ts';
import { epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { type BookLevel, depthOfBook } from '../../kit/depth.ts';
import { readEachBook } from '../../kit/each-book.ts';
import { getMarket } from './envelope.ts';
import { coinOf, ID } from './name.ts';

const LEVELS = 1000;
const level = z.tuple([positiveNumber, nonNegativeNumber]);

/** Order books, up to 1000 levels a side. Inverse sizes are USD already. */
export function fetchDepth(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  return readEachBook(ID, instruments, async ({ asset, instrument }): Promise<DepthObservation> => {
    const coin = coinOf(instrument);
    if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    const { category } = coin;
    const schema = z.object({
      s: z.literal(instrument),
      b: z.array(level),
      a: z.array(level),
      ts: epochMs(context.now()),
    });
    const query = { category, symbol: instrument, limit: LEVELS };
    const { result } = await getMarket(context, 'orderbook', query, schema);
    const { levels, midPrice, spreadFraction } = depthOfBook(
      { bids: result.b as BookLevel[], asks: result.a as BookLevel[], levelsAsked: LEVELS },
      `orderbook ${instrument}`,
      (price, size) => (category === 'inverse' ? size : price * size),
    );
    return {
      kind: 'depth',
      source: ID,
      asset,
      instrument,
      midPriceUsd: midPrice / coin.multiplier,
      spreadFraction,
      levels,
      observedAt: result.ts,
    };
  });
}

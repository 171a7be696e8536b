import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { DepthObservation } from '../../../signals/model/observations.ts';
import { epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { type BookLevel, depthOfBook } from '../../kit/depth.ts';
import { readEachBook } from '../../kit/each-book.ts';
import { getPublic } from './envelope.ts';
import { coinOf, ID } from './name.ts';

const LEVELS = 1000;
/** Earlier documents say that 200 are the most: a side this long may have been cut. */
const LEVELS_SURELY_GIVEN = 200;

/** JSON numbers here, text elsewhere. */
const level = z.tuple([positiveNumber, nonNegativeNumber]);

/** Order books, up to 1000 levels a side; sizes are coins, also where margin is in coins. */
export function fetchDepth(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  return readEachBook(ID, instruments, async ({ asset, instrument }): Promise<DepthObservation> => {
    const coin = coinOf(instrument);
    if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    const schema = z.object({
      a: z.array(level),
      b: z.array(level),
      ts: epochMs(context.now()),
    });
    const query = { category: coin.category, symbol: instrument, limit: LEVELS };
    const { data } = await getPublic(context, 'v3/market/orderbook', { query }, schema);
    const { levels, midPrice, spreadFraction } = depthOfBook(
      {
        bids: data.b as BookLevel[],
        asks: data.a as BookLevel[],
        levelsAsked: LEVELS_SURELY_GIVEN,
      },
      `orderbook ${instrument}`,
      (price, size) => price * size,
    );
    return {
      kind: 'depth',
      source: ID,
      asset,
      instrument,
      midPriceUsd: midPrice / coin.multiplier,
      spreadFraction,
      levels,
      observedAt: data.ts,
    };
  });
}

import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { DepthObservation } from '../../../signals/model/observations.ts';
import { decodeShape, epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { type BookLevel, depthOfBook } from '../../kit/depth.ts';
import { readEachBook } from '../../kit/each-book.ts';
import { contractSizeUsd, readContracts } from './contracts.ts';
import { coinOf, ID } from './name.ts';

const LEVELS = 500;
const level = z.tuple([positiveNumber, nonNegativeNumber]);

/** Order books, 500 levels a side (weight 10 each). Sizes are contracts, of so many USD each. */
export async function fetchDepth(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  const contracts = await readContracts(context);
  return readEachBook(ID, instruments, async ({ asset, instrument }): Promise<DepthObservation> => {
    const coin = coinOf(instrument);
    if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    const sizeUsd = contractSizeUsd(contracts, instrument);
    const query = { symbol: instrument, limit: LEVELS };
    const answer = await context.http.getJson('/dapi/v1/depth', query, { weight: 10 });
    const schema = z.object({
      symbol: z.literal(instrument),
      bids: z.array(level),
      asks: z.array(level),
      E: epochMs(context.now()),
    });
    const what = `depth ${instrument}`;
    const book = decodeShape(schema, answer, what);
    const { levels, midPrice, spreadFraction } = depthOfBook(
      { bids: book.bids as BookLevel[], asks: book.asks as BookLevel[], levelsAsked: LEVELS },
      what,
      (_price, contractCount) => contractCount * sizeUsd,
    );
    return {
      kind: 'depth',
      source: ID,
      asset,
      instrument,
      midPriceUsd: midPrice / coin.multiplier,
      spreadFraction,
      levels,
      observedAt: book.E,
    };
  });
}

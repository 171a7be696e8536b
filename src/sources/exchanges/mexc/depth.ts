import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { DepthObservation } from '../../../signals/model/observations.ts';
import { epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { type BookLevel, depthOfBook } from '../../kit/depth.ts';
import { readEachBook } from '../../kit/each-book.ts';
import { contractNamed, readContracts, valueOf } from './contracts.ts';
import { getPublic } from './envelope.ts';
import { ID } from './name.ts';

const LEVELS = 1000;
/** The venue serves old books at times. */
const STALE_AFTER_MS = 60_000;

/** Price, contracts, number of orders. */
const level = z
  .array(z.unknown())
  .min(2)
  .transform(([price, size]) => [price, size])
  .pipe(z.tuple([positiveNumber, nonNegativeNumber]));

/** Order books. How many levels the venue gives at most is not published: none counts as whole. */
export async function fetchDepth(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  const contracts = await readContracts(context);
  return readEachBook(ID, instruments, async ({ asset, instrument }): Promise<DepthObservation> => {
    const contract = contractNamed(contracts, instrument);
    const schema = z.object({
      bids: z.array(level),
      asks: z.array(level),
      timestamp: epochMs(context.now()),
    });
    const book = await getPublic(context, `depth/${instrument}`, { limit: LEVELS }, schema);
    if (book.timestamp < context.now() - STALE_AFTER_MS) {
      throw new SourceError('stale', `${instrument}: the book is over a minute old`);
    }
    const { levels, midPrice, spreadFraction } = depthOfBook(
      { bids: book.bids as BookLevel[], asks: book.asks as BookLevel[], levelsAsked: 1 },
      `depth ${instrument}`,
      (price, size) => valueOf(contract, size, price).usd,
    );
    return {
      kind: 'depth',
      source: ID,
      asset,
      instrument,
      midPriceUsd: midPrice / contract.coin.multiplier,
      spreadFraction,
      levels,
      observedAt: book.timestamp,
    };
  });
}

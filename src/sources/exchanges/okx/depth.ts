import { z } from 'zod';
import type { DepthObservation } from '../../../signals/model/observations.ts';
import { decodeShape, epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { type BookLevel, depthOfBook } from '../../kit/depth.ts';
import { readEachBook } from '../../kit/each-book.ts';
import { readContracts, sizeOf } from './contracts.ts';
import { getData } from './envelope.ts';
import { ID } from './name.ts';

const LEVELS = 400;
/** [price, contracts, "0", orders]. */
const level = z.tuple([positiveNumber, nonNegativeNumber, z.string(), z.string()]);

/** Order books, 400 levels a side. Sizes are contracts: coins on linear swaps, USD on inverse ones. */
export async function fetchDepth(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  const contracts = await readContracts(context);
  return readEachBook(ID, instruments, async ({ asset, instrument }): Promise<DepthObservation> => {
    const size = sizeOf(contracts, instrument);
    const rows = await getData(context, 'market/books', { instId: instrument, sz: LEVELS });
    const schema = z.tuple([
      z.object({ bids: z.array(level), asks: z.array(level), ts: epochMs(context.now()) }),
    ]);
    const what = `books ${instrument}`;
    const [book] = decodeShape(schema, rows, what);
    const side = (levels: typeof book.bids) =>
      levels.map(([price, contractCount]): BookLevel => [price, contractCount]);
    const { levels, midPrice, spreadFraction } = depthOfBook(
      { bids: side(book.bids), asks: side(book.asks), levelsAsked: LEVELS },
      what,
      (price, contractCount) => size.toUsd(contractCount, price),
    );
    return {
      kind: 'depth',
      source: ID,
      asset,
      instrument,
      midPriceUsd: midPrice,
      spreadFraction,
      levels,
      observedAt: book.ts,
    };
  });
}

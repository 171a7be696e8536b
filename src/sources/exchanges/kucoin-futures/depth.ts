import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { DepthObservation } from '../../../signals/model/observations.ts';
import { epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { type BookLevel, depthOfBook } from '../../kit/depth.ts';
import { readEachBook } from '../../kit/each-book.ts';
import { readLots } from './contracts.ts';
import { getPublic } from './envelope.ts';
import { coinOf, ID } from './name.ts';

const WEIGHT = 3;
const level = z.tuple([positiveNumber, nonNegativeNumber]);

/** Epoch ms of a time in ns, which comes as the text of its digits: too long for a double. */
function nsTime(now: number) {
  return z
    .union([
      z.string().regex(/^\d{19}$/, 'is not a time in ns'),
      z.number().transform((ns) => BigInt(Math.round(ns)).toString()),
    ])
    .transform((ns): string | number => ns.slice(0, -6))
    .pipe(epochMs(now));
}

/**
 * Whole order books: the call of 100 levels reaches less than 0.1 % from mid on Bitcoin. Sizes are
 * lots, of coins or (inverse) dollars.
 */
export async function fetchDepth(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  const lots = await readLots(context);
  return readEachBook(ID, instruments, async ({ asset, instrument }): Promise<DepthObservation> => {
    const coin = coinOf(instrument);
    if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    const lot = lots.get(instrument);
    if (lot === undefined) {
      throw new SourceError('bad-payload', `${instrument}: size of its lot not known`);
    }
    const schema = z.object({
      symbol: z.literal(instrument).optional(),
      bids: z.array(level),
      asks: z.array(level),
      ts: nsTime(context.now()),
    });
    const options = { query: { symbol: instrument }, weight: WEIGHT };
    const book = await getPublic(context, 'level2/snapshot', options, schema);
    const { levels, midPrice, spreadFraction } = depthOfBook(
      {
        bids: book.bids as BookLevel[],
        asks: book.asks as BookLevel[],
        levelsAsked: Number.POSITIVE_INFINITY,
      },
      `level2 ${instrument}`,
      (price, size) => (coin.inverse ? size * lot : price * size * lot),
    );
    return {
      kind: 'depth',
      source: ID,
      asset,
      instrument,
      midPriceUsd: midPrice / coin.multiplier,
      spreadFraction,
      levels,
      observedAt: book.ts,
    };
  });
}

import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { DepthObservation } from '../../../signals/model/observations.ts';
import { nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { type BookDepth, type BookLevel, depthOfBook } from '../../kit/depth.ts';
import { readEachBook } from '../../kit/each-book.ts';
import { isWholeDepth, mergeDepth } from '../../kit/merge-depth.ts';
import { readContract, type SizedContract } from './contracts.ts';
import { ID } from './name.ts';
import { getFutures } from './rest.ts';
import { secondsTime } from './seconds.ts';

const LEVELS = 300;
/** How far the coarser reads are to reach, as fractions of mid, with some room. */
const COARSER_REACHES = [0.012, 0.06];

const level = z
  .object({ p: positiveNumber, s: nonNegativeNumber })
  .transform(({ p, s }): BookLevel => [p, s]);

/**
 * Order books of 300 levels a side, the most there are, in contracts. On large coins they end before
 * the nearest distance: then farther ones come from at most two reads of the same book in steps, true
 * to a few hundredths of the distance.
 */
export function fetchDepth(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  return readEachBook(ID, instruments, async ({ asset, instrument }): Promise<DepthObservation> => {
    const contract = await readContract(context, instrument);
    const fine = await readBook(context, instrument, contract, '0');
    let { levels } = fine;
    for (const reach of COARSER_REACHES) {
      if (isWholeDepth(levels)) break;
      const step = stepOf((fine.midPrice * reach) / LEVELS);
      const coarse = await readCoarse(context, instrument, contract, step);
      // The next read would be too coarse for the distances this one was to tell.
      if (coarse === undefined) break;
      levels = mergeDepth(levels, coarse.levels);
    }
    return {
      kind: 'depth',
      source: ID,
      asset,
      instrument,
      midPriceUsd: fine.midPrice,
      spreadFraction: fine.spreadFraction,
      levels,
      observedAt: fine.observedAt,
    };
  });
}

/** The smallest step the venue takes from `least` up, 1 or 5 times a power of ten, in digits. */
export function stepOf(least: number): string {
  const exponent = Math.floor(Math.log10(least));
  const leading = least / 10 ** exponent;
  if (leading > 5) return digitsOf('1', exponent + 1);
  return digitsOf(leading > 1 ? '5' : '1', exponent);
}

function digitsOf(leading: string, exponent: number): string {
  if (exponent >= 0) return leading + '0'.repeat(exponent);
  return `0.${'0'.repeat(-exponent - 1)}${leading}`;
}

async function readBook(
  context: FetchContext,
  contract: string,
  { settle, size }: SizedContract,
  interval: string,
): Promise<BookDepth & { observedAt: number }> {
  const schema = z.object({
    current: secondsTime(context.now()),
    bids: z.array(level),
    asks: z.array(level),
  });
  const query = { contract, interval, limit: LEVELS };
  const { asks, bids, current } = await getFutures(context, settle, 'order_book', query, schema);
  const depth = depthOfBook(
    { bids, asks, levelsAsked: LEVELS },
    `order_book ${contract}`,
    (price, contracts) => size.toUsd(contracts, price),
  );
  return { ...depth, observedAt: current };
}

/** The far distances are a bonus: without them the near ones still stand. */
async function readCoarse(
  context: FetchContext,
  instrument: string,
  contract: SizedContract,
  step: string,
): Promise<BookDepth | undefined> {
  try {
    return await readBook(context, instrument, contract, step);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    context.log.debug({ source: ID, instrument, reason: error.reason }, 'no coarse book');
    return undefined;
  }
}

import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { DepthLevel, DepthObservation } from '../../../signals/model/observations.ts';
import { decodeShape, epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceBatch } from '../../kit/define.ts';
import { type BookDepth, type BookLevel, depthOfBook } from '../../kit/depth.ts';
import { readEachBook } from '../../kit/each-book.ts';
import { ID, postInfo } from './info.ts';
import { coinOf } from './name.ts';

const LEVELS = 20;
/**
 * Coarser reads, in significant figures of the price. Each multiplies a level's width by ten, so
 * that a distance first reached by one spans at least two of its levels.
 */
const COARSER_FIGURES = [4, 3];
const side = z.array(z.object({ px: positiveNumber, sz: nonNegativeNumber }));

/**
 * Order books. Hyperliquid gives 20 levels a side, a few hundredths of a percent on large coins;
 * farther distances come from coarser reads. Their levels are rounded away from mid, so they never
 * overstate what lies within a distance.
 */
export function fetchDepth(
  context: FetchContext,
  instruments: readonly InstrumentRef[],
): Promise<SourceBatch> {
  return readEachBook(ID, instruments, async ({ asset, instrument }): Promise<DepthObservation> => {
    const coin = coinOf(instrument);
    if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
    const fine = await readBook(context, instrument, {});
    let { levels } = fine;
    for (const nSigFigs of COARSER_FIGURES) {
      if (levels.every((level) => 'bidUsd' in level && 'askUsd' in level)) break;
      const coarse = await readCoarse(context, instrument, nSigFigs);
      // The next read would be too coarse for the distances this one was to tell.
      if (coarse === undefined) break;
      levels = merge(levels, coarse.levels);
    }
    return {
      kind: 'depth',
      source: ID,
      asset,
      instrument,
      midPriceUsd: fine.midPrice / coin.multiplier,
      spreadFraction: fine.spreadFraction,
      levels,
      observedAt: fine.observedAt,
    };
  });
}

async function readBook(
  context: FetchContext,
  coin: string,
  extra: { nSigFigs?: number },
): Promise<BookDepth & { observedAt: number }> {
  const answer = await postInfo(context, { type: 'l2Book', coin, ...extra }, 2);
  const schema = z.object({
    coin: z.literal(coin),
    levels: z.tuple([side, side]),
    time: epochMs(context.now()),
  });
  const what = `l2Book ${coin}`;
  const book = decodeShape(schema, answer, what);
  const [bids, asks] = book.levels.map((rows) =>
    rows.map(({ px, sz }): BookLevel => [px as number, sz as number]),
  );
  const depth = depthOfBook(
    { bids: bids ?? [], asks: asks ?? [], levelsAsked: LEVELS },
    what,
    (price, size) => price * size,
  );
  return { ...depth, observedAt: book.time as number };
}

/** The far levels are a bonus: without them the near ones still stand. */
async function readCoarse(
  context: FetchContext,
  coin: string,
  nSigFigs: number,
): Promise<BookDepth | undefined> {
  try {
    return await readBook(context, coin, { nSigFigs });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    context.log.debug({ source: ID, instrument: coin, reason: error.reason }, 'no coarse book');
    return undefined;
  }
}

/** The fine figure where there is one; a coarse one never below the fine ones nearer to mid. */
function merge(fine: readonly DepthLevel[], coarse: readonly DepthLevel[]): DepthLevel[] {
  return fine.map((level, index) => {
    const far = coarse[index];
    const bidUsd = level.bidUsd ?? atLeast(far?.bidUsd, fine, index, 'bidUsd');
    const askUsd = level.askUsd ?? atLeast(far?.askUsd, fine, index, 'askUsd');
    return {
      distanceFraction: level.distanceFraction,
      ...(bidUsd === undefined ? {} : { bidUsd }),
      ...(askUsd === undefined ? {} : { askUsd }),
    };
  });
}

function atLeast(
  usd: number | undefined,
  fine: readonly DepthLevel[],
  index: number,
  key: 'bidUsd' | 'askUsd',
): number | undefined {
  if (usd === undefined) return undefined;
  return Math.max(usd, ...fine.slice(0, index).map((level) => level[key] ?? 0));
}

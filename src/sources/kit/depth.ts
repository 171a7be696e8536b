import { SourceError } from '../../errors.ts';
import type { DepthLevel } from '../../signals/model/observations.ts';
import { DEPTH_DISTANCES } from './define.ts';

/** Price and size in the venue's own units. */
export type BookLevel = readonly [price: number, size: number];

export interface Book {
  /** Best first. */
  bids: readonly BookLevel[];
  asks: readonly BookLevel[];
  /** Most levels a side the venue would have given: fewer means that the book ends there. */
  levelsAsked: number;
}

export interface BookDepth {
  /** In the venue's price unit. */
  midPrice: number;
  /** Best ask less best bid over mid. */
  spreadFraction: number;
  levels: DepthLevel[];
}

/**
 * Cumulative resting USD at `DEPTH_DISTANCES` from mid. A distance the given levels do not reach
 * has no key, unless the book itself ends before it. `toUsd` values one level.
 * Throws `bad-payload` for an empty, crossed or unsorted book.
 */
export function depthOfBook(
  book: Book,
  what: string,
  toUsd: (price: number, size: number) => number,
): BookDepth {
  const bestBid = book.bids[0]?.[0];
  const bestAsk = book.asks[0]?.[0];
  if (bestBid === undefined || bestAsk === undefined) {
    throw new SourceError('bad-payload', `${what}: a side of the book is empty`);
  }
  if (bestBid >= bestAsk || !descends(book.bids, 1) || !descends(book.asks, -1)) {
    throw new SourceError('bad-payload', `${what}: the book is crossed or unsorted`);
  }
  const midPrice = (bestBid + bestAsk) / 2;
  const levels = DEPTH_DISTANCES.map((distanceFraction): DepthLevel => {
    // A level exactly on the edge is within it, whatever the last bit of the product says.
    const edge = distanceFraction + 1e-12;
    const bidUsd = usdWithin(book.bids, midPrice * (1 - edge), 1, book, toUsd);
    const askUsd = usdWithin(book.asks, midPrice * (1 + edge), -1, book, toUsd);
    return {
      distanceFraction,
      ...(bidUsd === undefined ? {} : { bidUsd }),
      ...(askUsd === undefined ? {} : { askUsd }),
    };
  });
  return { midPrice, spreadFraction: (bestAsk - bestBid) / midPrice, levels };
}

/** `sign` 1: prices fall (bids); -1: they rise (asks). */
function descends(levels: readonly BookLevel[], sign: 1 | -1): boolean {
  return levels.every((level, index) => {
    const before = levels[index - 1];
    return before === undefined || (before[0] - level[0]) * sign > 0;
  });
}

function usdWithin(
  levels: readonly BookLevel[],
  edgePrice: number,
  sign: 1 | -1,
  book: Book,
  toUsd: (price: number, size: number) => number,
): number | undefined {
  const farthest = levels.at(-1)?.[0] ?? Number.NaN;
  const reached = (farthest - edgePrice) * sign <= farthest * 1e-11;
  if (!reached && levels.length >= book.levelsAsked) return undefined;
  let usd = 0;
  for (const [price, size] of levels) {
    if ((price - edgePrice) * sign < 0) break;
    usd += toUsd(price, size);
  }
  return usd;
}

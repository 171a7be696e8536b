/**
 * One open position: a group of accounts that opened together and are liquidated together.
 * Sizes are in contract units: coins on linear contracts, USD on inverse ones.
 */
export interface Position {
  id: number;
  side: 'long' | 'short';
  size: number;
  entryPriceUsd: number;
  leverage: number;
  /** Mark price at which the venue takes it over. */
  triggerPriceUsd: number;
  openedAt: number;
  /** When its owners close it by themselves, should it live that long. */
  closesAt: number;
}

/** All leveraged positions of one contract. */
export interface PositionBook {
  positions: Position[];
  /** Sums over `positions`. */
  longSize: number;
  shortSize: number;
  /** Bounds that let most steps skip the scan: nothing happens between the two prices before then. */
  nearestLongTriggerUsd: number;
  nearestShortTriggerUsd: number;
  nextCloseAt: number;
}

export function createPositionBook(): PositionBook {
  return {
    positions: [],
    longSize: 0,
    shortSize: 0,
    nearestLongTriggerUsd: 0,
    nearestShortTriggerUsd: Number.POSITIVE_INFINITY,
    nextCloseAt: Number.POSITIVE_INFINITY,
  };
}

function account(book: PositionBook, position: Position): void {
  if (position.side === 'long') {
    book.longSize += position.size;
    book.nearestLongTriggerUsd = Math.max(book.nearestLongTriggerUsd, position.triggerPriceUsd);
  } else {
    book.shortSize += position.size;
    book.nearestShortTriggerUsd = Math.min(book.nearestShortTriggerUsd, position.triggerPriceUsd);
  }
  book.nextCloseAt = Math.min(book.nextCloseAt, position.closesAt);
}

export function openPosition(book: PositionBook, position: Position): void {
  book.positions.push(position);
  account(book, position);
}

function isCrossed(position: Position, markPriceUsd: number): boolean {
  return position.side === 'long'
    ? markPriceUsd <= position.triggerPriceUsd
    : markPriceUsd >= position.triggerPriceUsd;
}

/** Removes what the mark price has reached (returned) and what its owners close by now. */
export function sweepPositions(book: PositionBook, markPriceUsd: number, now: number): Position[] {
  const untouched =
    markPriceUsd > book.nearestLongTriggerUsd &&
    markPriceUsd < book.nearestShortTriggerUsd &&
    now < book.nextCloseAt;
  if (untouched) return [];
  const liquidated: Position[] = [];
  const kept: Position[] = [];
  for (const position of book.positions) {
    if (isCrossed(position, markPriceUsd)) liquidated.push(position);
    else if (position.closesAt > now) kept.push(position);
  }
  // Sums are made anew rather than subtracted, so that rounding never accumulates.
  Object.assign(book, createPositionBook(), { positions: kept });
  for (const position of kept) account(book, position);
  return liquidated;
}

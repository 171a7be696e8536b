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

export function openPosition(book: PositionBook, position: Position): void {
  book.positions.push(position);
  if (position.side === 'long') {
    book.longSize += position.size;
    book.nearestLongTriggerUsd = Math.max(book.nearestLongTriggerUsd, position.triggerPriceUsd);
  } else {
    book.shortSize += position.size;
    book.nearestShortTriggerUsd = Math.min(book.nearestShortTriggerUsd, position.triggerPriceUsd);
  }
  book.nextCloseAt = Math.min(book.nextCloseAt, position.closesAt);
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
  const { positions } = book;
  const liquidated: Position[] = [];
  let longSize = 0;
  let shortSize = 0;
  let nearestLong = 0;
  let nearestShort = Number.POSITIVE_INFINITY;
  let nextClose = Number.POSITIVE_INFINITY;
  let kept = 0;
  // In place and with local sums: this loop is most of the cost of the whole simulation. Sums are
  // made anew rather than subtracted, so that rounding never accumulates.
  for (const position of positions) {
    if (isCrossed(position, markPriceUsd)) {
      liquidated.push(position);
      continue;
    }
    if (position.closesAt <= now) continue;
    positions[kept] = position;
    kept += 1;
    if (position.side === 'long') {
      longSize += position.size;
      nearestLong = Math.max(nearestLong, position.triggerPriceUsd);
    } else {
      shortSize += position.size;
      nearestShort = Math.min(nearestShort, position.triggerPriceUsd);
    }
    nextClose = Math.min(nextClose, position.closesAt);
  }
  positions.length = kept;
  book.longSize = longSize;
  book.shortSize = shortSize;
  book.nearestLongTriggerUsd = nearestLong;
  book.nearestShortTriggerUsd = nearestShort;
  book.nextCloseAt = nextClose;
  return liquidated;
}

import { describe, expect, it } from 'vitest';
import {
  createPositionBook,
  openPosition,
  type Position,
  sweepPositions,
} from '../../../demo/market/position-book.ts';

function position(id: number, overrides: Partial<Position> = {}): Position {
  return {
    id,
    side: 'long',
    size: 1,
    entryPriceUsd: 100,
    leverage: 10,
    triggerPriceUsd: 92,
    openedAt: 0,
    closesAt: 1e6,
    ...overrides,
  };
}

function bookOf(...positions: Position[]) {
  const book = createPositionBook();
  for (const entry of positions) openPosition(book, entry);
  return book;
}

describe('the position book', () => {
  it('liquidates exactly the positions whose trigger the mark has reached', () => {
    const book = bookOf(
      position(1, { triggerPriceUsd: 95 }),
      position(2, { triggerPriceUsd: 90 }),
      position(3, { side: 'short', triggerPriceUsd: 105, size: 3 }),
    );
    expect(sweepPositions(book, 95, 10).map((entry) => entry.id)).toEqual([1]);
    expect(book.longSize).toBe(1);
    expect(sweepPositions(book, 105, 20).map((entry) => entry.id)).toEqual([3]);
    expect(book.shortSize).toBe(0);
    expect(book.positions.map((entry) => entry.id)).toEqual([2]);
  });

  it('lets owners close without a forced order', () => {
    const book = bookOf(position(1, { closesAt: 50 }), position(2));
    expect(sweepPositions(book, 100, 50)).toEqual([]);
    expect(book.positions.map((entry) => entry.id)).toEqual([2]);
    expect(book.longSize).toBe(1);
  });

  it('still finds triggers of positions opened after a sweep', () => {
    const book = bookOf(position(1));
    sweepPositions(book, 93, 10);
    openPosition(book, position(2, { triggerPriceUsd: 96 }));
    expect(sweepPositions(book, 95.5, 20).map((entry) => entry.id)).toEqual([2]);
  });
});

import { expect, test } from 'vitest';
import { type BookLevel, depthOfBook } from '../../../src/sources/kit/depth.ts';

const valued = (price: number, size: number) => price * size;
const BIDS: BookLevel[] = [
  [99.9, 10],
  [99.5, 20],
  [98, 30],
];
const ASKS: BookLevel[] = [
  [100.1, 1],
  [100.5, 2],
  [102, 3],
];

function keys(levelsAsked: number, bids = BIDS, asks = ASKS): string[][] {
  return depthOfBook({ bids, asks, levelsAsked }, 'book', valued).levels.map((level) =>
    Object.keys(level),
  );
}

test('levels add up outwards from mid, the edge itself included', () => {
  const { levels, midPrice } = depthOfBook({ bids: BIDS, asks: ASKS, levelsAsked: 3 }, 'x', valued);
  expect(midPrice).toBe(100);
  expect(levels[0]).toEqual({ distanceFraction: 0.001, bidUsd: 999, askUsd: 100.1 });
  expect(levels[2]).toEqual({ distanceFraction: 0.005, bidUsd: 999 + 1990, askUsd: 100.1 + 201 });
  expect(levels[4]?.bidUsd).toBeCloseTo(999 + 1990 + 2940, 9);
});

test('a distance beyond a book that was cut off has no key', () => {
  const far = keys(3).at(-1);
  expect(far).toEqual(['distanceFraction']);
  expect(keys(3)[4]).toEqual(['distanceFraction', 'bidUsd', 'askUsd']);
});

test('a book that ends of itself is known at every distance', () => {
  expect(keys(4).at(-1)).toEqual(['distanceFraction', 'bidUsd', 'askUsd']);
});

test('each side ends where it ends', () => {
  const shortAsks = ASKS.slice(0, 2);
  const [, , , , atTwoPercent] = keys(2, BIDS, shortAsks);
  expect(atTwoPercent).toEqual(['distanceFraction', 'bidUsd']);
});

test.each([
  ['an empty side', [], ASKS],
  ['a crossed book', [[101, 1] as BookLevel], ASKS],
  ['a locked book', [[100.1, 1] as BookLevel], ASKS],
  ['unsorted bids', [BIDS[1], BIDS[0]] as BookLevel[], ASKS],
  ['unsorted asks', BIDS, [ASKS[0], ASKS[2], ASKS[1]] as BookLevel[]],
])('%s is refused', (_name, bids, asks) => {
  expect(() => depthOfBook({ bids, asks, levelsAsked: 20 }, 'book', valued)).toThrow(
    expect.objectContaining({ reason: 'bad-payload' }),
  );
});

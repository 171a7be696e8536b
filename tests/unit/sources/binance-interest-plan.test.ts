import { describe, expect, test } from 'vitest';
import {
  type InterestCandidate,
  type LastAsked,
  planInterest,
} from '../../../src/sources/exchanges/binance-usdm/interest-plan.ts';

const SETTINGS = { largest: 2, movers: 2, everyCycles: 10, callsAtMost: 8 };

/** Sizes fall with the number: C0 is the largest. */
function candidates(count: number, changes: Record<string, Partial<InterestCandidate>> = {}) {
  return Array.from({ length: count }, (_, index): InterestCandidate => {
    const symbol = `C${index}`;
    const quiet = { symbol, sizeUsd: 1e6 - index, markPrice: 100, volume24hUsd: 5000 };
    return { ...quiet, ...changes[symbol] };
  });
}

const asked = (cycle: number): LastAsked => ({ cycle, markPrice: 100, volume24hUsd: 5000 });

/** All asked, C2 longest ago. */
function lastOf(count: number): Map<string, LastAsked> {
  return new Map(Array.from({ length: count }, (_, index) => [`C${index}`, asked(index - 2)]));
}

describe('in a quiet cycle', () => {
  test('the largest are asked, and a tenth of the rest, the longest waiting first', () => {
    expect(planInterest(candidates(12), lastOf(12), 5, SETTINGS)).toEqual(['C0', 'C1', 'C2']);
  });

  test('one that was not asked for ten cycles is due, over its share', () => {
    const last = lastOf(12).set('C9', asked(-5)).set('C4', asked(-6));
    expect(planInterest(candidates(12), last, 5, SETTINGS)).toEqual(['C0', 'C1', 'C4', 'C9']);
  });
});

describe('what moved since it was last asked', () => {
  test('by a hundredth of the price or a tenth of the volume is asked, the most moved first', () => {
    const moved = candidates(12, {
      C5: { volume24hUsd: 5600 },
      C6: { markPrice: 98 },
      C7: { markPrice: 100.9, volume24hUsd: 5400 },
    });
    const plan = planInterest(moved, lastOf(12), 5, SETTINGS);
    expect(plan).toEqual(['C0', 'C1', 'C2', 'C6', 'C5']);
  });

  test('is measured from its own last call, so that a slow drift counts too', () => {
    const last = lastOf(12).set('C8', { cycle: 4, markPrice: 98.9, volume24hUsd: 5000 });
    expect(planInterest(candidates(12), last, 5, SETTINGS)).toContain('C8');
  });

  test('is cut at the number of movers', () => {
    const all = Object.fromEntries(
      candidates(12).map(({ symbol }, index) => [symbol, { markPrice: 102 + index }]),
    );
    const plan = planInterest(candidates(12, all), lastOf(12), 5, SETTINGS);
    expect(plan).toEqual(['C0', 'C1', 'C2', 'C11', 'C10']);
  });

  test('a volume that is not known is no move', () => {
    const unknown = candidates(12, { C5: { volume24hUsd: 0 } });
    expect(planInterest(unknown, lastOf(12), 5, SETTINGS)).not.toContain('C5');
  });
});

test('after a restart everything is due: by size, as much as a cycle may ask', () => {
  const first = planInterest(candidates(20), new Map(), 1, SETTINGS);
  expect(first).toEqual(['C0', 'C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7']);
  const last = new Map(first.map((symbol) => [symbol, asked(1)]));
  const second = planInterest(candidates(20), last, 2, SETTINGS);
  expect(second).toEqual(['C0', 'C1', 'C8', 'C9', 'C10', 'C11', 'C12', 'C13']);
});

test('a new instrument is asked in the next cycle', () => {
  const known = lastOf(12);
  known.delete('C11');
  expect(planInterest(candidates(12), known, 5, SETTINGS)).toContain('C11');
});

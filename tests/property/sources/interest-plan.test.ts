import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  INTEREST_PLAN,
  type InterestCandidate,
  type LastAsked,
  planInterest,
} from '../../../src/sources/exchanges/binance-usdm/interest-plan.ts';

interface Life {
  count: number;
  cycles: number;
  seed: number;
  /** Share of the instruments that are replaced by new ones in a cycle. */
  churn: number;
}

const lives = fc.record<Life>({
  count: fc.integer({ min: 1, max: 1200 }),
  cycles: fc.integer({ min: 15, max: 40 }),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  churn: fc.constantFrom(0, 0, 0.001, 0.01),
});

function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Lives `life` through and shows each cycle's plan, with the cycle in which each one was listed. */
function live(
  life: Life,
  look: (plan: string[], candidates: InterestCandidate[], last: Map<string, LastAsked>) => void,
): void {
  const random = chance(life.seed);
  let names = 0;
  const fresh = (): InterestCandidate => ({
    symbol: `C${names++}`,
    sizeUsd: 10 ** (9 * random()),
    markPrice: 100,
    volume24hUsd: 1e6,
  });
  let candidates = Array.from({ length: life.count }, fresh);
  const last = new Map<string, LastAsked>();
  for (let cycle = 1; cycle <= life.cycles; cycle += 1) {
    const wild = random() < 0.2 ? 0.2 : 0.01;
    candidates = candidates.map((one) =>
      random() < life.churn
        ? fresh()
        : { ...one, markPrice: one.markPrice * (1 + wild * (random() - 0.5)) },
    );
    const plan = planInterest(candidates, last, cycle);
    look(plan, candidates, last);
    for (const one of candidates) {
      const { markPrice, symbol, volume24hUsd } = one;
      if (plan.includes(symbol)) last.set(symbol, { cycle, markPrice, volume24hUsd });
    }
  }
}

/** Cycles a start takes until each was asked once. */
function startOf(count: number): number {
  return Math.ceil(count / (INTEREST_PLAN.callsAtMost - INTEREST_PLAN.largest));
}

test('no cycle asks more than it may, nothing twice, and nothing that is not live', () => {
  fc.assert(
    fc.property(lives, (life) => {
      live(life, (plan, candidates) => {
        const symbols = new Set(candidates.map(({ symbol }) => symbol));
        expect(plan.length).toBeLessThanOrEqual(INTEREST_PLAN.callsAtMost);
        expect(new Set(plan).size).toBe(plan.length);
        expect(plan.every((symbol) => symbols.has(symbol))).toBe(true);
      });
    }),
    { numRuns: 15, seed: 11 },
  );
});

test('the largest are asked in every cycle', () => {
  fc.assert(
    fc.property(lives, (life) => {
      live(life, (plan, candidates) => {
        const largest = candidates
          .toSorted((a, b) => b.sizeUsd - a.sizeUsd)
          .slice(0, INTEREST_PLAN.largest);
        const asked = new Set(plan);
        expect(largest.every(({ symbol }) => asked.has(symbol))).toBe(true);
      });
    }),
    { numRuns: 15, seed: 12 },
  );
});

test('every live instrument is asked at least once in ten cycles', () => {
  fc.assert(
    fc.property(lives, (life) => {
      const since = new Map<string, number>();
      let cycle = 0;
      live(life, (plan, candidates) => {
        cycle += 1;
        for (const { symbol } of candidates) if (!since.has(symbol)) since.set(symbol, cycle - 1);
        for (const symbol of plan) since.set(symbol, cycle);
        if (cycle <= startOf(life.count)) return;
        const waiting = candidates.map(({ symbol }) => cycle - (since.get(symbol) ?? 0));
        expect(Math.max(...waiting)).toBeLessThan(INTEREST_PLAN.everyCycles);
      });
    }),
    { numRuns: 15, seed: 13 },
  );
});

test('a quiet market costs the largest and a tenth of the rest once a start is over', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1200 }), (count) => {
      const candidates = Array.from({ length: count }, (_, index) => ({
        ...{ symbol: `C${index}`, sizeUsd: index, markPrice: 1, volume24hUsd: 1 },
      }));
      const last = new Map<string, LastAsked>();
      for (let cycle = 1; cycle <= 40; cycle += 1) {
        const plan = planInterest(candidates, last, cycle);
        for (const symbol of plan) last.set(symbol, { cycle, markPrice: 1, volume24hUsd: 1 });
        const rest = Math.max(0, count - INTEREST_PLAN.largest);
        const quiet = Math.min(count, INTEREST_PLAN.largest) + Math.ceil(rest / 10);
        if (cycle > startOf(count)) expect(plan).toHaveLength(quiet);
      }
    }),
    { numRuns: 20, seed: 14 },
  );
});

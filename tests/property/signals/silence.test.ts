import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assetId } from '../../../src/signals/assets.ts';
import { DEFAULT_EVALUATE_SETTINGS, evaluateAsset } from '../../../src/signals/evaluate.ts';
import { levelRank, SIDES } from '../../../src/signals/model/ids.ts';
import type { BorrowPosition } from '../../../src/signals/model/observations.ts';
import type { Reading } from '../../../src/signals/model/reading.ts';
import type { ExpectedSource } from '../../../src/signals/observe/asset-view.ts';
import { applyBatch, type Board } from '../../../src/signals/observe/board.ts';
import { observe } from '../../../src/signals/observe/observe.ts';
import { DEFAULT_OBSERVE_SETTINGS } from '../../../src/signals/observe/settings.ts';
import { buildPositionBook } from '../../../src/signals/profile/position-book.ts';
import { buildBaseline } from '../../../src/signals/score/baseline.ts';
import {
  boardOf,
  ETH,
  NOW,
  presentOf,
  quietHours,
  SOURCES,
  VENUES,
  type VenueOptions,
  venueFigures,
} from '../../unit/signals/score/synthetic-market.ts';

const MINUTE = 60_000;
const MORPHO: ExpectedSource = {
  id: 'morpho-blue',
  kind: 'lending',
  periodSeconds: 300,
  retired: false,
};
const ALL_SOURCES = [...SOURCES, MORPHO];

const POSITION: BorrowPosition = {
  kind: 'position',
  source: 'morpho-blue',
  account: '0xabc',
  collateral: [
    {
      asset: ETH,
      token: 'WETH',
      amount: '1',
      liquidationThresholdFraction: 0.86,
      valueUsd: 100e6,
    },
  ],
  debt: [{ asset: assetId('USDC'), token: 'USDC', amount: '1', valueUsd: 83e6 }],
  closeFactorFraction: 1,
  bonusFraction: 0.04,
  observedAt: NOW,
};

/** One asset's past with present figures that range from calm to crowded. */
const MARKETS = [1, 2, 3].map((seed) => {
  const hours = quietHours({ seed, days: 40 });
  return { hours, baseline: buildBaseline(ETH, hours, NOW, DEFAULT_EVALUATE_SETTINGS) };
});

type Fate = 'answers' | 'silent' | 'fails' | 'unlisted';
const fate = fc.constantFrom<Fate>('answers', 'silent', 'fails', 'unlisted');
const kinds = fc.subarray(['market', 'open-interest', 'funding'] as const);

const scenario = fc.record({
  market: fc.integer({ min: 0, max: MARKETS.length - 1 }),
  interest: fc.integer({ min: 50, max: 300 }).map((percent) => percent / 100),
  funding: fc.integer({ min: -80, max: 120 }).map((percent) => percent / 100),
  depth: fc.integer({ min: 0, max: 200 }).map((percent) => percent / 10_000),
  volume: fc.boolean(),
  venues: fc.array(fc.record({ market: fate, depth: fate, lost: kinds }), {
    minLength: 3,
    maxLength: 3,
  }),
  lendingAnswers: fc.boolean(),
  /** Minutes between looks; about 21 hours at most, before anything is retired. */
  steps: fc.array(fc.integer({ min: 1, max: 240 }), { minLength: 2, maxLength: 5 }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function optionsOf(input: Scenario): VenueOptions {
  const hours = MARKETS[input.market]?.hours ?? [];
  const present = presentOf(hours, input.depth);
  return {
    ...present,
    openInterestBase: present.openInterestBase * input.interest,
    fundingAnnual: input.funding,
  };
}

/** Without volume only the books say what the market absorbs. */
function stripVolume(board: Board, input: Scenario): Board {
  if (input.volume) return board;
  for (const source of board.sources.values()) {
    for (const row of source.instruments.values()) {
      if (row.market !== undefined) delete row.market.volume24hUsd;
    }
  }
  return board;
}

/** One round of jobs: those that still answer bring the very figures they had before. */
function refresh(board: Board, input: Scenario, now: number): void {
  const options = { ...optionsOf(input), observedAt: now };
  VENUES.forEach((source, index) => {
    const venue = input.venues[index];
    if (venue === undefined) return;
    const figures = venueFigures(source, options);
    for (const job of ['market', 'depth'] as const) {
      if (venue[job] === 'silent') continue;
      const observations =
        venue[job] === 'fails'
          ? []
          : venue[job] === 'unlisted'
            ? figures[job].map((own) => ({ ...own, instrument: 'OTHER', asset: assetId('XRP') }))
            : figures[job].filter((own) => !venue.lost.some((kind) => kind === own.kind));
      const gaps =
        venue[job] === 'fails'
          ? [{ kind: 'gap', source, wanted: job, reason: 'timeout', detail: 'made up' } as const]
          : [];
      applyBatch(board, { source, job, takenAt: now, observations, gaps });
    }
  });
  if (input.lendingAnswers) readPositions(board, now);
}

function readPositions(board: Board, takenAt: number): void {
  applyBatch(board, {
    source: 'morpho-blue',
    job: 'position',
    takenAt,
    observations: [POSITION],
    gaps: [],
  });
}

function readingAt(board: Board, input: Scenario, now: number): Reading | undefined {
  const market = observe({ board, sources: ALL_SOURCES, now, settings: DEFAULT_OBSERVE_SETTINGS });
  const view = market.assets.get(ETH);
  const baseline = MARKETS[input.market]?.baseline;
  if (view === undefined || baseline === undefined) throw new Error('ETH is on the board');
  const state = evaluateAsset({
    view,
    baseline,
    book: buildPositionBook([POSITION], market.pricesUsd),
    pricesUsd: market.pricesUsd,
    now,
    settings: DEFAULT_EVALUATE_SETTINGS,
  });
  return state.status === 'ready' ? state.reading : undefined;
}

describe('silence is never good news', () => {
  test('freezing any subset of inputs never lowers a score or level, at any age', () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const board = boardOf(optionsOf(input));
        readPositions(board, NOW);
        let before = readingAt(stripVolume(board, input), input, NOW);
        const start = before;
        let now = NOW;
        for (const step of input.steps) {
          now += step * MINUTE;
          refresh(board, input, now);
          const after = readingAt(stripVolume(board, input), input, now);
          expect(after === undefined).toBe(before === undefined);
          if (after === undefined || before === undefined || start === undefined) return;
          for (const side of SIDES) {
            const [old, own] = [before[side], after[side]];
            expect(own.likelihood.score.point).toBeGreaterThanOrEqual(
              old.likelihood.score.point - 1e-9,
            );
            expect(own.fragility.score.point).toBeGreaterThanOrEqual(
              old.fragility.score.point - 1e-9,
            );
            expect(own.score.point).toBeGreaterThanOrEqual(old.score.point - 1e-9);
            expect(levelRank(own.level)).toBeGreaterThanOrEqual(levelRank(old.level));
            // No market figure changed, so the frozen score is what it was.
            expect(own.scoreFrozen).toBeCloseTo(start[side].scoreFrozen, 9);
            expect(own.scoreFrozen).toBeLessThanOrEqual(own.score.point + 1e-9);
          }
          expect(after.openInterestUsd).toBeCloseTo(start.openInterestUsd, 3);
          expect(JSON.stringify(after)).not.toContain('null');
          before = after;
        }
      }),
      { seed: 20_260_101, numRuns: 150 },
    );
  });

  test('with everything fresh the frozen score is the score', () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const board = boardOf(optionsOf(input));
        readPositions(board, NOW);
        const reading = readingAt(board, input, NOW + MINUTE);
        expect(reading?.coverage.missing).toEqual([]);
        for (const side of SIDES) {
          expect(reading?.[side].scoreFrozen).toBeCloseTo(reading?.[side].score.point ?? -1, 9);
        }
      }),
      { seed: 7, numRuns: 40 },
    );
  });

  test('what stops answering is named as missing', () => {
    fc.assert(
      fc.property(scenario, (input) => {
        const board = boardOf(optionsOf(input));
        readPositions(board, NOW);
        const now = NOW + 60 * MINUTE;
        refresh(board, input, now);
        const reading = readingAt(board, input, now);
        const missing = new Set(reading?.coverage.missing.map((own) => own.source));
        VENUES.forEach((source, index) => {
          const venue = input.venues[index];
          const isWhole =
            venue?.market === 'answers' && venue.depth === 'answers' && venue.lost.length === 0;
          expect(missing.has(source)).toBe(!isWhole);
        });
        expect(missing.has('morpho-blue')).toBe(!input.lendingAnswers);
      }),
      { seed: 11, numRuns: 60 },
    );
  });
});

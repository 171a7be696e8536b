import { describe, expect, test } from 'vitest';
import type { InstrumentFigures } from '../../../../src/signals/model/observations.ts';
import type { AssetView, ExpectedSource } from '../../../../src/signals/observe/asset-view.ts';
import { applyBatch, type Board } from '../../../../src/signals/observe/board.ts';
import { observe } from '../../../../src/signals/observe/observe.ts';
import { DEFAULT_OBSERVE_SETTINGS } from '../../../../src/signals/observe/settings.ts';
import { makeBorrowPosition, makeGap } from '../../../fakes/make-observations.ts';
import {
  boardOf,
  ETH,
  HOUR_MS,
  NOW,
  SOURCES,
  type VenueOptions,
  venueFigures,
} from '../score/synthetic-market.ts';

const MINUTE = 60_000;
const OPTIONS: VenueOptions = {
  priceUsd: 2500,
  openInterestBase: 3_000_000,
  volume24hUsd: 9e9,
  fundingAnnual: 0.12,
  depth1pctUsd: 60e6,
};

/** Binance has open interest one market a call. */
const IN_TURNS = SOURCES.map((source) =>
  source.id === 'binance-usdm' ? { ...source, interestEveryFetches: 10 } : source,
);

function look(board: Board, now: number, sources: readonly ExpectedSource[] = SOURCES): AssetView {
  const view = observe({ board, sources, now, settings: DEFAULT_OBSERVE_SETTINGS }).assets.get(ETH);
  if (view === undefined) throw new Error('ETH is on the board');
  return view;
}

function refresh(board: Board, source: string, now: number, changed: Partial<VenueOptions> = {}) {
  const figures = venueFigures(source, { ...OPTIONS, ...changed, observedAt: now });
  for (const job of ['market', 'depth'] as const) {
    applyBatch(board, { source, job, takenAt: now, observations: figures[job], gaps: [] });
  }
}

function replaceMark(board: Board, source: string, markPriceUsd: number, base: number): void {
  const figures: InstrumentFigures[] = venueFigures(source, {
    ...OPTIONS,
    priceUsd: markPriceUsd,
    openInterestBase: base * 3,
  }).market;
  applyBatch(board, { source, job: 'market', takenAt: NOW, observations: figures, gaps: [] });
}

describe('observe', () => {
  test('sums venues, and calls all of it fresh when all answered', () => {
    const view = look(boardOf(OPTIONS), NOW + 40_000);
    expect(view.price).toEqual({ usd: 2500, observedAt: NOW, ageMs: 40_000, fresh: true });
    expect(view.openInterestUsd).toBeCloseTo(7.5e9, 0);
    expect(view.volume24hUsd).toBeCloseTo(9e9, 0);
    expect(view.coverage).toEqual({
      venuesExpected: 3,
      venuesFresh: 3,
      missing: [],
      oldestAgeMs: 40_000,
      fraction: 1,
    });
  });

  test('a silent venue keeps its open interest, is named once per kind, and costs coverage', () => {
    const board = boardOf(OPTIONS);
    const later = NOW + 20 * MINUTE;
    refresh(board, 'binance-usdm', later);
    refresh(board, 'bybit', later);
    const view = look(board, later);
    expect(view.openInterestUsd).toBeCloseTo(7.5e9, 0);
    expect(view.coverage.venuesFresh).toBe(2);
    expect(view.coverage.fraction).toBeCloseTo(2 / 3, 9);
    expect(view.coverage.missing).toEqual([
      { source: 'hyperliquid', wanted: 'market', reason: 'stale', lastSeenAt: NOW },
      { source: 'hyperliquid', wanted: 'depth', reason: 'stale', lastSeenAt: NOW },
    ]);
    expect(view.depth.map((book) => [book.source, book.fresh])).toEqual([
      ['binance-usdm', true],
      ['bybit', true],
      ['hyperliquid', false],
    ]);
    expect(view.funding.map((figure) => figure.overdueMs)).toEqual([0, 0, 17 * MINUTE]);
  });

  test('the reason of the newest gap explains what is missing', () => {
    const board = boardOf(OPTIONS);
    applyBatch(board, {
      source: 'bybit',
      job: 'market',
      takenAt: NOW + 9 * MINUTE,
      observations: [],
      gaps: [
        { kind: 'gap', source: 'bybit', wanted: 'funding', reason: 'rate-limited', detail: '429' },
      ],
    });
    const missing = look(board, NOW + 10 * MINUTE).coverage.missing;
    expect(missing.find((own) => own.source === 'bybit')?.reason).toBe('rate-limited');
  });

  test('a figure is fresh up to its time to live and not after it', () => {
    const board = boardOf(OPTIONS);
    expect(look(board, NOW + 180_000).coverage.venuesFresh).toBe(3);
    expect(look(board, NOW + 180_001).coverage.venuesFresh).toBe(0);
    const slow = SOURCES.map((source) => ({ ...source, periodSeconds: 300 }));
    expect(look(board, NOW + 900_000, slow).coverage.venuesFresh).toBe(3);
  });

  test.each([
    [10, 1, []],
    [14, 2 / 3, [{ source: 'binance-usdm', wanted: 'open-interest', reason: 'stale' }]],
  ])('open interest of %d minutes ago under a price of now', (minutes, fraction, missing) => {
    const board = boardOf(OPTIONS);
    const later = NOW + minutes * MINUTE;
    for (const source of SOURCES) refresh(board, source.id, later);
    const { market } = venueFigures('binance-usdm', { ...OPTIONS, observedAt: NOW });
    const observations = market.filter((one) => one.kind === 'open-interest');
    applyBatch(board, {
      ...{ source: 'binance-usdm', job: 'market', takenAt: later, observations, gaps: [] },
    });
    const { coverage } = look(board, later, IN_TURNS);
    expect(coverage.fraction).toBeCloseTo(fraction, 9);
    expect(coverage.missing).toMatchObject(missing);
    expect(coverage.missing).toHaveLength(missing.length);
  });

  test('only a venue that reads open interest in turns has the longer time for it', () => {
    const board = boardOf(OPTIONS);
    const later = NOW + 10 * MINUTE;
    for (const source of SOURCES) refresh(board, source.id, later);
    const { market } = venueFigures('bybit', { ...OPTIONS, observedAt: NOW });
    const observations = market.filter((one) => one.kind === 'open-interest');
    applyBatch(board, { source: 'bybit', job: 'market', takenAt: later, observations, gaps: [] });
    expect(look(board, later, IN_TURNS).coverage.missing).toMatchObject([
      { source: 'bybit', wanted: 'open-interest', reason: 'stale' },
    ]);
  });

  test('when every venue stopped the last price stays, marked as not fresh', () => {
    const view = look(boardOf(OPTIONS), NOW + 5 * HOUR_MS);
    expect(view.price).toMatchObject({ usd: 2500, fresh: false, ageMs: 5 * HOUR_MS });
    expect(view.openInterestUsd).toBeCloseTo(7.5e9, 0);
    expect(view.coverage.fraction).toBe(0);
  });

  test('the price is the median weighted by open interest', () => {
    const board = boardOf(OPTIONS);
    replaceMark(board, 'binance-usdm', 2500, 10);
    replaceMark(board, 'bybit', 2505, 100);
    replaceMark(board, 'hyperliquid', 2490, 20);
    expect(look(board, NOW).price?.usd).toBe(2505);
  });

  test('with three venues a mark 5 % off is left out and named, but its open interest stays', () => {
    const board = boardOf(OPTIONS);
    replaceMark(board, 'bybit', 1900, 5_000_000);
    const view = look(board, NOW);
    expect(view.price?.usd).toBe(2500);
    expect(view.quarantined).toEqual([
      { source: 'bybit', instrument: 'ETHUSDT', markPriceUsd: 1900 },
    ]);
    expect(view.openInterestBase).toBeCloseTo(7_000_000, 3);
  });

  test('the silence of a good venue does not let a broken one set the price', () => {
    const board = boardOf(OPTIONS);
    const later = NOW + 10 * MINUTE;
    refresh(board, 'binance-usdm', later);
    refresh(board, 'bybit', later, { priceUsd: 1900, openInterestBase: 90_000_000 });
    expect(look(board, later).price?.usd).toBe(2500);
  });

  test('a retired source leaves the expected set with its figures', () => {
    const sources = SOURCES.map((source) =>
      source.id === 'bybit' ? { ...source, retired: true } : source,
    );
    const view = look(boardOf(OPTIONS), NOW, sources);
    expect(view.openInterestUsd).toBeCloseTo(5e9, 0);
    expect(view.coverage.venuesExpected).toBe(2);
    expect(view.coverage.missing).toEqual([]);
  });

  test('an instrument the venue no longer lists is kept as silent for a day, then gone', () => {
    const board = boardOf(OPTIONS);
    const other = venueFigures('bybit', { ...OPTIONS, observedAt: NOW + MINUTE }).market.map(
      (figure): InstrumentFigures => ({ ...figure, instrument: 'ETHPERP' }),
    );
    applyBatch(board, {
      source: 'bybit',
      job: 'market',
      takenAt: NOW + MINUTE,
      observations: other,
      gaps: [],
    });
    const soon = look(board, NOW + 2 * MINUTE);
    expect(soon.openInterestBase).toBeCloseTo(4_000_000, 3);
    expect(soon.coverage.venuesFresh).toBe(2);
    const nextDay = look(board, NOW + MINUTE + 24 * HOUR_MS + 1);
    expect(nextDay.openInterestBase).toBeCloseTo(3_000_000, 3);
  });

  test('a configured source that never answered is missing from every asset', () => {
    const sources: ExpectedSource[] = [
      ...SOURCES,
      { id: 'okx', kind: 'exchange', periodSeconds: 60, retired: false },
      { id: 'morpho-blue', kind: 'lending', periodSeconds: 300, retired: false },
    ];
    const market = observe({
      board: boardOf(OPTIONS),
      sources,
      now: NOW,
      settings: DEFAULT_OBSERVE_SETTINGS,
    });
    const coverage = market.assets.get(ETH)?.coverage;
    expect(coverage?.venuesExpected).toBe(4);
    expect(coverage?.missing).toEqual([
      { source: 'okx', wanted: 'market', reason: 'never-seen' },
      { source: 'morpho-blue', wanted: 'position', reason: 'never-seen' },
    ]);
    expect(market.sources.map((source) => source.state)).toEqual([
      'fresh',
      'fresh',
      'fresh',
      'missing',
      'missing',
    ]);
  });

  test('a small market that fell silent costs its share of the coverage, not its whole venue', () => {
    const board = boardOf(OPTIONS);
    const later = NOW + 20 * MINUTE;
    for (const { id } of SOURCES) {
      // A second, ten times smaller market of the same venue, last seen long ago.
      const small = venueFigures(id, { ...OPTIONS, openInterestBase: 300_000, observedAt: NOW });
      const other = small.market.map(
        (figure): InstrumentFigures => ({
          ...figure,
          instrument: 'ETHUSDC',
        }),
      );
      const gaps = [makeGap(id, 'market')];
      applyBatch(board, { source: id, job: 'market', takenAt: NOW, observations: other, gaps });
      const large = venueFigures(id, { ...OPTIONS, observedAt: later }).market;
      applyBatch(board, { source: id, job: 'market', takenAt: later, observations: large, gaps });
    }
    const { coverage } = look(board, later);
    expect(coverage.venuesFresh).toBe(0);
    expect(coverage.fraction).toBeCloseTo(10 / 11, 9);
    expect(coverage.missing.map(({ wanted }) => wanted)).toContain('market');
  });

  test('a protocol of which only half reads were had has no time of a last whole one', () => {
    const board = boardOf(OPTIONS);
    applyBatch(board, {
      source: 'morpho-blue',
      job: 'position',
      takenAt: NOW,
      observations: [makeBorrowPosition('morpho-blue', '0x1', 1e9, 5e8, NOW)],
      gaps: [makeGap('morpho-blue', 'position')],
    });
    const sources: ExpectedSource[] = [
      ...SOURCES,
      { id: 'morpho-blue', kind: 'lending', periodSeconds: 300, retired: false },
    ];
    expect(look(board, NOW, sources).coverage.missing).toEqual([
      { source: 'morpho-blue', wanted: 'position', reason: 'timeout' },
    ]);
  });
});

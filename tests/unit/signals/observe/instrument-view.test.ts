import { expect, test } from 'vitest';
import type { InstrumentFigures } from '../../../../src/signals/model/observations.ts';
import type { InstrumentView } from '../../../../src/signals/observe/asset-view.ts';
import { applyBatch, type Board, emptyBoard } from '../../../../src/signals/observe/board.ts';
import { observe } from '../../../../src/signals/observe/observe.ts';
import { DEFAULT_OBSERVE_SETTINGS } from '../../../../src/signals/observe/settings.ts';
import { ETH, NOW } from '../score/synthetic-market.ts';

const MINUTE = 60_000;
const NAME = { source: 'bybit', asset: ETH, instrument: 'ETHUSDT' };

function put(board: Board, job: 'market' | 'depth', at: number, figures: InstrumentFigures[]) {
  applyBatch(board, { source: 'bybit', job, takenAt: at, observations: figures, gaps: [] });
}

function figures(at: number): InstrumentFigures[] {
  const head = { ...NAME, observedAt: at };
  return [
    { ...head, kind: 'market', markPriceUsd: 2500, indexPriceUsd: 2499, volume24hUsd: 1e9 },
    {
      ...head,
      kind: 'open-interest',
      openInterestBase: 100,
      openInterestUsd: 250_000,
      counting: 'one-sided as published',
    },
    {
      ...head,
      kind: 'funding',
      rateFraction: 0.0001,
      intervalHours: 4,
      phase: 'predicted',
      annualFraction: 0.219,
    },
  ];
}

function look(board: Board, now: number): InstrumentView[] {
  const sources = [
    { id: 'bybit', kind: 'exchange' as const, periodSeconds: 60, retired: false },
    { id: 'okx', kind: 'exchange' as const, periodSeconds: 60, retired: false },
  ];
  const view = observe({ board, sources, now, settings: DEFAULT_OBSERVE_SETTINGS });
  return [...(view.assets.get(ETH)?.instruments ?? [])];
}

test('a market is seen by itself, each figure with its own age', () => {
  const board = emptyBoard();
  put(board, 'market', NOW, figures(NOW));
  put(board, 'depth', NOW + 4 * MINUTE, [
    {
      ...NAME,
      kind: 'depth',
      observedAt: NOW + 4 * MINUTE,
      midPriceUsd: 2500,
      spreadFraction: 0.00002,
      levels: [{ distanceFraction: 0.01, bidUsd: 5e6, askUsd: 4e6 }],
    },
  ]);
  const old = { observedAt: NOW, ageMs: 4 * MINUTE, fresh: false };
  expect(look(board, NOW + 4 * MINUTE)).toEqual([
    {
      source: 'bybit',
      instrument: 'ETHUSDT',
      fresh: false,
      market: { ...old, markPriceUsd: 2500, indexPriceUsd: 2499, volume24hUsd: 1e9 },
      openInterest: { ...old, openInterestBase: 100, openInterestUsd: 250_000 },
      funding: { ...old, rateFraction: 0.0001, intervalHours: 4, annualFraction: 0.219 },
      book: {
        observedAt: NOW + 4 * MINUTE,
        ageMs: 0,
        fresh: true,
        spreadFraction: 0.00002,
        levels: [{ distanceFraction: 0.01, bidUsd: 5e6, askUsd: 4e6 }],
      },
    },
  ]);
});

test('it is fresh with a mark and an open interest that are, and no longer once it is not listed', () => {
  const board = emptyBoard();
  put(board, 'market', NOW, figures(NOW));
  expect(look(board, NOW + MINUTE)[0]).toMatchObject({ fresh: true });
  const others = figures(NOW + MINUTE).map((figure) => ({ ...figure, instrument: 'ETHPERP' }));
  put(board, 'market', NOW + MINUTE, others);
  expect(look(board, NOW + MINUTE)[0]).toMatchObject({
    instrument: 'ETHUSDT',
    fresh: false,
    absentSince: NOW + MINUTE,
    funding: { fresh: false },
  });
});

test('what is seen does not change with the next batch', () => {
  const board = emptyBoard();
  put(board, 'market', NOW, figures(NOW).slice(0, 1));
  const [before] = look(board, NOW);
  put(board, 'market', NOW + MINUTE, figures(NOW + MINUTE));
  expect(before).not.toHaveProperty('openInterest');
  expect(before?.market?.observedAt).toBe(NOW);
});

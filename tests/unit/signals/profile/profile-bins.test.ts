import { expect, it } from 'vitest';
import { mergeToBins } from '../../../../src/signals/profile/profile-bins.ts';

const units = (...pairs: [number, number][]) => ({
  distances: Float64Array.from(pairs, ([distance]) => distance),
  usd: Float64Array.from(pairs, ([, usd]) => usd),
});

it('a bin sits at its nearest unit, exact and estimated apart, empty bins dropped', () => {
  const bins = mergeToBins(units([0.34, 10], [0.31, 5], [0, 1]), units([0.32, 7], [0.9, 3]), 10, 1);
  expect(bins).toEqual({
    distances: [0, 0.31, 0.9],
    exactUsd: [1, 15, 0],
    estimatedUsd: [0, 7, 3],
  });
});

it('the greatest distance is still inside; beyond it and worthless units are left out', () => {
  const bins = mergeToBins(units([1, 4], [1.01, 8], [0.5, 0]), units(), 10, 1);
  expect(bins).toEqual({ distances: [1], exactUsd: [4], estimatedUsd: [0] });
});

it('no units, no bins', () => {
  expect(mergeToBins(units(), units())).toEqual({ distances: [], exactUsd: [], estimatedUsd: [] });
});

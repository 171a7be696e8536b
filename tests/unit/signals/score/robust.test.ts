import { expect, test } from 'vitest';
import { quantile, rankOf, robustStats } from '../../../../src/signals/score/robust.ts';

test('median and scaled median deviation ignore one wild value and skip what is not a number', () => {
  const stats = robustStats([1, 2, 3, 4, 1e9, Number.NaN], 5, 0);
  expect(stats).toEqual({ median: 3, scale: 1.4826, samples: 5 });
  expect(robustStats([1, 2, 3, 4], 5, 0)).toBeUndefined();
  expect(robustStats([2, 2, 2], 3, 0.1)?.scale).toBe(0.1);
});

test('quantiles lie between order statistics, ranks count ties half', () => {
  expect(quantile([10, 20, 30], 0.25)).toBe(15);
  expect(rankOf([1, 2, 2, 3], 2)).toBe(0.5);
  expect(rankOf([1, 2, 3, 4], 9)).toBe(1);
  expect(rankOf([1, 2, 3, 4], 0)).toBe(0);
});

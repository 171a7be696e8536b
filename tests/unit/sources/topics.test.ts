import { expect, test } from 'vitest';
import { groupByLength, groupBySize } from '../../../src/sources/kit/topics.ts';

test('groups stay within a length, joints counted, in order', () => {
  const groups = groupByLength(['aaaa', 'bbbb', 'cc', 'dddd'], 14, 3);
  expect(groups).toEqual([
    ['aaaa', 'bbbb'],
    ['cc', 'dddd'],
  ]);
});

test('what is too long alone is a group of its own', () => {
  expect(groupByLength(['a'.repeat(30), 'b'], 10)).toEqual([['a'.repeat(30)], ['b']]);
});

test('groups of a size, the last one smaller', () => {
  expect(groupBySize([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(groupBySize([], 2)).toEqual([]);
});

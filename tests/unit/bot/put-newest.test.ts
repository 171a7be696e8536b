import { expect, it } from 'vitest';
import { putNewest } from '../../../src/bot/put-newest.ts';

it('remembers only the newest, and what is put again counts as newest', () => {
  const map = new Map<string, number>();
  for (const [index, key] of ['a', 'b', 'a', 'c'].entries()) putNewest(map, key, index, 2);
  expect([...map]).toEqual([
    ['a', 2],
    ['c', 3],
  ]);
});

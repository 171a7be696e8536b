import { expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { eachLimited } from '../../../src/sources/kit/each-limited.ts';

const ITEMS = Array.from({ length: 40 }, (_, index) => index);

test('never more than `width` visits at a time, in order, each item once', async () => {
  let running = 0;
  let most = 0;
  const visited: number[] = [];
  const outcome = await eachLimited(ITEMS, 8, async (item) => {
    running += 1;
    most = Math.max(most, running);
    visited.push(item);
    await Promise.resolve();
    running -= 1;
  });
  expect(most).toBe(8);
  expect(visited).toEqual(ITEMS);
  expect(outcome).toEqual({ failures: [], notAsked: [] });
});

test('a failing item does not stop the others', async () => {
  const error = new SourceError('bad-payload', 'no');
  const outcome = await eachLimited(ITEMS, 2, async (item) => {
    if (item % 2 === 0) throw error;
  });
  expect(outcome.failures).toHaveLength(20);
  expect(outcome.notAsked).toEqual([]);
});

test('throttling leaves the rest alone', async () => {
  const error = new SourceError('rate-limited', 'slow down');
  const outcome = await eachLimited(ITEMS, 1, async (item) => {
    if (item === 3) throw error;
  });
  expect(outcome.stoppedBy).toBe(error);
  expect(outcome.notAsked).toEqual(ITEMS.slice(4));
});

test('five failures in a row leave the rest alone', async () => {
  const outcome = await eachLimited(ITEMS, 1, async (item) => {
    if (item >= 10) throw new SourceError('timeout', 'silent');
  });
  expect(outcome.failures).toHaveLength(5);
  expect(outcome.notAsked).toEqual(ITEMS.slice(15));
});

test('a bug is thrown, not recorded', async () => {
  const bug = new TypeError('bug');
  await expect(eachLimited(ITEMS, 4, () => Promise.reject(bug))).rejects.toBe(bug);
});

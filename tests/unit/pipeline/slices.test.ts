import { expect, it } from 'vitest';
import { inSlices } from '../../../src/pipeline/slices.ts';

it('every item is worked on, in order', async () => {
  const seen: number[] = [];
  await inSlices([3, 1, 2], (item) => seen.push(item));
  expect(seen).toEqual([3, 1, 2]);
});

it('the event loop gets its turn between slices of long work', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('other work'));
  await inSlices([1, 2], (item) => {
    const until = performance.now() + 20;
    while (performance.now() < until);
    order.push(`item ${item}`);
  });
  expect(order).toEqual(['item 1', 'other work', 'item 2']);
});

it('an error ends it at that item', async () => {
  const seen: number[] = [];
  const work = inSlices([1, 2, 3], (item) => {
    if (item === 2) throw new Error('two');
    seen.push(item);
  });
  await expect(work).rejects.toThrow('two');
  expect(seen).toEqual([1]);
});

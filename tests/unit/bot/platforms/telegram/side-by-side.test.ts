import { expect, test } from 'vitest';
import { createSideBySide } from '../../../../../src/bot/platforms/telegram/side-by-side.ts';

/** Pieces of work that end when told to. */
function setUp(atOnce: number) {
  const jobs = createSideBySide(atOnce);
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const add = (key: string, name: string) =>
    jobs.add(key, () => {
      started.push(name);
      const { promise, resolve } = Promise.withResolvers<void>();
      ends.set(name, resolve);
      return promise;
    });
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { jobs, started, add, end };
}

test('work of one key is done in order, of different keys side by side up to the limit', async () => {
  const { jobs, started, add, end } = setUp(2);
  add('a', 'a1');
  add('a', 'a2');
  add('b', 'b1');
  add('c', 'c1');
  expect(started).toEqual(['a1', 'b1']);
  await end('b1');
  expect(started).toEqual(['a1', 'b1', 'c1']);
  await end('c1');
  expect(started).toEqual(['a1', 'b1', 'c1']);
  await end('a1');
  expect(started).toEqual(['a1', 'b1', 'c1', 'a2']);
  expect(jobs.count()).toBe(1);
});

test('a long queue takes turns with the others', async () => {
  const { started, add, end } = setUp(1);
  for (const name of ['a1', 'a2', 'a3']) add('a', name);
  add('b', 'b1');
  await end('a1');
  await end(started.at(-1) ?? '');
  await end(started.at(-1) ?? '');
  expect(started.indexOf('b1')).toBeLessThan(started.indexOf('a3'));
});

test('it is idle before anything, and again once all has ended', async () => {
  const { jobs, add, end } = setUp(4);
  await jobs.idle();
  add('a', 'a1');
  add('b', 'b1');
  let idle = false;
  const waiting = jobs.idle().then(() => {
    idle = true;
  });
  await end('a1');
  expect(idle).toBe(false);
  await end('b1');
  await waiting;
  expect(jobs.count()).toBe(0);
});

import { expect, test } from 'vitest';
import { createTurns } from '../../../../src/bot/inbox/in-turn.ts';
import { createSlots } from '../../../../src/bot/inbox/slots.ts';
import { within } from '../../../../src/bot/inbox/within.ts';
import { createWorkTimer } from '../../../../src/bot/inbox/work-timer.ts';
import { InstantClock } from '../../../fakes/instant-clock.ts';
import { VirtualClock } from '../../../fakes/virtual-clock.ts';

/** Work that begins and ends when told to. */
function pieces() {
  const begun: number[] = [];
  const ends = new Map<number, { resolve(): void; reject(error: Error): void }>();
  const piece = (index: number) => () => {
    begun.push(index);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    ends.set(index, { resolve, reject });
    return promise.then(() => index);
  };
  return { begun, piece, end: (index: number) => ends.get(index) };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('so many work at once, so many wait in order, and more are told that it is busy', async () => {
  const slots = createSlots(2, 2);
  const { begun, piece, end } = pieces();
  const results = [0, 1, 2, 3, 4].map((index) => slots.run(piece(index)));
  expect(await results[4]).toBe('busy');
  expect(begun).toEqual([0, 1]);
  end(1)?.resolve();
  expect(await results[1]).toBe(1);
  await settled();
  expect(begun).toEqual([0, 1, 2]);
  end(0)?.resolve();
  await settled();
  expect(begun).toEqual([0, 1, 2, 3]);
  // A slot that was handed over is not free as well.
  const next = slots.run(piece(5));
  await settled();
  expect(begun).toEqual([0, 1, 2, 3]);
  end(2)?.resolve();
  end(3)?.resolve();
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3, 'busy']);
  await settled();
  end(5)?.resolve();
  expect(await next).toBe(5);
});

test('work that fails gives its slot back', async () => {
  const slots = createSlots(1, 5);
  const { piece, end } = pieces();
  const failing = slots.run(piece(0));
  const next = slots.run(piece(1));
  await settled();
  end(0)?.reject(new Error('no'));
  await expect(failing).rejects.toThrow('no');
  await settled();
  end(1)?.resolve();
  expect(await next).toBe(1);
  const last = slots.run(piece(2));
  await settled();
  end(2)?.resolve();
  expect(await last).toBe(2);
});

test('work of one key takes turns, also after a failure; other keys do not wait', async () => {
  const inTurn = createTurns();
  const { begun, piece, end } = pieces();
  const first = inTurn('a', piece(0));
  const second = inTurn('a', piece(1));
  const other = inTurn('b', piece(2));
  await settled();
  expect(begun).toEqual([0, 2]);
  end(0)?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  await settled();
  expect(begun).toEqual([0, 2, 1]);
  end(1)?.resolve();
  end(2)?.resolve();
  expect(await Promise.all([second, other])).toEqual([1, 2]);
});

test('an answer in time comes through, one that is late is an error, and nothing keeps running', async () => {
  const clock = new VirtualClock();
  expect(await within(clock, 1_000, async () => 'yes')).toBe('yes');
  await expect(within(clock, 1_000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const late = within(clock, 1_000, () => new Promise(() => {}));
  const refused = expect(late).rejects.toMatchObject({ code: 'command/too-slow' });
  await clock.advance(1_000);
  await refused;
  expect(clock.sleeping).toBe(0);
});

test('the time of waiting for somebody else is not work', async () => {
  const clock = new InstantClock();
  const timer = createWorkTimer(clock);
  clock.advance(30);
  await timer.waiting(async () => clock.advance(4_000));
  await expect(
    timer.waiting(() => {
      clock.advance(500);
      return Promise.reject(new Error('no'));
    }),
  ).rejects.toThrow('no');
  clock.advance(12);
  expect(timer.workedMs()).toBe(42);
});

import { expect, test } from 'vitest';
import { createBudget } from '../../../src/sources/kit/budget.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';

function budgetOn(clock: InstantClock | VirtualClock, weightPerMinute = 60, maxWaitMs = 30_000) {
  return createBudget({ source: 'venue', weightPerMinute, clock, maxWaitMs });
}

test('a minute’s weight may be spent at once, then each unit waits for its own refill', async () => {
  const clock = new InstantClock();
  const budget = budgetOn(clock);
  for (let call = 0; call < 60; call += 1) await budget.take(1);
  expect(clock.sleptMs).toEqual([]);
  await budget.take(1);
  await budget.take(5);
  expect(clock.sleptMs).toEqual([1000, 5000]);
});

test('never more than twice the budget passes within any minute', async () => {
  const clock = new InstantClock(0);
  const budget = budgetOn(clock, 600);
  const spentAt: number[] = [];
  for (let call = 0; call < 500; call += 1) {
    await budget.take(7);
    spentAt.push(clock.now());
  }
  const most = Math.max(
    ...spentAt.map(
      (at) => spentAt.filter((other) => other >= at && other < at + 60_000).length * 7,
    ),
  );
  expect(most).toBeLessThanOrEqual(1200);
  expect(most).toBeGreaterThan(600);
});

test('callers at the same time are served in order', async () => {
  const clock = new VirtualClock();
  const budget = budgetOn(clock);
  await budget.take(60);
  const served: string[] = [];
  const calls = ['a', 'b', 'c'].map((name) => budget.take(2).then(() => served.push(name)));
  await clock.advance(2000);
  expect(served).toEqual(['a']);
  await clock.advance(4000);
  expect(served).toEqual(['a', 'b', 'c']);
  await Promise.all(calls);
});

test('a wait longer than accepted is refused at once and costs nothing', async () => {
  const clock = new InstantClock();
  const budget = budgetOn(clock, 60, 10_000);
  await budget.take(60);
  await expect(budget.take(11)).rejects.toMatchObject({ reason: 'rate-limited' });
  await budget.take(10);
  expect(clock.sleptMs).toEqual([10_000]);
});

test('when the venue asks for silence nothing is spent until it is over', async () => {
  const clock = new InstantClock();
  const budget = budgetOn(clock, 60, 10_000);
  budget.hold(600_000);
  await expect(budget.take(1)).rejects.toMatchObject({
    reason: 'rate-limited',
    retryAfterMs: 600_000,
  });
  clock.advance(595_000);
  await budget.take(1);
  expect(clock.sleptMs).toEqual([5000]);
});

test('an aborted wait gives its weight back', async () => {
  const clock = new VirtualClock();
  const budget = budgetOn(clock);
  await budget.take(60);
  const controller = new AbortController();
  const waiting = expect(budget.take(20, controller.signal)).rejects.toThrow('stopping');
  controller.abort(new Error('stopping'));
  await waiting;
  let served = false;
  const next = budget.take(1).then(() => {
    served = true;
  });
  await clock.advance(1000);
  expect(served).toBe(true);
  await next;
});

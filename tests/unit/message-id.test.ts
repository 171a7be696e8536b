import { expect, it } from 'vitest';
import { createMessageIds } from '../../src/message-id.ts';
import { VirtualClock } from '../fakes/virtual-clock.ts';

it('ids fit a nonce and hold nothing but letters and digits', () => {
  const next = createMessageIds(new VirtualClock(Date.UTC(2200, 0, 1)));
  for (let i = 0; i < 2000; i += 1) expect(next()).toMatch(/^[0-9a-z]{1,25}$/);
});

it('ids sort by time, and by order within one instant', async () => {
  const clock = new VirtualClock();
  const next = createMessageIds(clock);
  const ids: string[] = [];
  for (let instant = 0; instant < 50; instant += 1) {
    for (let i = 0; i < 40; i += 1) ids.push(next());
    await clock.advance(instant);
  }
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

it('two processes at the same instant make different ids', () => {
  const clock = new VirtualClock();
  expect(createMessageIds(clock)()).not.toBe(createMessageIds(clock)());
});

it('a clock that falls back does not put a later message before an earlier one', () => {
  let now = 1_700_000_000_000;
  const next = createMessageIds({ now: () => now, sleep: async () => undefined });
  const first = next();
  now -= 5000;
  expect(next() > first).toBe(true);
});

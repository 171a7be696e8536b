import { expect, test } from 'vitest';
import { createEventStore } from '../../../../src/sources/stream/event-store.ts';
import { makeFeed } from '../../../fakes/stream-feeds.ts';

const LIMITS = { maxMarks: 2, maxLiquidations: 3 };
const FEED = makeFeed();

function eventsOf(frame: unknown, now = 1) {
  return FEED.read(frame, { now: () => now, reply: () => undefined });
}

test('the latest mark of an instrument replaces the one before, whatever its time says', () => {
  const store = createEventStore(LIMITS);
  store.add(eventsOf({ mark: ['BTC', 1] }, 9_000));
  store.add(eventsOf({ mark: ['BTC', 2] }, 1_000));
  expect(store.drainMarks()).toMatchObject([{ markPriceUsd: 2, observedAt: 1_000 }]);
});

test('marks of more instruments than the bound are refused and counted, known ones go on', () => {
  const store = createEventStore(LIMITS);
  for (const name of ['A', 'B', 'C', 'D']) store.add(eventsOf({ mark: [name, 1] }));
  store.add(eventsOf({ mark: ['A', 5] }));
  expect(store.marksRefused).toBe(2);
  expect(
    store.drainMarks().map(({ instrument, markPriceUsd }) => [instrument, markPriceUsd]),
  ).toEqual([
    ['A', 5],
    ['B', 1],
  ]);
});

test('liquidations are kept in order; what finds the queue full is told with its size', () => {
  const store = createEventStore(LIMITS);
  for (const usd of [1, 2, 3, 40, 50]) store.add(eventsOf({ closed: usd }));
  const first = store.drainLiquidations();
  expect(first.events.map(({ sizeUsd }) => sizeUsd)).toEqual([1, 2, 3]);
  expect(first).toMatchObject({ lost: 2, lostUsd: 90 });
  expect(store.liquidationsLost).toBe(2);
  store.add(eventsOf({ closed: 6 }));
  expect(store.drainLiquidations()).toMatchObject({
    events: [{ sizeUsd: 6 }],
    lost: 0,
    lostUsd: 0,
  });
  expect(store.drainLiquidations().events).toEqual([]);
});

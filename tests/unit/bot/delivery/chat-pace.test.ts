import { expect, test } from 'vitest';
import { createChatPace } from '../../../../src/bot/delivery/chat-pace.ts';

const room = (chatId: string, thread?: string) => ({
  platform: 'scripted',
  chatId,
  ...(thread === undefined ? {} : { thread }),
});

test('a chat rests for its interval after a start, then is forgotten', () => {
  const pace = createChatPace({ perChatIntervalMs: 1_000 });
  const key = pace.keyOf(room('a'));
  expect(pace.readyAt(key, 0)).toBe(0);
  pace.started(room('a'), 5_000);
  expect(pace.resting(5_500).keys).toEqual([key]);
  expect(pace.readyAt(key, 5_500)).toBeGreaterThanOrEqual(6_000);
  expect(pace.readyAt(key, 5_500)).toBeLessThan(6_050);
  expect(pace.resting(6_100)).toEqual({ keys: [] });
  expect(pace.readyAt(key, 6_100)).toBe(0);
});

test('no minute holds more than the chat may have, and the chat is forgotten after it', () => {
  const pace = createChatPace({ perChatIntervalMs: 0, perMinuteIn: () => 3 });
  const key = pace.keyOf(room('a'));
  for (const at of [0, 10_000, 20_000]) {
    expect(pace.readyAt(key, at)).toBeLessThanOrEqual(at);
    pace.started(room('a'), at);
  }
  expect(pace.readyAt(key, 20_000)).toBeGreaterThanOrEqual(60_000);
  expect(pace.readyAt(key, 61_000)).toBeLessThanOrEqual(61_000);
  expect(pace.resting(200_000)).toEqual({ keys: [] });
  expect(pace.readyAt(key, 0)).toBe(0);
});

test.each([
  { paceBy: 'place' as const, shared: true },
  { paceBy: 'room' as const, shared: false },
])('with pace by $paceBy, two rooms of a place share it: $shared', ({ paceBy, shared }) => {
  const pace = createChatPace({ perChatIntervalMs: 1_000, paceBy });
  pace.started(room('a', '1'), 0);
  expect(pace.readyAt(pace.keyOf(room('a', '2')), 0) > 0).toBe(shared);
});

test('a hold is no matter of pace, and the earliest of all is when to look again', () => {
  const pace = createChatPace({ perChatIntervalMs: 1_000 });
  pace.hold(room('a'), 500);
  pace.started(room('b'), 0);
  const resting = pace.resting(10);
  expect(resting.readyAt).toBe(500);
  expect(resting.pacedReadyAt).toBe(1_020);
  expect(pace.resting(600).keys).toEqual([pace.keyOf(room('b'))]);
});

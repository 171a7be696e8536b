import { describe, expect, test } from 'vitest';
import { createRecency } from '../../../../../src/bot/platforms/telegram/recency.ts';

const START = 1_800_000_000_000;
const MINUTE_MS = 60_000;

function setUp() {
  const time = { now: START };
  return { time, recency: createRecency(() => time.now) };
}

describe('whether an update pushed by Telegram is surely recent', () => {
  test('nothing is at first, and what is confirmed proves nothing by itself', () => {
    const { recency } = setUp();
    expect(recency.isRecent(5)).toBe(false);
    recency.received(5, undefined);
    recency.accepted();
    expect(recency.isRecent(6)).toBe(false);
  });

  test('what is numbered after a recent message is, until two minutes after that', () => {
    const { time, recency } = setUp();
    recency.received(7, START - MINUTE_MS);
    expect(recency.isRecent(8)).toBe(true);
    expect(recency.isRecent(6)).toBe(false);
    time.now += 1.1 * MINUTE_MS;
    expect(recency.isRecent(9)).toBe(false);
  });

  test('a message that waited for an hour proves nothing', () => {
    const { recency } = setUp();
    recency.received(7, START - 60 * MINUTE_MS);
    expect(recency.isRecent(8)).toBe(false);
  });

  test('what comes after nothing was waiting is, for two minutes', () => {
    const { time, recency } = setUp();
    recency.looked({ url: 'x', pending_update_count: 0 }, START);
    expect(recency.isRecent(1)).toBe(true);
    time.now += 2.1 * MINUTE_MS;
    expect(recency.isRecent(2)).toBe(false);
  });

  test.each([
    ['updates wait', { pending_update_count: 1 }],
    ['it does not say', {}],
    ['a delivery failed', { pending_update_count: 0, last_error_date: START / 1000 }],
  ])('not when %s', (_, info) => {
    const { recency } = setUp();
    recency.looked(info, START);
    expect(recency.isRecent(1)).toBe(false);
  });

  test('a failed delivery does not count once something came through after it', () => {
    const { time, recency } = setUp();
    time.now += 1_000;
    recency.accepted();
    recency.looked({ pending_update_count: 0, last_error_date: START / 1000 }, time.now);
    expect(recency.isRecent(1)).toBe(true);
  });
});

import { expect, test } from 'vitest';
import { parseRetryAfter, readAnswer } from '../../../src/sources/kit/answer.ts';

const NOW = Date.UTC(2026, 8, 13, 15);

function read(status: number, text: string, retryAfter?: string): unknown {
  return readAnswer({ status, text, retryAfter }, 'bybit /v5/market/tickers', NOW);
}

test('an integer too long for a double keeps all its digits', () => {
  expect(read(200, '{"raw":12345678901234567890,"list":[-9007199254740993],"price":0.1}')).toEqual({
    raw: '12345678901234567890',
    list: ['-9007199254740993'],
    price: 0.1,
  });
});

test('an integer that fits stays a number', () => {
  expect(read(200, '{"raw":1000000000000000}')).toEqual({ raw: 1_000_000_000_000_000 });
});

test('a waiting time comes in seconds or as a date', () => {
  expect(parseRetryAfter('7', NOW)).toBe(7000);
  expect(parseRetryAfter('Sun, 13 Sep 2026 15:01:30 GMT', NOW)).toBe(90_000);
  expect(parseRetryAfter('Sun, 13 Sep 2026 14:00:00 GMT', NOW)).toBe(0);
  expect(parseRetryAfter('soon', NOW)).toBeUndefined();
  expect(parseRetryAfter(undefined, NOW)).toBeUndefined();
});

test.each([
  [429, '', '7', 'rate-limited', 7000],
  [429, '', undefined, 'rate-limited', 10_000],
  [418, '', undefined, 'rate-limited', 120_000],
  [403, 'access too frequent', undefined, 'rate-limited', 600_000],
  [403, '<html>blocked</html>', undefined, 'unavailable', undefined],
  [451, '', undefined, 'unavailable', undefined],
  [503, '', '3', 'unavailable', 3000],
  [302, '', undefined, 'unavailable', undefined],
  [404, '', undefined, 'unsupported', undefined],
  [400, '', undefined, 'bad-payload', undefined],
  [200, '<html>', undefined, 'bad-payload', undefined],
  [200, '', undefined, 'bad-payload', undefined],
] as const)('%i %j with retry-after %s is %s', (status, text, retryAfter, reason, waitMs) => {
  expect(() => read(status, text, retryAfter)).toThrow(
    expect.objectContaining({ reason, retryAfterMs: waitMs }),
  );
});

test('a region block is not worth a retry, a server error is', () => {
  expect(() => read(451, '')).toThrow(expect.objectContaining({ retryable: false }));
  expect(() => read(500, '')).toThrow(expect.objectContaining({ retryable: true }));
});

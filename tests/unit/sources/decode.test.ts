import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  absentable,
  decodeShape,
  epochMs,
  intervalHours,
  intervalRateFraction,
  nonNegativeNumber,
  positiveNumber,
  toFiniteNumber,
} from '../../../src/sources/kit/decode.ts';

const NOW = Date.UTC(2026, 8, 13);

test.each([
  ['0.0001', 0.0001],
  ['-12', -12],
  ['0E-18', 0],
  ['1e5', 100_000],
  [3.5, 3.5],
])('%j is the number it says', (input, value) => {
  expect(toFiniteNumber(input)).toBe(value);
});

test.each([
  '',
  ' ',
  ' 1',
  '1 ',
  '0x10',
  'NaN',
  'Infinity',
  '1e999',
  '1,000',
  '+1',
  '.5',
  '1.',
  '1_000',
  '٣',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  true,
  null,
  undefined,
  {},
  ['1'],
])('%j is no number', (input) => {
  expect(toFiniteNumber(input)).toBeUndefined();
  expect(nonNegativeNumber.safeParse(input).success).toBe(false);
  expect(z.object({ figure: nonNegativeNumber }).safeParse({ figure: input }).success).toBe(false);
});

test('a missing figure does not decode', () => {
  expect(z.object({ figure: nonNegativeNumber }).safeParse({}).success).toBe(false);
});

describe('bounds', () => {
  test.each([
    ['positive', positiveNumber, '0', false],
    ['positive', positiveNumber, '0.1', true],
    ['non-negative', nonNegativeNumber, '0', true],
    ['non-negative', nonNegativeNumber, '-0.1', false],
    ['rate', intervalRateFraction, '-0.1', true],
    ['rate in percent', intervalRateFraction, '1.5', false],
    ['interval', intervalHours, '8', true],
    ['interval in minutes', intervalHours, '480', false],
    ['interval', intervalHours, 0, false],
    ['time', epochMs(NOW), NOW + 86_400_000, true],
    ['time in the far future', epochMs(NOW), NOW + 3 * 86_400_000, false],
    ['time in seconds', epochMs(NOW), NOW / 1000, false],
  ] as const)('%s: %j', (_name, schema, input, accepted) => {
    expect(schema.safeParse(input).success).toBe(accepted);
  });
});

test('an optional figure may be absent, null or empty, but not damaged', () => {
  const schema = z.object({ index: absentable(positiveNumber) });
  for (const given of [{}, { index: null }, { index: '' }]) {
    expect(schema.parse(given).index).toBeUndefined();
  }
  expect(schema.parse({ index: '2' }).index).toBe(2);
  expect(schema.safeParse({ index: 'NaN' }).success).toBe(false);
});

test('a wrong shape is a bad payload that names the place and never quotes the value', () => {
  const schema = z.object({ data: z.array(z.unknown()) });
  const decode = () => decodeShape(schema, { data: 'secret-value' }, 'tickers');
  expect(decode).toThrow(expect.objectContaining({ reason: 'bad-payload' }));
  expect(decode).toThrow(/^tickers: data /);
  expect(decode).not.toThrow(/secret-value/);
});

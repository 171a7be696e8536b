import { expect, test } from 'vitest';
import { mergeUnits, scaleUnits } from '../../../../src/signals/cascade/units.ts';

const near = { distances: Float64Array.of(0.01, 0.02), usd: Float64Array.of(1, 2) };
const far = { distances: Float64Array.of(0.5), usd: Float64Array.of(7) };

test('merging keeps every unit of every part', () => {
  expect(mergeUnits(far, near)).toEqual({
    distances: Float64Array.of(0.5, 0.01, 0.02),
    usd: Float64Array.of(7, 1, 2),
  });
  expect(mergeUnits()).toEqual({ distances: new Float64Array(0), usd: new Float64Array(0) });
});

test('scaling multiplies sizes, leaves triggers and the original alone', () => {
  const scaled = scaleUnits(near, 0.5);
  expect(scaled).toEqual({ distances: near.distances, usd: Float64Array.of(0.5, 1) });
  scaled.distances[0] = 9;
  expect(near).toEqual({ distances: Float64Array.of(0.01, 0.02), usd: Float64Array.of(1, 2) });
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('a factor of %s is refused', (factor) => {
  expect(() => scaleUnits(near, factor)).toThrow(RangeError);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortDistances } from '../../../../src/signals/cascade/sort-distances.ts';

/** Any finite double >= 0: subnormals, huge ones, -0, and a few values that tie often. */
const anyDistance = fc.oneof(
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: 0, max: 9 }).map((n) => n / 10),
  fc.constantFrom(0, -0, 5e-324, Number.MAX_VALUE, 1, 1 + Number.EPSILON),
);

test('sorts like a stable comparison sort, ties in the order of the input', () => {
  fc.assert(
    fc.property(fc.array(anyDistance, { maxLength: 200 }), (values) => {
      const input = Float64Array.from(values);
      const expected = values
        .map((value, index) => ({ value, index }))
        .sort((a, b) => a.value - b.value || a.index - b.index);
      const { distances, order } = sortDistances(input);
      expect(Array.from(order)).toEqual(expected.map(({ index }) => index));
      expect(Array.from(distances)).toEqual(expected.map(({ value }) => value + 0));
      expect(Array.from(input)).toEqual(values);
    }),
    { seed: 7, numRuns: 2000 },
  );
});

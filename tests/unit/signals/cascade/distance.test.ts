import { expect, test } from 'vitest';
import { distanceOf, fractionOf } from '../../../../src/signals/cascade/distance.ts';

test('a log distance of ln 2 is a fall by half or a doubling', () => {
  expect(fractionOf(Math.LN2, 'down')).toBeCloseTo(0.5, 15);
  expect(fractionOf(Math.LN2, 'up')).toBeCloseTo(1, 15);
});

test('a fall of 10 % is farther in log distance than a rise of 10 %', () => {
  expect(distanceOf(0.1, 'down')).toBeCloseTo(0.105360515657826, 14);
  expect(distanceOf(0.1, 'up')).toBeCloseTo(0.095310179804325, 14);
});

test.each(['down', 'up'] as const)(
  '%s: one undoes the other, small moves keep their digits',
  (side) => {
    for (const fraction of [0, 1e-15, 1e-6, 0.05, 0.5, 0.99]) {
      expect(fractionOf(distanceOf(fraction, side), side)).toBeCloseTo(fraction, 15);
    }
    expect(distanceOf(1e-15, side) / 1e-15).toBeCloseTo(1, 12);
    expect(Object.is(distanceOf(0, side), 0) && Object.is(fractionOf(0, side), 0)).toBe(true);
  },
);

test('moves that no price can make are refused; a rise above 100 % is a price', () => {
  expect(() => distanceOf(1, 'down')).toThrow(RangeError);
  expect(() => distanceOf(1.5, 'down')).toThrow(RangeError);
  expect(() => distanceOf(-0.1, 'up')).toThrow(RangeError);
  expect(() => distanceOf(Number.NaN, 'up')).toThrow(RangeError);
  expect(distanceOf(1.5, 'up')).toBeCloseTo(Math.log(2.5), 15);
});

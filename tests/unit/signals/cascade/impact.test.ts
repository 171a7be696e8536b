import { expect, test } from 'vitest';
import {
  absorbableUsd,
  impactDistance,
  isScorable,
} from '../../../../src/signals/cascade/impact.ts';

const params = (depthUsdPerUnit: number, latentUsdPerUnit2: number) => ({
  depthUsdPerUnit,
  latentUsdPerUnit2,
});

test('without latent liquidity the impact is linear, without resting orders a square root', () => {
  expect(impactDistance(params(1e10, 0), 3e8)).toBeCloseTo(0.03, 15);
  expect(impactDistance(params(0, 1e11), 9e9)).toBeCloseTo(0.3, 15);
});

test('both limits are kept to the last digits where the textbook root would cancel', () => {
  expect(impactDistance(params(1e10, 1e11), 1)).toBeCloseTo(1e-10, 18);
  expect(impactDistance(params(1e10, 1e-9), 1e8)).toBeCloseTo(0.01, 15);
});

test('it undoes the liquidity curve over twelve orders of magnitude', () => {
  for (const distance of [1e-9, 1e-6, 1e-3, 0.1, 1, 1000]) {
    const usd = absorbableUsd(params(3e10, 5e11), distance);
    expect(impactDistance(params(3e10, 5e11), usd) / distance).toBeCloseTo(1, 13);
  }
});

test('figures whose squares leave the number range still give the right move', () => {
  expect(impactDistance(params(1e200, 0), 1e199) / 0.1).toBeCloseTo(1, 13);
  expect(impactDistance(params(1e-200, 0), 1e-201) / 0.1).toBeCloseTo(1, 13);
  expect(impactDistance(params(0, 1e-300), 1e-302) / 0.1).toBeCloseTo(1, 13);
  expect(impactDistance(params(0, 1e300), 1e298) / 0.1).toBeCloseTo(1, 13);
});

test('no volume moves nothing, any volume moves an empty market without end', () => {
  expect(impactDistance(params(0, 0), 0)).toBe(0);
  expect(impactDistance(params(0, 5), 0)).toBe(0);
  expect(impactDistance(params(0, 0), 1)).toBe(Number.POSITIVE_INFINITY);
});

test('one kind of liquidity is enough to score, none or a broken figure is not', () => {
  expect(isScorable(params(1, 0))).toBe(true);
  expect(isScorable(params(0, 1))).toBe(true);
  expect(isScorable(params(0, 0))).toBe(false);
  expect(isScorable(params(-1, 5))).toBe(false);
  expect(isScorable(params(5, -1))).toBe(false);
  expect(isScorable(params(Number.NaN, 5))).toBe(false);
  expect(isScorable(params(5, Number.POSITIVE_INFINITY))).toBe(false);
});

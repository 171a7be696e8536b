import { describe, expect, test } from 'vitest';
import { d1, delta, gamma } from '../../../../src/signals/options/black-76.ts';
import { normalDistribution } from '../../../../src/signals/options/normal.ts';

describe('the normal distribution', () => {
  // Abramowitz and Stegun, tables 26.1 and 26.2.
  test.each([
    [0, 0.5],
    [0.1, 0.539_827_837_277_029],
    [1, 0.841_344_746_068_543],
    [-1, 0.158_655_253_931_457],
    [2.5, 0.993_790_334_674_224],
    [-5, 2.866_515_718_791_94e-7],
    [-10, 7.619_853_024_160_53e-24],
    [-40, 0],
    [40, 1],
  ])('at %d is %d', (x, expected) => {
    const value = normalDistribution(x);
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-15);
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-8 * expected);
  });

  test('has no step where its two formulas meet', () => {
    const at = 7.071_067_811_865_47;
    const nearer = normalDistribution(-at + 1e-9);
    const farther = normalDistribution(-at - 1e-9);
    // The density over the tail is about x + 1/x there.
    expect(nearer / farther - 1).toBeCloseTo(2e-9 * (at + 1 / at), 7);
    expect(nearer).toBeGreaterThan(farther);
  });
});

/** d1 = 0.2 / 2 for an option at the money over a year. */
const YEAR = { forwardUsd: 100, strikeUsd: 100, volatilityFraction: 0.2, years: 1 };

test('at the money d1 is half of the standard deviation', () => {
  expect(d1(YEAR)).toBeCloseTo(0.1, 14);
});

test('delta and gamma of an option at the money, by hand', () => {
  expect(delta('call', YEAR)).toBeCloseTo(0.539_827_837_277, 12);
  expect(delta('put', YEAR)).toBeCloseTo(-0.460_172_162_723, 12);
  // n(0.1) / (100 x 0.2), n(0.1) = 0.396952547477.
  expect(gamma(YEAR)).toBeCloseTo(0.019_847_627_374, 12);
});

test('agrees with what Deribit published for an ETH put on 3 June 2022', () => {
  // 24 June 2022 08:00 from 3 June 09:11:29.923; mark volatility 86.54 %.
  const years = (Date.UTC(2022, 5, 24, 8) - 1_654_247_489_923) / (365 * 86_400_000);
  const inputs = { forwardUsd: 1806.5, strikeUsd: 1600, volatilityFraction: 0.8654, years };
  expect(delta('put', inputs)).toBeCloseTo(-0.24537, 4);
  expect(gamma(inputs)).toBeCloseTo(0.00084, 5);
});

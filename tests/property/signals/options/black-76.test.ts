import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Black76Inputs, delta, gamma } from '../../../../src/signals/options/black-76.ts';
import { normalDistribution } from '../../../../src/signals/options/normal.ts';

const RUNS = { numRuns: 500, seed: 20_251_010 };

/** Two hours to three years, 5 % to 400 %, strikes from a tenth of the forward to ten times it. */
const inputsArbitrary: fc.Arbitrary<Black76Inputs> = fc.record({
  forwardUsd: fc.double({ min: 0.01, max: 200_000, noNaN: true }),
  strikeUsd: fc.double({ min: 0.1, max: 10, noNaN: true }),
  volatilityFraction: fc.double({ min: 0.05, max: 4, noNaN: true }),
  years: fc.double({ min: 2 / 8760, max: 3, noNaN: true }),
});
const inputs = inputsArbitrary.map((one) => ({
  ...one,
  strikeUsd: one.strikeUsd * one.forwardUsd,
}));

test('gamma is never negative, and a number', () => {
  fc.assert(
    fc.property(inputs, (one) => {
      expect(gamma(one)).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(gamma(one))).toBe(true);
    }),
    RUNS,
  );
});

test('a call less the put of its strike is one forward: deltas differ by 1, gammas are equal', () => {
  fc.assert(
    fc.property(inputs, (one) => {
      expect(delta('call', one) - delta('put', one)).toBeCloseTo(1, 12);
      expect(delta('call', one)).toBeGreaterThanOrEqual(0);
      expect(delta('put', one)).toBeLessThanOrEqual(0);
      const step = one.forwardUsd * 1e-4;
      const slope = (type: 'call' | 'put') =>
        (delta(type, { ...one, forwardUsd: one.forwardUsd + step }) -
          delta(type, { ...one, forwardUsd: one.forwardUsd - step })) /
        (2 * step);
      expect(slope('call') * one.forwardUsd).toBeCloseTo(slope('put') * one.forwardUsd, 8);
    }),
    RUNS,
  );
});

/** Undiscounted price, from the distribution alone. */
function price(type: 'call' | 'put', one: Black76Inputs): number {
  const deviation = one.volatilityFraction * Math.sqrt(one.years);
  const far = Math.log(one.forwardUsd / one.strikeUsd) / deviation + deviation / 2;
  const sign = type === 'call' ? 1 : -1;
  return (
    sign * one.forwardUsd * normalDistribution(sign * far) -
    sign * one.strikeUsd * normalDistribution(sign * (far - deviation))
  );
}

/** Steps small against the standard deviation, or the difference is none of the curve's. */
const slow = inputs.filter((one) => one.volatilityFraction * Math.sqrt(one.years) > 0.02);

test('delta is the slope of the price, gamma the slope of delta', () => {
  fc.assert(
    fc.property(slow, fc.constantFrom('call', 'put'), (one, type) => {
      const step = one.forwardUsd * 1e-5;
      const up = { ...one, forwardUsd: one.forwardUsd + step };
      const down = { ...one, forwardUsd: one.forwardUsd - step };
      const slope = (price(type, up) - price(type, down)) / (2 * step);
      expect(delta(type, one)).toBeCloseTo(slope, 5);
      const bend = ((delta(type, up) - delta(type, down)) / (2 * step)) * one.forwardUsd;
      const scaled = gamma(one) * one.forwardUsd;
      expect(Math.abs(scaled - bend)).toBeLessThanOrEqual(1e-5 * Math.max(1, scaled));
    }),
    RUNS,
  );
});

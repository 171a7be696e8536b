import { describe, expect, test } from 'vitest';
import type { OpenOption } from '../../../../src/signals/options/open-option.ts';
import { summarizeOptions } from '../../../../src/signals/options/options-summary.ts';
import { volatilityToHorizon } from '../../../../src/signals/options/term.ts';

const NOW = Date.UTC(2026, 10, 4, 8);
const DAY = 86_400_000;

function option(part: Partial<OpenOption>): OpenOption {
  return {
    type: 'call',
    strikeUsd: 100,
    expiryAt: NOW + 365 * DAY,
    forwardUsd: 100,
    volatilityFraction: 0.2,
    openInterestBase: 1,
    ...part,
  };
}

describe('gamma', () => {
  test('per 1 % is gamma x open interest x forward squared x 0.01, calls and puts apart', () => {
    // 0.0198476274 x 1000 x 100^2 x 0.01.
    const summary = summarizeOptions(
      [option({ openInterestBase: 1000 }), option({ type: 'put', openInterestBase: 500 })],
      NOW,
    );
    expect(summary.callGammaUsdPer1Pct).toBeCloseTo(1984.762_737, 5);
    expect(summary.putGammaUsdPer1Pct).toBeCloseTo(992.381_369, 5);
    expect(summary.openInterestBase).toBe(1500);
  });

  test('does not count what has expired or does so within the hour', () => {
    const minutes = (count: number) => option({ expiryAt: NOW + count * 60_000 });
    expect(summarizeOptions([minutes(-1), minutes(0), minutes(60)], NOW)).toEqual({
      openInterestBase: 0,
      callGammaUsdPer1Pct: 0,
      putGammaUsdPer1Pct: 0,
    });
    expect(summarizeOptions([minutes(61)], NOW).callGammaUsdPer1Pct).toBeGreaterThan(0);
  });
});

describe('volatility 30 days out', () => {
  const at = (days: number, volatilityFraction: number) => [
    option({ expiryAt: NOW + days * DAY, volatilityFraction }),
    option({ expiryAt: NOW + days * DAY, volatilityFraction, type: 'put' }),
  ];

  test('is that of an expiry of 30 days, where there is one', () => {
    const listed = [...at(30, 0.6), ...at(7, 0.9), ...at(90, 0.3)];
    expect(summarizeOptions(listed, NOW).atmVolatilityFraction).toBeCloseTo(0.6, 12);
  });

  test('lies between two expiries by total variance', () => {
    // 0.8^2 x 20 = 12.8 and 0.5^2 x 60 = 15; at 30 days 12.8 + 2.2 / 4 = 13.35; root of 13.35 / 30.
    const { atmVolatilityFraction } = summarizeOptions([...at(20, 0.8), ...at(60, 0.5)], NOW);
    expect(atmVolatilityFraction).toBeCloseTo(0.667_083_202, 8);
  });

  test('takes the expiries next to 30 days, not the farthest', () => {
    const near = [...at(20, 0.8), ...at(60, 0.5)];
    const all = [...at(2, 2), ...near, ...at(300, 0.1)];
    expect(summarizeOptions(all, NOW).atmVolatilityFraction).toBeCloseTo(
      summarizeOptions(near, NOW).atmVolatilityFraction ?? Number.NaN,
      14,
    );
  });

  test('is absent when all expiries are on one side', () => {
    expect(summarizeOptions(at(20, 0.8), NOW)).not.toHaveProperty('atmVolatilityFraction');
    expect(summarizeOptions(at(60, 0.8), NOW)).not.toHaveProperty('atmVolatilityFraction');
    expect(volatilityToHorizon([], 0.1)).toBeUndefined();
  });

  test('at the money is between the strikes around the forward, by the log of the strike', () => {
    const strike = (strikeUsd: number, volatilityFraction: number) =>
      option({ strikeUsd, volatilityFraction, expiryAt: NOW + 30 * DAY });
    // ln(80/100) = -0.223144, ln(110/100) = 0.095310: the upper one weighs 0.700711.
    const listed = [strike(80, 0.7), strike(110, 0.5), strike(200, 3)];
    expect(summarizeOptions(listed, NOW).atmVolatilityFraction).toBeCloseTo(
      0.7 - 0.2 * 0.700_710_6,
      6,
    );
  });
});

describe('skew', () => {
  const expiryAt = NOW + 30 * DAY;
  const put = (strikeUsd: number, volatilityFraction: number) =>
    option({ type: 'put', strikeUsd, volatilityFraction, expiryAt });
  const call = (strikeUsd: number, volatilityFraction: number) =>
    option({ strikeUsd, volatilityFraction, expiryAt });

  test('is the volatility of the 25-delta put less that of the 25-delta call', () => {
    // At 50 % over 30 days the 25-delta strikes are about 91.7 and 111.2: two strikes around each.
    const flat = [put(85, 0.5), put(95, 0.5), call(105, 0.5), call(120, 0.5)];
    expect(summarizeOptions(flat, NOW).skew25Fraction).toBeCloseTo(0, 14);
    const feared = [put(85, 0.6), put(95, 0.6), call(105, 0.5), call(120, 0.5)];
    expect(summarizeOptions(feared, NOW).skew25Fraction).toBeCloseTo(0.1, 14);
  });

  test('is interpolated over delta', () => {
    // Deltas of the puts: -0.151316 at 85 and 60 %, -0.343055 at 95 and 55 %, by hand.
    const listed = [put(85, 0.6), put(95, 0.55), call(105, 0.5), call(120, 0.5)];
    const { skew25Fraction } = summarizeOptions(listed, NOW);
    const share = (0.25 - 0.151_316_3) / (0.343_055 - 0.151_316_3);
    expect(skew25Fraction).toBeCloseTo(0.6 - 0.05 * share - 0.5, 5);
  });

  test('is absent where no strike lies beyond one of the wings', () => {
    const listed = [put(95, 0.6), put(99, 0.6), call(105, 0.5), call(120, 0.5)];
    expect(summarizeOptions(listed, NOW)).not.toHaveProperty('skew25Fraction');
  });
});

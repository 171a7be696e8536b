import { assetId } from '../../src/signals/assets.ts';
import type { Level, Side } from '../../src/signals/model/ids.ts';
import type { Interval, Reading, SideReading } from '../../src/signals/model/reading.ts';

function around(point: number): Interval {
  return { low: Math.max(0, point - 8), point, high: Math.min(100, point + 8) };
}

export function levelOfScore(score: number): Level {
  if (score >= 80) return 'critical';
  if (score >= 65) return 'high';
  return score >= 50 ? 'elevated' : 'low';
}

/** A plausible side of a reading with this combined score. */
export function makeSide(
  side: Side,
  score: number,
  overrides: Partial<SideReading> = {},
): SideReading {
  return {
    side,
    likelihood: {
      score: around(score),
      drivers: [
        {
          id: 'volatility',
          name: '24 h volatility',
          value: '3.1 %, 1.8x its 180-day median',
          weight: 1.5,
          points: 12.5,
        },
        { id: 'funding-7d', name: '7-day funding', value: '21 % a year', weight: 0.5, points: 6 },
      ],
    },
    fragility: {
      score: around(score),
      drivers: [
        { id: 'critical-shock', name: 'critical shock', value: '3.1 %', weight: 0.5, points: 20 },
      ],
    },
    score: around(score),
    level: levelOfScore(score),
    scoreFrozen: score,
    levelFrozen: levelOfScore(score),
    criticalShockFraction: 0.031,
    criticalShockRangeFraction: { low: 0.022, high: 0.047 },
    kappaFraction: 0.01,
    reaches: [1, 2, 3].map((sigmas) => ({
      sigmas,
      shockFraction: 0.03 * sigmas,
      forcedUsd: { low: 1e8 * sigmas, point: 2e8 * sigmas, high: 4e8 * sigmas },
      exactShareFraction: 0.29,
      endFraction: 0.045 * sigmas,
      endStressedFraction: 0.07 * sigmas,
      amplification: 1.5,
    })),
    profile: {
      distances: [0.01, 0.02, 0.03, 0.05, 0.08, 0.13],
      exactUsd: [1e6, 2e6, 2e7, 3e7, 5e7, 8e7],
      estimatedUsd: [2e7, 4e7, 6e7, 9e7, 5e7, 2e7],
    },
    impact: {
      present: { depthUsdPerUnit: 1.8e10, latentUsdPerUnit2: 1e11 },
      stressed: { depthUsdPerUnit: 1.8e9, latentUsdPerUnit2: 1e11 },
    },
    sentence: 'A 3.1 % fall would force about $200m of sales.',
    ...overrides,
  };
}

/** A ready reading of `asset` with the given combined scores. */
export function makeReading(
  overrides: Partial<Reading> & { scoreDown?: number; scoreUp?: number; name?: string } = {},
): Reading {
  const { scoreDown = 40, scoreUp = 30, name = 'ETH', ...rest } = overrides;
  return {
    asset: assetId(name),
    at: Date.UTC(2026, 0, 1),
    priceUsd: 2500,
    openInterestUsd: 6e9,
    fundingAnnualFraction: 0.11,
    sigma24hFraction: 0.03,
    calibrated: false,
    coverage: { venuesExpected: 3, venuesFresh: 3, missing: [], oldestAgeMs: 40_000, fraction: 1 },
    eligibility: { eligible: true, reasons: [] },
    levelCap: 'critical',
    down: makeSide('down', scoreDown),
    up: makeSide('up', scoreUp),
    ...rest,
  };
}

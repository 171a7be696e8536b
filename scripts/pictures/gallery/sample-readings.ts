import { assetId } from '../../../src/signals/assets.ts';
import type { Level, Side } from '../../../src/signals/model/ids.ts';
import type {
  Driver,
  Interval,
  MissingInput,
  Reading,
  SideReading,
} from '../../../src/signals/model/reading.ts';
import { combinedScore } from '../../../src/signals/score/levels.ts';
import { readExample } from '../example.ts';

/** What differs between the readings of the gallery; the rest is as in docs/images/example.json. */
export interface Sample {
  name?: string;
  at: number;
  /** Score down, points 0-100. */
  points: number;
  upPoints?: number;
  /** Absent: none within reach. */
  shockFraction?: number;
  missing?: readonly MissingInput[];
}

const SIGMA_FRACTION = 0.031;

/** A reading with texts as long as real ones, and the ladder of the example. */
export function sampleReading(sample: Sample): Reading {
  const { name = 'ETH', at, points, upPoints = 44, shockFraction, missing = [] } = sample;
  const drawn = readExample().alert.figure;
  const figure = drawn?.kind === 'liquidation-ladder' ? drawn : undefined;
  const profileOf = (wanted: Side) => figure?.sides.find(({ side }) => side === wanted)?.profile;
  const none = { distances: [], exactUsd: [], estimatedUsd: [] };
  const down = sampleSide('down', name, points, shockFraction, profileOf('down') ?? none);
  return {
    asset: assetId(name),
    at: at - 20_000,
    priceUsd: figure?.priceUsd ?? 2_410,
    openInterestUsd: 9.4e9,
    fundingAnnualFraction: 0.22,
    sigma24hFraction: SIGMA_FRACTION,
    calibrated: false,
    coverage: {
      venuesExpected: 3,
      venuesFresh: 3 - missing.length,
      missing: [...missing],
      oldestAgeMs: 185_000,
      fraction: missing.length === 0 ? 1 : 0.86,
    },
    eligibility: { eligible: true, reasons: [] },
    levelCap: 'critical',
    down,
    up: sampleSide('up', name, upPoints, 0.026, profileOf('up') ?? none),
  };
}

function sampleSide(
  side: Side,
  name: string,
  points: number,
  shockFraction: number | undefined,
  profile: SideReading['profile'],
): SideReading {
  const [likelihood, fragility] = [around(points - 3, 2), around(points + 3, 12)];
  const score = { ...combinedScore(likelihood, fragility), point: points };
  const [sign, forced] = side === 'down' ? ['-', 'sales into'] : ['+', 'purchases from'];
  const shock = shockFraction ?? 2 * SIGMA_FRACTION;
  const percent = (fraction: number) => `${(100 * fraction).toFixed(1)} %`;
  const move = `${percent(shock)} ${side === 'down' ? 'fall' : 'rise'}`;
  return {
    side,
    likelihood: { score: likelihood, drivers: LIKELIHOOD },
    fragility: { score: fragility, drivers: fragilityDrivers(shockFraction) },
    score,
    level: levelOf(points),
    scoreFrozen: points,
    levelFrozen: levelOf(points),
    ...(shockFraction === undefined
      ? {}
      : {
          criticalShockFraction: shockFraction,
          criticalShockFrozenFraction: shockFraction,
          criticalShockRangeFraction: { low: shockFraction, high: shockFraction * 1.15 },
        }),
    kappaFraction: 0.0164,
    reaches: [1, 2, 3].map((sigmas) => ({
      sigmas,
      shockFraction: 0.0305 * sigmas,
      forcedUsd: { low: 3.29e8 * sigmas, point: 5.5e8 * sigmas, high: 1.31e9 * sigmas },
      exactShareFraction: 0.05,
      endFraction: 0.06 + 0.0325 * sigmas,
      endStressedFraction: 0.069 + 0.0325 * sigmas,
      amplification: 2,
    })),
    profile,
    impact: {
      present: { depthUsdPerUnit: 7.3e9, latentUsdPerUnit2: 1e11 },
      stressed: { depthUsdPerUnit: 7.3e8, latentUsdPerUnit2: 1e11 },
    },
    sentence: `${name} ${side}: a ${move} would force about $513m of ${forced} a market ${side === 'down' ? 'absorbing' : 'offering'} $73m per 1 %, ending near ${sign}${percent(shock * 3)}; 5 % of it exact (lending), 95 % estimated (perps).`,
  };
}

function levelOf(points: number): Level {
  if (points >= 80) return 'critical';
  if (points >= 65) return 'high';
  return points >= 50 ? 'elevated' : 'low';
}

function around(point: number, spread: number): Interval {
  return { low: Math.max(0, point - spread), point, high: Math.min(100, point + spread) };
}

function driver(id: string, name: string, value: string, points: number): Driver {
  return { id, name, value, weight: 1, points };
}

const LIKELIHOOD: Driver[] = [
  driver('funding-7d', '7-day funding', '22.0 % a year, +2.3 deviations from its median', 17),
  driver(
    'open-interest-volume',
    'open interest over daily volume',
    '0.62 days of volume, +2.6 deviations from its median',
    13,
  ),
  driver('volatility', '24 h volatility', '3.1 %, 0.9x its 30-day median', -3),
];

function fragilityDrivers(shockFraction: number | undefined): Driver[] {
  const shock =
    shockFraction === undefined
      ? 'none within reach'
      : `${(100 * shockFraction).toFixed(1)} %, ${(shockFraction / SIGMA_FRACTION).toFixed(1)} typical sigma`;
  return [
    driver(
      'own-past',
      'against its own past',
      'more perp volume within 2 typical sigma than in 96 % of its past',
      14,
    ),
    driver(
      'reach-ratio',
      'forced sales within reach',
      'a 6.6 % fall (2 typical sigma) forces $1.7bn, 1.15x what the market absorbs on the way',
      11,
    ),
    driver('critical-shock', 'critical shock', shock, shockFraction === undefined ? -6 : 5),
  ];
}

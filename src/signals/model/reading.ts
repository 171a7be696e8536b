import type { AssetId, Level, Side, SourceId } from './ids.ts';
import type { GapReason } from './observations.ts';

/** `point` with the interval the inputs' uncertainty gives it; all in the unit of the field's name. */
export interface Interval {
  low: number;
  point: number;
  high: number;
}

/** One reason behind a part of the score, largest contribution first in lists. */
export interface Driver {
  /** Stable id, e.g. `volatility`, `funding-7d`, `critical-shock`. */
  id: string;
  /** For people: `24 h volatility`. */
  name: string;
  /** For people, with unit: `3.1 %, 1.8x its 180-day median`. */
  value: string;
  /** Non-negative weight of this feature in its part. */
  weight: number;
  /** Points (0-100 scale) it adds to the part compared with a typical day; may be negative. */
  points: number;
}

export interface ScorePart {
  score: Interval;
  drivers: Driver[];
}

/** What one move would set off. */
export interface Reach {
  /** Multiples of the 24 h volatility, 1, 2, 3; absent for a what-if by percent. */
  sigmas?: number;
  /** The move that comes from outside. */
  shockFraction: number;
  forcedUsd: Interval;
  /** Share of `forcedUsd.point` known exactly (lending), 0-1. */
  exactShareFraction: number;
  /** Where the price stops, present depth. */
  endFraction: number;
  /** Where it stops with a tenth of the resting depth. */
  endStressedFraction: number;
  /** endDistance / shockDistance, present depth. */
  amplification: number;
}

export interface MissingInput {
  source: SourceId;
  /** What is missing of it: `market`, `depth`, `position`, ... */
  wanted: string;
  reason: GapReason | 'never-seen';
  /** Epoch ms of the last good figure; absent when never seen. */
  lastSeenAt?: number;
}

/** What the reading stands on. */
export interface Coverage {
  venuesExpected: number;
  venuesFresh: number;
  /** Sources (venues and protocols) expected and not fresh. */
  missing: MissingInput[];
  /** Age of the oldest figure used as fresh, ms. */
  oldestAgeMs: number;
  /** Share of the open interest and lending exposure that is fresh, 0-1. */
  fraction: number;
}

/** Aggregated profile for stored what-ifs and charts: units merged to at most 512 bins per side. */
export interface ProfileBins {
  /** Ascending log distances; each bin sits at its nearest unit (never understates). */
  distances: number[];
  /** USD known exactly (lending). */
  exactUsd: number[];
  /** USD estimated (perps), after scaling. */
  estimatedUsd: number[];
}

/** Liquidity of one side: A(delta) = depthUsdPerUnit * delta + latentUsdPerUnit2 * delta^2. */
export interface ImpactParams {
  depthUsdPerUnit: number;
  latentUsdPerUnit2: number;
}

export interface SideReading {
  side: Side;
  likelihood: ScorePart;
  fragility: ScorePart;
  /** Documented function of both parts, 0-100. */
  score: Interval;
  level: Level;
  /**
   * The score with every missing input kept exactly as last seen, without the risky drift.
   * When `level` exceeds this one's level, the rise comes from missing data alone.
   */
  scoreFrozen: number;
  levelFrozen: Level;
  /** Least own move after which forced sales add at least kappa; absent: none within reach. */
  criticalShockFraction?: number;
  /**
   * The critical shock with every missing input kept exactly as last seen (compare `scoreFrozen`).
   * Absent beside a `criticalShockFraction`: none within reach, or not computed.
   */
  criticalShockFrozenFraction?: number;
  /** The same over the uncertainty of the perp estimate (low = nearest). */
  criticalShockRangeFraction?: { low?: number; high?: number };
  kappaFraction: number;
  reaches: Reach[];
  profile: ProfileBins;
  /** The true `profile.estimatedUsd` are taken to lie between these multiples of it. */
  estimateFactors?: { low: number; high: number };
  impact: { present: ImpactParams; stressed: ImpactParams };
  /** One sentence a trader understands. */
  sentence: string;
}

export interface Reading {
  asset: AssetId;
  /** Epoch ms of the evaluation. */
  at: number;
  priceUsd: number;
  openInterestUsd: number;
  /** Weighted by open interest. */
  fundingAnnualFraction?: number;
  /** 24 h volatility of log returns. */
  sigma24hFraction: number;
  /** False until the score has been calibrated on history: every message says so. */
  calibrated: boolean;
  coverage: Coverage;
  /** May this asset alert? If not, why (each a short phrase for people). */
  eligibility: { eligible: boolean; reasons: string[] };
  /** Highest level this asset may reach now (one source alone never reaches critical). */
  levelCap: Level;
  down: SideReading;
  up: SideReading;
}

/** A cold start is said, never scored. */
export interface WarmingUp {
  asset: AssetId;
  at: number;
  /** Epoch ms when the first reading is expected; absent when unknown. */
  readyAt?: number;
  /** What is still needed, for people. */
  needs: string[];
}

export type AssetState =
  | { status: 'ready'; reading: Reading }
  | { status: 'warming-up'; warming: WarmingUp };

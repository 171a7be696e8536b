import type { AssetId, SourceId } from './ids.ts';

/** Prices and sizes are per single coin of `asset`; absent figures are absent keys, never null or 0. */
interface InstrumentObservation {
  source: SourceId;
  asset: AssetId;
  instrument: string;
  /** Epoch ms: the venue's own time stamp where it gives one. */
  observedAt: number;
}

export interface FundingObservation extends InstrumentObservation {
  kind: 'funding';
  /** Per interval, paid by longs to shorts (negative: shorts pay). */
  rateFraction: number;
  intervalHours: number;
  phase: 'predicted' | 'settled';
  /** Epoch ms of the next settlement. */
  nextFundingAt?: number;
  /** rateFraction x 8760 / intervalHours. */
  annualFraction: number;
}

export interface OpenInterestObservation extends InstrumentObservation {
  kind: 'open-interest';
  /** Coins, each contract counted once. */
  openInterestBase: number;
  openInterestUsd: number;
  /** The rule that made it one-sided, e.g. `one-sided as published`, `halved`. */
  counting: string;
}

export interface MarketObservation extends InstrumentObservation {
  kind: 'market';
  markPriceUsd: number;
  indexPriceUsd?: number;
  volume24hUsd?: number;
  /** Highest leverage the venue offers on it, where it says so. */
  maxLeverage?: number;
}

export interface DepthLevel {
  /** Distance from mid as a fraction of mid. */
  distanceFraction: number;
  /** Cumulative resting USD within that distance; absent when the book given ends nearer. */
  bidUsd?: number;
  askUsd?: number;
}

export interface DepthObservation extends InstrumentObservation {
  kind: 'depth';
  midPriceUsd: number;
  /** Ascending by distance. */
  levels: DepthLevel[];
}

export interface CollateralLeg {
  /** The correlated group's asset is found from the token by `signals/assets.ts`. */
  asset: AssetId;
  token: string;
  /** Exact amount in whole tokens as a decimal string. */
  amount: string;
  liquidationThresholdFraction: number;
  /** USD value of the whole leg at `observedAt`, by the protocol's own price. */
  valueUsd: number;
}

export interface DebtLeg {
  asset: AssetId;
  token: string;
  amount: string;
  valueUsd: number;
}

/** Legs are stored, never a health factor alone: health at any shock is arithmetic on them. */
export interface BorrowPosition {
  kind: 'position';
  source: SourceId;
  /** Address; private data: never logged. */
  account: string;
  /** The protocol's own market, where positions are per market. */
  market?: string;
  collateral: CollateralLeg[];
  debt: DebtLeg[];
  /** As the protocol gave it; for checks only. */
  healthFactor?: number;
  /** Share of the debt one liquidation may repay. */
  closeFactorFraction: number;
  /** What the liquidator gets on top, as a fraction of the repaid value. */
  bonusFraction: number;
  observedAt: number;
}

export const GAP_REASONS = [
  'unsupported',
  'timeout',
  'rate-limited',
  'unavailable',
  'bad-payload',
  'stale',
] as const;
export type GapReason = (typeof GAP_REASONS)[number];

export type WantedKind = 'funding' | 'open-interest' | 'market' | 'depth' | 'position' | 'history';

/** What was wanted and not got, and why. */
export interface Gap {
  kind: 'gap';
  source: SourceId;
  wanted: WantedKind;
  reason: GapReason;
  /** One line a person can act on; log-safe. */
  detail: string;
  instrument?: string;
}

export type InstrumentFigures =
  | FundingObservation
  | OpenInterestObservation
  | MarketObservation
  | DepthObservation;

export type Observation = InstrumentFigures | BorrowPosition;

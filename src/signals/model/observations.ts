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

/** What a perpetual is on: most venues list stocks, metals and currencies beside coins. */
export const ASSET_CLASSES = ['crypto', 'stock', 'metal', 'commodity', 'fx', 'index'] as const;
export type AssetClass = (typeof ASSET_CLASSES)[number];

export interface MarketObservation extends InstrumentObservation {
  kind: 'market';
  markPriceUsd: number;
  indexPriceUsd?: number;
  volume24hUsd?: number;
  /** Highest leverage the venue offers on it, where it says so. */
  maxLeverage?: number;
  /** Absent: a coin. Markets of other classes close, and a funding rate of exactly 0 is real there. */
  assetClass?: Exclude<AssetClass, 'crypto'>;
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
  /** Best ask less best bid over mid; absent in books kept by earlier versions. */
  spreadFraction?: number;
  /** Ascending by distance. */
  levels: DepthLevel[];
}

/** How the accounts of one venue stand and trade in one instrument; only what the venue publishes. */
export interface PositioningObservation extends InstrumentObservation {
  kind: 'positioning';
  /** Accounts net long over accounts net short, all accounts. */
  longShortAccountRatio?: number;
  /** The same of the venue's largest accounts. */
  topLongShortAccountRatio?: number;
  /** Long over short position size of the venue's largest accounts. */
  topLongShortPositionRatio?: number;
  /** Volume bought over volume sold by takers in the venue's last period. */
  takerBuySellRatio?: number;
  /** Coins in circulation, as the venue passes it on. */
  circulatingSupplyBase?: number;
}

export interface MarginTier {
  /** Position notional from which the tier holds, USD. */
  fromNotionalUsd: number;
  /** Maintenance margin over notional, 0-1. */
  maintenanceFraction: number;
  /** Highest leverage at entry, where the venue says so. */
  maxLeverage?: number;
}

export interface MarginTiersObservation extends InstrumentObservation {
  kind: 'margin-tiers';
  /** Ascending; the first one from 0. */
  tiers: MarginTier[];
}

/** One forced closing of a position as the venue published it. */
export interface LiquidationObservation extends InstrumentObservation {
  kind: 'liquidation';
  /** Whose position was closed: a long's by selling, a short's by buying. */
  side: 'long' | 'short';
  sizeBase: number;
  /** As the venue states it: average fill where known, else the bankruptcy price. */
  priceUsd: number;
  sizeUsd: number;
  /** `lower-bound`: the feed leaves some out (a snapshot a second, a capped list). */
  completeness: 'all' | 'lower-bound';
}

/** What is open in options on one asset at one venue, as hedging it would move the market. */
export interface OptionsObservation extends InstrumentObservation {
  kind: 'options';
  /** `instrument` names the set: `BTC options`. */
  openInterestBase: number;
  openInterestUsd: number;
  underlyingPriceUsd: number;
  /** Change of delta for a move of 1 %, summed over open calls as if all were bought by one side, USD. */
  callGammaUsdPer1Pct: number;
  putGammaUsdPer1Pct: number;
  /** Implied volatility at the money about 30 days out, annual fraction. */
  atmVolatilityFraction?: number;
  /** 25-delta put less call implied volatility about 30 days out, annual fraction. */
  skew25Fraction?: number;
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

export type WantedKind =
  | 'funding'
  | 'open-interest'
  | 'market'
  | 'depth'
  | 'position'
  | 'positioning'
  | 'margin-tiers'
  | 'liquidation'
  | 'options'
  | 'history';

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

/** What the board keeps the newest of, by instrument. */
export function isInstrumentFigure(observation: Observation): observation is InstrumentFigures {
  const { kind } = observation;
  return kind === 'funding' || kind === 'open-interest' || kind === 'market' || kind === 'depth';
}

export type Observation =
  | InstrumentFigures
  | BorrowPosition
  | PositioningObservation
  | MarginTiersObservation
  | LiquidationObservation
  | OptionsObservation;

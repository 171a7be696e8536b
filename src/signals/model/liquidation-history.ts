import type { AssetId, SourceId } from './ids.ts';
import type { LiquidationObservation } from './observations.ts';

/** Whose positions were closed: longs by selling, shorts by buying. */
export type ClosedSide = LiquidationObservation['side'];

/** How much of what happened a feed tells. */
export type Completeness = LiquidationObservation['completeness'];

/** Positions of one side force-closed on one asset at one venue within one minute. */
export interface LiquidationMinute {
  asset: AssetId;
  source: SourceId;
  /** Start of the minute, epoch ms. */
  minuteAt: number;
  side: ClosedSide;
  usd: number;
  count: number;
  /** `lower-bound` where any of it came from a feed that leaves some out. */
  completeness: Completeness;
}

/** The same within one hour. */
export interface LiquidationHour extends Omit<LiquidationMinute, 'minuteAt'> {
  /** Start of the hour, epoch ms. */
  hourAt: number;
}

/**
 * Minutes of an hour in which a venue's feed was up: without them an hour without liquidations looks
 * like an hour in which nobody listened.
 */
export interface ListenedHour {
  source: SourceId;
  /** Start of the hour, epoch ms. */
  hourAt: number;
  /** 1-60. */
  minutes: number;
  /** Start of the last of them, epoch ms. */
  lastMinuteAt: number;
  completeness: Completeness;
}

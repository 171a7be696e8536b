import type { AssetId, SourceId } from './ids.ts';

/** One hour of one instrument. Prices per single coin in USD. Absent figures are absent keys. */
export interface InstrumentHour {
  source: SourceId;
  instrument: string;
  asset: AssetId;
  /** Epoch ms of the hour's start (a multiple of 3,600,000). */
  hourAt: number;
  closePriceUsd?: number;
  highPriceUsd?: number;
  lowPriceUsd?: number;
  /** Coins, one-sided, at the end of the hour. */
  openInterestBase?: number;
  /** Simple annual rate in force at the end of the hour. */
  fundingAnnualFraction?: number;
  /** Traded within the hour. */
  volumeUsd?: number;
}

/** One hour of one asset over all its venues, oldest first in arrays. */
export interface AssetHour {
  hourAt: number;
  closePriceUsd: number;
  highPriceUsd: number;
  lowPriceUsd: number;
  /** Sum over venues that had it; undefined where no venue did. */
  openInterestBase?: number;
  /** Weighted by open interest. */
  fundingAnnualFraction?: number;
  volumeUsd?: number;
}

/** One minute of one asset, as the tick saw it. */
export interface AssetMinute {
  asset: AssetId;
  at: number;
  priceUsd: number;
  openInterestUsd?: number;
  fundingAnnualFraction?: number;
  /** Resting USD within 1 % of mid, all venues read. */
  bidDepth1pctUsd?: number;
  askDepth1pctUsd?: number;
  /** Best ask less best bid over mid, mean over the fresh books weighted by open interest. */
  spreadFraction?: number;
  /** The combined score of each side, 0-100, where there was one. */
  scoreDown?: number;
  scoreUp?: number;
}

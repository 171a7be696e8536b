import type { AssetId, SourceId } from '../model/ids.ts';
import type { DepthLevel, GapReason } from '../model/observations.ts';
import type { Coverage } from '../model/reading.ts';

/** A source the program is configured to read. */
export interface ExpectedSource {
  id: SourceId;
  kind: 'exchange' | 'lending';
  /** Period of its main fetch. */
  periodSeconds: number;
  /** Each market's open interest is read at least once in so many fetches; absent: in every one. */
  interestEveryFetches?: number;
  /** Gone for so long that it left the expected set, with its carried values. */
  retired: boolean;
}

/** How old a figure is, and whether that counts as fresh. */
export interface Age {
  /** Epoch ms. */
  observedAt: number;
  ageMs: number;
  fresh: boolean;
}

export interface VenueFigures extends Age {
  source: SourceId;
  /** Coins, one-sided; kept at its last value when the venue is silent. 0: none was ever seen. */
  openInterestBase: number;
  /** The same at the asset's present price. */
  openInterestUsd: number;
  /** The part of it in instruments that are fresh: `fresh` is true only when all of them are. */
  freshInterestUsd: number;
}

export interface FundingFigure {
  source: SourceId;
  instrument: string;
  /** Simple annual rate, paid by longs to shorts. */
  annualFraction: number;
  /** Weight: open interest in coins. */
  openInterestBase: number;
  /** How long it has been out of date: age beyond the time it counts as fresh, 0 when fresh, ms. */
  overdueMs: number;
}

export interface DepthFigure extends Age {
  source: SourceId;
  instrument: string;
  /** Ascending by distance. */
  levels: readonly DepthLevel[];
}

export interface LendingFigure extends Age {
  source: SourceId;
  /** Collateral and debt legs of the asset in the positions last read, USD. */
  exposureUsd: number;
}

export interface QuarantinedMark {
  source: SourceId;
  instrument: string;
  markPriceUsd: number;
}

/** Everything known about one asset at one time, with its age. Silent venues are still in it. */
export interface AssetView {
  asset: AssetId;
  /** Epoch ms. */
  at: number;
  /** Median of the marks weighted by open interest; the last known one when none is fresh. */
  price?: Age & { usd: number };
  /** Sum over venues, silent ones included. */
  openInterestBase: number;
  openInterestUsd: number;
  /** Sum over venues, silent ones at their last figure; absent when no venue ever gave it. */
  volume24hUsd?: number;
  venues: readonly VenueFigures[];
  funding: readonly FundingFigure[];
  depth: readonly DepthFigure[];
  lending: readonly LendingFigure[];
  /** Marks too far from the other venues' to be used. */
  quarantined: readonly QuarantinedMark[];
  coverage: Coverage;
}

export type SourceState = 'fresh' | 'late' | 'missing' | 'retired';

/** For status pages and outage notices. */
export interface SourceView {
  source: SourceId;
  kind: ExpectedSource['kind'];
  /** `late`: older than its time to live; `missing`: nothing was ever seen of it. */
  state: SourceState;
  /** Its newest figure is within its time to live, also while `retired`: so it comes back. */
  fresh: boolean;
  /** Epoch ms of its newest figure. */
  lastSeenAt?: number;
  /** Why it is not fresh, where its last batch says so. */
  reason?: GapReason;
  /** The same in words, log-safe, for people. */
  detail?: string;
}

export interface MarketView {
  at: number;
  assets: ReadonlyMap<AssetId, AssetView>;
  /** Prices of all assets that have one: for re-pricing lending positions. */
  pricesUsd: ReadonlyMap<AssetId, number>;
  sources: readonly SourceView[];
}

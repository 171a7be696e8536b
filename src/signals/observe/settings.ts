/** When a figure is too old to count as fresh, and which marks are believed. */
export interface ObserveSettings {
  /** A figure is fresh for this many periods of its source (one lost fetch is no outage). */
  ttlPeriods: number;
  /** Least time funding, open interest and marks stay fresh, ms. */
  minMarketTtlMs: number;
  /** Least time order books stay fresh, ms. */
  minDepthTtlMs: number;
  /** Least time lending positions stay fresh, ms. */
  minPositionTtlMs: number;
  /** Period of the order-book job, seconds. */
  depthPeriodSeconds: number;
  /** An instrument the venue no longer lists keeps its last figures this long, ms. */
  retireAfterMs: number;
  /** A mark further than this from the median of the venues is not used, as a fraction. */
  outlierFraction: number;
  /** Least number of venues with a mark before one can be called an outlier. */
  outlierMinVenues: number;
  /** How long the last mark of a silent venue still helps to tell which marks are outliers, ms. */
  witnessMs: number;
}

export const DEFAULT_OBSERVE_SETTINGS: ObserveSettings = {
  ttlPeriods: 3,
  minMarketTtlMs: 180_000,
  minDepthTtlMs: 300_000,
  minPositionTtlMs: 900_000,
  depthPeriodSeconds: 60,
  retireAfterMs: 24 * 3_600_000,
  outlierFraction: 0.05,
  outlierMinVenues: 3,
  witnessMs: 3_600_000,
};

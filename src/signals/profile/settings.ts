/** One leverage at which contracts are assumed to be open, and how common it is. */
export interface LeverageTier {
  /** Notional over margin at entry, e.g. 20. */
  leverage: number;
  /** Share of long notional opened at it; the shares of all tiers sum to 1. */
  longShareFraction: number;
  /** Share of unhedged short notional opened at it; the shares of all tiers sum to 1. */
  shortShareFraction: number;
  /** Maintenance margin over notional; below 1 / leverage. */
  maintenanceFraction: number;
}

/** Everything assumed about perpetuals, whose leverage no venue publishes. */
export interface ProfileSettings {
  /** Share of open contracts closed voluntarily per day and replaced by new entries, 0-1. */
  churnPerDayFraction: number;
  /** Leverages at which contracts are assumed to be open, and how common each is. */
  tiers: readonly LeverageTier[];
  /** Share of shorts held against spot (basis trades): no trigger within range, 0-1. */
  hedgedShortFraction: number;
  /** Estimated notional times this is the point estimate of what is force-sold. */
  levelFactor: number;
  /** Low end of the interval around the point estimate, as a multiple of it. */
  levelLowFactor: number;
  /** High end of it. */
  levelHighFactor: number;
  /** Low end of the interval when entries are unknown and all are put at the present price. */
  fallbackLowFactor: number;
  /** High end of it. */
  fallbackHighFactor: number;
  /** Width of a price cell of the entry map in log price. */
  cellLogStep: number;
  /** The map ignores entries further than this log distance from the last close. */
  rangeLog: number;
  /** Usable hours of history below which there is no entry map. */
  minHistoryHours: number;
  /** Triggers further than this log distance are left out. */
  maxDistanceLog: number;
  /** Units per side given to the cascade. */
  maxUnitsPerSide: number;
}

/**
 * Churn, mix, level and the maintenance of 50x and 100x are those of the study on 2019-2024
 * history (docs/risk-model); the x0.2 level and its interval await calibration against realised
 * liquidations. Assumed, not measured: the maintenance of lower leverages (larger accounts sit in
 * higher margin tiers) and the hedged share. The low end of the fallback interval reflects that
 * entries all at the present price overstate what is near about tenfold.
 */
export const DEFAULT_PROFILE_SETTINGS: ProfileSettings = {
  churnPerDayFraction: 0.35,
  tiers: [
    tier(3, 0.1, 0.02),
    tier(5, 0.15, 0.015),
    tier(10, 0.25, 0.01),
    tier(20, 0.25, 0.0065),
    tier(50, 0.15, 0.005),
    tier(100, 0.1, 0.004),
  ],
  hedgedShortFraction: 0.3,
  levelFactor: 0.2,
  levelLowFactor: 0.5,
  levelHighFactor: 2,
  fallbackLowFactor: 0.1,
  fallbackHighFactor: 4,
  cellLogStep: 0.0025,
  rangeLog: 1.2,
  minHistoryHours: 72,
  maxDistanceLog: Math.LN2,
  maxUnitsPerSide: 300,
};

/** The same share for longs and shorts: nothing measured tells them apart yet. */
function tier(leverage: number, shareFraction: number, maintenanceFraction: number): LeverageTier {
  return {
    leverage,
    longShareFraction: shareFraction,
    shortShareFraction: shareFraction,
    maintenanceFraction,
  };
}

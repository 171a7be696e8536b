/**
 * Every constant of the score. Nothing here has been calibrated yet: the values are chosen so that a
 * typical day of any asset reads 35 in both parts, and every reading is marked as uncalibrated.
 */
export interface ScoreSettings {
  /** What both parts read on a typical day, points of 100. */
  typicalPoints: number;
  /** Likelihood: points for each doubling of the odds of a large move. */
  pointsPerDoubling: number;
  /** Likelihood: log2 odds per unit of each feature, all >= 0. */
  weights: {
    /** Per doubling of the 24 h volatility over its median. */
    volatility: number;
    /** Per robust standard deviation of funding, signed for the side. */
    funding: number;
    /** Per robust standard deviation of ln(open interest / daily volume). */
    openInterest: number;
  };
  /** Features are clipped to +- this (robust standard deviations, or doublings). */
  featureLimit: number;
  /** A feature without history counts as its risky quartile, in the same units. */
  missingFeature: number;
  /** Trailing window of all statistics, days. */
  windowDays: number;
  /** Spacing of the samples the statistics are made from, hours. */
  sampleEveryHours: number;
  /** Fewer past samples than this: the feature has no history. */
  minSamples: number;
  /** Weight of the rate in force beside the 7-day mean of funding, 0-1. */
  presentFundingWeight: number;
  /** Least robust standard deviation of 7-day funding, simple annual fraction. */
  minFundingScaleAnnual: number;
  /** Least robust standard deviation of ln(open interest / volume) and of log2 volatility. */
  minLogScale: number;
  /** Overdue funding is pushed to the risky side by this per square root of an hour, annual fraction. */
  fundingDriftAnnualPerSqrtHour: number;
  /** Share of the resting orders that are believed to be there when needed, 0-1. */
  depthHaircut: number;
  /** Distance from mid within which resting orders are measured, fraction. */
  depthDistanceFraction: number;
  /** What is left of the resting orders in the stressed case, 0-1. */
  stressedDepthShare: number;
  /** Latent liquidity: Y of I(Q) = Y sigma sqrt(Q / V), no unit. */
  impactY: number;
  /** Latent liquidity: length of a cascade over one day, no unit (10 min / 1 day). */
  cascadeDayShare: number;
  /** Kappa is at least this move, fraction ... */
  minKappaFraction: number;
  /** ... and at least this many 24 h volatilities. */
  kappaSigmas: number;
  /** Volatility is taken to be at least this, 24 h log return. */
  minSigma24h: number;
  /** Fragility: most points of each component; they sum to 100. */
  fragility: {
    reachPoints: number;
    /** Forced over absorbed volume at which reach gives half of its points. */
    reachHalfRatio: number;
    shockPoints: number;
    /** Critical shock in 24 h volatilities at which it gives half of its points. */
    shockHalfSigmas: number;
    amplificationPoints: number;
    pastPoints: number;
    /** Values of each component, 0-1, on a typical day. */
    typical: { reach: number; shock: number; amplification: number; past: number };
    /** Rank in its own past assumed while there is no past, 0-1. */
    missingRank: number;
  };
  /** Least score of each level, points of 100. */
  levels: { elevated: number; high: number; critical: number };
  /** What an asset needs before it can alert. */
  eligibility: {
    /** Venues it is traded on. */
    minVenues: number;
    /** Over all venues, USD. */
    minOpenInterestUsd: number;
    /** Hours of price history. */
    minHistoryHours: number;
  };
  /** With fewer venues than this no level above `high` is given. */
  minVenuesForCritical: number;
  /** Hours of history without which nothing is scored. */
  minReadyHours: number;
}

export const DEFAULT_SCORE_SETTINGS: ScoreSettings = {
  typicalPoints: 35,
  pointsPerDoubling: 15,
  weights: { volatility: 1.5, funding: 0.5, openInterest: 0.35 },
  featureLimit: 3,
  missingFeature: 0.67,
  windowDays: 180,
  sampleEveryHours: 6,
  minSamples: 28,
  presentFundingWeight: 1 / 7,
  minFundingScaleAnnual: 0.05,
  minLogScale: 0.2,
  fundingDriftAnnualPerSqrtHour: 0.05,
  depthHaircut: 0.5,
  depthDistanceFraction: 0.01,
  stressedDepthShare: 0.1,
  impactY: 0.7,
  cascadeDayShare: 10 / 1440,
  minKappaFraction: 0.01,
  kappaSigmas: 0.5,
  minSigma24h: 0.002,
  fragility: {
    reachPoints: 40,
    reachHalfRatio: 1,
    shockPoints: 20,
    shockHalfSigmas: 0.5,
    amplificationPoints: 10,
    pastPoints: 30,
    typical: { reach: 0.3125, shock: 0.3, amplification: 0.15, past: 0.5 },
    missingRank: 0.75,
  },
  levels: { elevated: 50, high: 65, critical: 80 },
  eligibility: { minVenues: 2, minOpenInterestUsd: 20_000_000, minHistoryHours: 168 },
  minVenuesForCritical: 2,
  minReadyHours: 24,
};

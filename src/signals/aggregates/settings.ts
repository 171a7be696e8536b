/** Windows and least scales of the aggregates. */
export const AGGREGATES = {
  /** Trailing window of the scores made from hours, days. */
  windowDays: 180,
  /** Spacing of their samples, hours. */
  sampleEveryHours: 6,
  /** Fewer past samples than this: no score. A week at six hours. */
  minSamples: 28,
  /** Trailing window of order books and spreads: minutes are kept no longer, hours. */
  bookWindowHours: 48,
  /** Spacing of their samples, minutes. */
  sampleEveryMinutes: 10,
  /** Half a day of them. */
  minBookSamples: 72,
  /** Half-life of the volatility of funding, hours. */
  fundingHalfLifeHours: 72,
  /** Least robust standard deviations, each in its figure's unit. */
  minScale: {
    /** Simple annual fraction. */
    fundingAnnual: 0.02,
    dispersionAnnual: 0.01,
    fundingVolatility: 0.01,
    /** Of natural logarithms: a figure that never changes by less than 5 % is no surprise. */
    log: 0.05,
  },
} as const;

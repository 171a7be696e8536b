/** Interest rate per 8 hours that venues add. */
const INTEREST_8H = 0.0001;
const CLAMP_8H = 0.0005;
/** Highest rate per 8 hours. */
const CAP_8H = 0.02;

/**
 * The funding rate per interval from the average premium of the perpetual over its index, as
 * Binance, Bybit and Hyperliquid publish the formula: F = P + clamp(I - P, -0.05 %, +0.05 %) per 8
 * hours, shared out over the interval. Small premiums give exactly the interest rate.
 */
export function fundingRate(averagePremiumFraction: number, intervalHours: number): number {
  const towardsInterest = INTEREST_8H - averagePremiumFraction;
  const rate8h = averagePremiumFraction + Math.min(CLAMP_8H, Math.max(-CLAMP_8H, towardsInterest));
  return (Math.min(CAP_8H, Math.max(-CAP_8H, rate8h)) * intervalHours) / 8;
}

/** The next settlement after `at`: venues settle at whole multiples of the interval since 00:00 UTC. */
export function nextFundingAt(at: number, intervalHours: number): number {
  const intervalMs = intervalHours * 3_600_000;
  return (Math.floor(at / intervalMs) + 1) * intervalMs;
}

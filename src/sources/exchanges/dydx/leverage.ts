/** What decides the margin a new position needs; fractions of notional, caps in USD. */
export interface MarginFigures {
  initialMarginFraction: number;
  /** Up to this open interest, over the market, the initial margin is as published. */
  openInterestLowerCap: number;
  /** From this one on it is the whole notional. */
  openInterestUpperCap: number;
  openInterestUsd: number;
}

/**
 * Highest leverage for a new position now. dYdX raises the initial margin with the market's open
 * interest, in a straight line from the published fraction at the lower cap to 1 at the upper one;
 * both caps 0: it does not. The maintenance margin stays as it is, so that open positions are not
 * liquidated by it.
 */
export function leverageOf(figures: MarginFigures): number {
  const { initialMarginFraction, openInterestUsd } = figures;
  const { openInterestLowerCap: lower, openInterestUpperCap: upper } = figures;
  if (upper <= lower) return 1 / initialMarginFraction;
  const share = Math.min(1, Math.max(0, (openInterestUsd - lower) / (upper - lower)));
  return 1 / (initialMarginFraction + share * (1 - initialMarginFraction));
}

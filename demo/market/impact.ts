/**
 * The finite book. Liquidity met while the price is pushed by a log distance d is
 * A(d) = depth d + latent d^2 (USD): resting orders plus what arrives because of the move.
 */
export interface Liquidity {
  /** Resting orders, USD per unit of log distance. */
  depthUsdPerUnit: number;
  /** Arriving orders, USD per unit of log distance squared. */
  latentUsdPerUnit2: number;
}

/** A(d), USD. */
export function liquidityWithin(distance: number, liquidity: Liquidity): number {
  return liquidity.depthUsdPerUnit * distance + liquidity.latentUsdPerUnit2 * distance * distance;
}

/** The inverse of A: log distance that `usd` of one-sided market orders push the price. */
export function distanceFor(usd: number, liquidity: Liquidity): number {
  const { depthUsdPerUnit: depth, latentUsdPerUnit2: latent } = liquidity;
  return (2 * usd) / (depth + Math.sqrt(depth * depth + 4 * latent * usd));
}

/**
 * Pushes a displacement that earlier forced orders left (log units, negative below the undisturbed
 * price) by a new forced flow (USD, negative for sales). Volume counts cumulatively: two sales in a
 * row move as far as one of the same total.
 */
export function displace(displacement: number, flowUsd: number, liquidity: Liquidity): number {
  const before = Math.sign(displacement) * liquidityWithin(Math.abs(displacement), liquidity);
  const total = before + flowUsd;
  return Math.sign(total) * distanceFor(Math.abs(total), liquidity);
}

/**
 * How far a forced volume moves the price. Liquidity supplied while the price moves by `delta` is
 * A(delta) = d * delta + v * delta^2: resting orders (d, linear) plus orders that only appear as the
 * price moves (v, latent). Impact is its inverse, I = A^-1: linear for small volumes, square-root
 * for large ones (Bucci, Benzaquen, Lillo, Bouchaud, arXiv:1811.05230; Donier, Bonart,
 * arXiv:1412.4503). It is a function of the cumulative volume: summed order by order, a concave
 * impact would depend on how the volume happens to be cut.
 */
import type { ImpactParams } from '../model/reading.ts';

/** Below this a squared depth has lost digits to the bottom of the number range. */
const SMALLEST_SAFE_SQUARE = 1e-280;

/**
 * Is there any liquidity to measure against? Without resting and latent liquidity an asset cannot
 * be scored, which is not the same as being safe.
 */
export function isScorable(params: ImpactParams): boolean {
  const { depthUsdPerUnit, latentUsdPerUnit2 } = params;
  return (
    Number.isFinite(depthUsdPerUnit) &&
    Number.isFinite(latentUsdPerUnit2) &&
    depthUsdPerUnit >= 0 &&
    latentUsdPerUnit2 >= 0 &&
    depthUsdPerUnit + latentUsdPerUnit2 > 0
  );
}

/** A: USD that trade while the price moves by `distance` (log-price units, >= 0). */
export function absorbableUsd(params: ImpactParams, distance: number): number {
  return (params.depthUsdPerUnit + params.latentUsdPerUnit2 * distance) * distance;
}

/**
 * I: log-price move of `usd` (cumulative forced volume, >= 0). `depthUsdPerUnit` is after any
 * haircut. 0 for no volume; Infinity for some volume against no liquidity at all.
 *
 * Written as 2q / (d + sqrt(d^2 + 4vq)): the textbook root (-d + sqrt(...)) / 2v cancels for small
 * volumes and divides by 0 for v = 0.
 */
export function impactDistance(params: ImpactParams, usd: number): number {
  if (usd <= 0) return 0;
  const halfDepth = 0.5 * params.depthUsdPerUnit;
  const square = halfDepth * halfDepth + params.latentUsdPerUnit2 * usd;
  const root =
    square > SMALLEST_SAFE_SQUARE && square < Number.POSITIVE_INFINITY
      ? Math.sqrt(square)
      : Math.hypot(halfDepth, Math.sqrt(params.latentUsdPerUnit2) * Math.sqrt(usd));
  return usd / (halfDepth + root);
}

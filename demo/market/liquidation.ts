/**
 * Maintenance margin of a position opened with this leverage, as a fraction of its value. Venues set
 * it to half the initial margin of the size tier, and nobody can open at more than the tier's own
 * leverage: a position at 10x typically sits in a tier that allows 20x, hence 2.5 %.
 * (Hyperliquid: 1 / (2 x max leverage) of the asset.)
 */
export function maintenanceFraction(leverage: number, venueMaxLeverage: number): number {
  return 0.5 / Math.min(venueMaxLeverage, 2 * leverage);
}

/**
 * Mark price at which an isolated position's equity equals its maintenance margin.
 *
 * Linear: long e(1 - 1/l)/(1 - m), short e(1 + 1/l)/(1 + m).
 * Inverse (margined in the coin): long e l(1 + m)/(l + 1), short e l(1 - m)/(l - 1).
 * A short at 1x in its own coin can never be liquidated: Infinity.
 */
export function triggerPrice(
  side: 'long' | 'short',
  entryPriceUsd: number,
  leverage: number,
  maintenance: number,
  inverse: boolean,
): number {
  if (inverse) {
    if (side === 'long') return (entryPriceUsd * leverage * (1 + maintenance)) / (leverage + 1);
    return leverage <= 1
      ? Number.POSITIVE_INFINITY
      : (entryPriceUsd * leverage * (1 - maintenance)) / (leverage - 1);
  }
  return side === 'long'
    ? (entryPriceUsd * (1 - 1 / leverage)) / (1 - maintenance)
    : (entryPriceUsd * (1 + 1 / leverage)) / (1 + maintenance);
}

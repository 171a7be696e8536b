const HOURS_PER_YEAR = 8760;

/** Simple annual rate of a funding rate: rate x 8760 / interval. */
export function annualFraction(rateFraction: number, intervalHours: number): number {
  return (rateFraction * HOURS_PER_YEAR) / intervalHours;
}

/** One expiry's figure: an annual volatility and the time it runs for. */
export interface TermPoint {
  years: number;
  volatilityFraction: number;
}

/**
 * Volatility to a horizon (years): total variance v^2 T is interpolated straight between the expiry
 * just before and the one just after. Undefined where no expiry lies on one of the two sides.
 */
export function volatilityToHorizon(
  points: readonly TermPoint[],
  horizonYears: number,
): number | undefined {
  const sorted = points.toSorted((a, b) => a.years - b.years);
  const before = sorted.findLast(({ years }) => years <= horizonYears);
  const after = sorted.find(({ years }) => years >= horizonYears);
  if (before === undefined || after === undefined) return undefined;
  const span = after.years - before.years;
  if (span === 0) return after.volatilityFraction;
  const share = (horizonYears - before.years) / span;
  const variance = (1 - share) * totalVariance(before) + share * totalVariance(after);
  return Math.sqrt(variance / horizonYears);
}

function totalVariance({ volatilityFraction, years }: TermPoint): number {
  return volatilityFraction * volatilityFraction * years;
}

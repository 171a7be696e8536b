/** Mean and standard deviation weighted by `weight`; equal weights when all are 0. */
export interface WeightedStats {
  mean: number;
  deviation: number;
}

/** Undefined without any finite value. Population standard deviation: the venues are all there are. */
export function weightedStats(
  values: readonly { value: number; weight: number }[],
): WeightedStats | undefined {
  const known = values.filter(({ value }) => Number.isFinite(value));
  if (known.length === 0) return undefined;
  const total = known.reduce((sum, { weight }) => sum + Math.max(0, weight), 0);
  const shareOf = (weight: number) => (total > 0 ? Math.max(0, weight) / total : 1 / known.length);
  const mean = known.reduce((sum, { value, weight }) => sum + shareOf(weight) * value, 0);
  const variance = known.reduce(
    (sum, { value, weight }) => sum + shareOf(weight) * (value - mean) ** 2,
    0,
  );
  return { mean, deviation: Math.sqrt(variance) };
}

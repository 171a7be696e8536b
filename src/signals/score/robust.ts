/** Median and spread of a sample, insensitive to a few wild values. */
export interface RobustStats {
  median: number;
  /** 1.4826 x the median absolute deviation: a standard deviation for normal data. */
  scale: number;
  samples: number;
}

/** Makes the median absolute deviation of normal data its standard deviation. */
const MAD_TO_SIGMA = 1.4826;

/** Undefined with fewer than `minSamples` finite values. */
export function robustStats(
  values: readonly number[],
  minSamples: number,
  minScale: number,
): RobustStats | undefined {
  const finite = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (finite.length === 0 || finite.length < minSamples) return undefined;
  const median = quantile(finite, 0.5);
  const deviations = finite.map((value) => Math.abs(value - median)).sort((a, b) => a - b);
  const scale = Math.max(minScale, MAD_TO_SIGMA * quantile(deviations, 0.5));
  return { median, scale, samples: finite.length };
}

/** Linear between order statistics; `sorted` ascending and not empty, `q` 0-1. */
export function quantile(sorted: readonly number[], q: number): number {
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (position - below);
}

/** Share of `sorted` (ascending) below `value`, ties counted half, 0-1. */
export function rankOf(sorted: readonly number[], value: number): number {
  return (countBelow(sorted, value, false) + countBelow(sorted, value, true)) / 2 / sorted.length;
}

function countBelow(sorted: readonly number[], value: number, withEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const own = sorted[middle] ?? Number.POSITIVE_INFINITY;
    if (own < value || (withEqual && own === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function clip(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

import { clip, robustStats } from '../score/robust.ts';

/** Where a figure stands in its own past. */
export interface PastScore {
  /**
   * (value - median) / (1.4826 x median absolute deviation) of the past samples, clipped to +-3.
   * Absent with fewer than `needed` samples.
   */
  z?: number;
  /** Median of the past samples; absent as `z` is. */
  median?: number;
  /** Past samples there are. */
  samples: number;
  /** Samples it takes. */
  needed: number;
}

export interface PastSettings {
  /** Least past samples of a score. */
  minSamples: number;
  /** Least robust standard deviation, in the figure's unit: a past without any change has none. */
  minScale: number;
}

/** Standard deviations beyond which one is as good as another. */
const MOST_Z = 3;

/** `past` must not hold the present value, nor anything later. */
export function pastScore(
  value: number,
  past: readonly number[],
  { minSamples, minScale }: PastSettings,
): PastScore {
  const samples = past.filter(Number.isFinite).length;
  const stats = robustStats(past, minSamples, minScale);
  if (stats === undefined || !Number.isFinite(value)) return { samples, needed: minSamples };
  const z = clip((value - stats.median) / stats.scale, -MOST_Z, MOST_Z);
  return { z, median: stats.median, samples, needed: minSamples };
}

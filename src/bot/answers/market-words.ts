import { formatPercent } from '../../alerts/format.ts';
import type { PastScore } from '../../signals/aggregates/past-score.ts';

/** A change with its sign: `+3.1 %`, `-0.4 %`. */
export function formatChange(fraction: number): string {
  const text = formatPercent(fraction);
  return fraction > 0 && !text.startsWith('0.0 ') ? `+${text}` : text;
}

/** A simple annual rate, without needless digits where it is huge: `10.9 %`, `1263 %`. */
export function formatAnnual(fraction: number): string {
  return formatPercent(fraction, Math.abs(fraction) < 9.995 ? 1 : 0);
}

/** A rate per funding interval: `0.0100 %`. */
export function formatRate(fraction: number): string {
  return formatPercent(fraction, 4);
}

/** Robust standard deviations from the median: `z +2.1`. */
export function formatZ(z: number): string {
  const text = z.toFixed(1);
  if (Number(text) === 0) return 'z 0.0';
  return `z ${z > 0 ? '+' : ''}${text}`;
}

/** A ratio: `0.42x`, `12x`. */
export function formatRatio(ratio: number): string {
  if (!Number.isFinite(ratio)) return 'unknown';
  return `${ratio.toFixed(ratio < 10 ? 2 : 0)}x`;
}

/**
 * Where a figure stands in its own past: `median of 180 d 8.1 %, z +2.1`, by as much of the past as
 * there is; with too few samples how many there are. `sampleHours`: from one sample to the next.
 */
export function pastText(
  { z, median, samples, needed }: PastScore,
  sampleHours: number,
  format: (median: number) => string,
): string {
  if (z === undefined || median === undefined) {
    return `${samples} of ${needed} samples for a comparison`;
  }
  const hours = samples * sampleHours;
  const span = hours > 48 ? `${Math.round(hours / 24)} d` : `${Math.round(hours)} h`;
  return `median of ${span} ${format(median)}, ${formatZ(z)}`;
}

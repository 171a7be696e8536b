import type { LiquidationMinute } from '../model/liquidation-history.ts';
import type { LiquidationObservation } from '../model/observations.ts';

const MINUTE_MS = 60_000;

/**
 * Sums of single closings by asset, venue, minute and side, in the order first met. The same closing
 * must not be given twice. Without a usable size it is left out.
 */
export function sumMinutes(closings: readonly LiquidationObservation[]): LiquidationMinute[] {
  const sums = new Map<string, LiquidationMinute>();
  for (const { asset, source, side, sizeUsd, observedAt, completeness } of closings) {
    if (!(sizeUsd > 0) || !Number.isFinite(sizeUsd) || !Number.isFinite(observedAt)) continue;
    const minuteAt = Math.floor(observedAt / MINUTE_MS) * MINUTE_MS;
    const key = JSON.stringify([asset, source, minuteAt, side]);
    const known = sums.get(key);
    if (known === undefined) {
      sums.set(key, { asset, source, minuteAt, side, usd: sizeUsd, count: 1, completeness });
      continue;
    }
    known.usd += sizeUsd;
    known.count += 1;
    if (completeness === 'lower-bound') known.completeness = completeness;
  }
  return [...sums.values()];
}

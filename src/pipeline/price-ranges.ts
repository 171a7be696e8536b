import type { AssetId } from '../signals/model/ids.ts';

const HOUR_MS = 3_600_000;

export interface PriceRange {
  low: number;
  high: number;
}

export interface PriceRanges {
  add(asset: AssetId, at: number, priceUsd: number): void;
  /** Extremes seen from `since` (start of an hour, epoch ms) on; undefined when none was. */
  since(asset: AssetId, since: number): PriceRange | undefined;
}

/**
 * Extremes of the running and the previous hour: a baseline ends with the last complete hour, and is
 * rebuilt some minutes into the next, so levels touched in between are known from here.
 */
export function createPriceRanges(): PriceRanges {
  const ranges = new Map<AssetId, Map<number, PriceRange>>();
  return {
    add(asset, at, priceUsd) {
      const hourAt = Math.floor(at / HOUR_MS) * HOUR_MS;
      const hours = ranges.get(asset) ?? new Map<number, PriceRange>();
      ranges.set(asset, hours);
      const range = hours.get(hourAt);
      if (range === undefined) {
        hours.set(hourAt, { low: priceUsd, high: priceUsd });
        for (const old of hours.keys()) if (old < hourAt - HOUR_MS) hours.delete(old);
      } else {
        range.low = Math.min(range.low, priceUsd);
        range.high = Math.max(range.high, priceUsd);
      }
    },
    since(asset, since) {
      let merged: PriceRange | undefined;
      for (const [hourAt, { low, high }] of ranges.get(asset) ?? []) {
        if (hourAt < since) continue;
        merged =
          merged === undefined
            ? { low, high }
            : { low: Math.min(merged.low, low), high: Math.max(merged.high, high) };
      }
      return merged;
    },
  };
}

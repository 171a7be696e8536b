import type { AssetHour } from '../../../../src/signals/model/history.ts';

export const HOUR_MS = 3_600_000;

/** Consecutive hours at one price each (low = high = close), volume 1 USD. */
export function flatHours(closes: number[], volumeUsd = 1): AssetHour[] {
  return closes.map((price, index) => makeHour(index, price, price, price, volumeUsd));
}

export function makeHour(
  index: number,
  low: number,
  high: number,
  close: number,
  volumeUsd?: number,
): AssetHour {
  return {
    hourAt: index * HOUR_MS,
    lowPriceUsd: low,
    highPriceUsd: high,
    closePriceUsd: close,
    ...(volumeUsd === undefined ? {} : { volumeUsd }),
  };
}

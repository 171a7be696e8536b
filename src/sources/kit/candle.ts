import type { HourTable } from './history.ts';

/** One hour's candle in the venue's price unit. */
export interface Candle {
  startAt: number;
  high: number;
  low: number;
  close: number;
  volumeUsd: number;
}

/** False for a candle that contradicts itself: it is dropped, not repaired. */
export function isSaneCandle(candle: Candle): boolean {
  return candle.low <= candle.close && candle.close <= candle.high;
}

/** Writes a candle, with prices per single coin (`multiplier` coins in one venue unit). */
export function addCandle(table: HourTable, candle: Candle, multiplier: number): void {
  table.add(candle.startAt, {
    closePriceUsd: candle.close / multiplier,
    highPriceUsd: candle.high / multiplier,
    lowPriceUsd: candle.low / multiplier,
    volumeUsd: candle.volumeUsd,
  });
}

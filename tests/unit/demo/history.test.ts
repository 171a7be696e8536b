import { describe, expect, it } from 'vitest';
import {
  type HourHistory,
  type MinuteRow,
  recordHour,
  recordMinute,
  rollingDayVolume,
} from '../../../demo/market/history.ts';

const HOUR_MS = 3_600_000;
const FIGURES = { openInterest: 10, fundingRate: 0.0001, markPriceUsd: 100 };

describe('history', () => {
  it('puts a step that ends on the hour into the hour that ends there', () => {
    const history: HourHistory = [];
    recordHour(history, HOUR_MS, [100, 101], { ...FIGURES, volumeUsd: 5 });
    recordHour(history, HOUR_MS + 1, [101, 99, 100], { ...FIGURES, volumeUsd: 7 });
    expect(history.map((row) => row.hourAt)).toEqual([0, HOUR_MS]);
    expect(history[1]).toMatchObject({ openUsd: 101, highUsd: 101, lowUsd: 99, closeUsd: 100 });
  });

  it('widens the range, adds volume and keeps the latest figures within an hour', () => {
    const history: HourHistory = [];
    recordHour(history, 1000, [100, 103], { ...FIGURES, volumeUsd: 5 });
    recordHour(history, 2000, [103, 98], { ...FIGURES, openInterest: 12, volumeUsd: 7 });
    expect(history).toEqual([
      {
        hourAt: 0,
        openUsd: 100,
        highUsd: 103,
        lowUsd: 98,
        closeUsd: 98,
        volumeUsd: 12,
        openInterest: 12,
        fundingRate: 0.0001,
        markPriceUsd: 100,
      },
    ]);
  });

  it('counts the oldest hour of the rolling day in part', () => {
    const history: HourHistory = [];
    for (let hour = 0; hour < 30; hour += 1) {
      recordHour(history, hour * HOUR_MS + 1, [100], { ...FIGURES, volumeUsd: 10 });
    }
    // At 29:30 the window begins at 5:30: half of hour 5, hours 6 to 29 whole.
    expect(rollingDayVolume(history, 29.5 * HOUR_MS)).toBeCloseTo(245, 9);
  });

  it('sums forced orders by minute', () => {
    const minutes: MinuteRow[] = [];
    recordMinute(minutes, 10_000, [100], { sellUsd: 5, buyUsd: 0 });
    recordMinute(minutes, 60_000, [100, 97], { sellUsd: 6, buyUsd: 1 });
    recordMinute(minutes, 70_000, [98], { sellUsd: 1, buyUsd: 0 });
    expect(minutes.map((row) => [row.at, row.forcedSellUsd, row.lowUsd])).toEqual([
      [0, 11, 97],
      [60_000, 1, 98],
    ]);
  });
});

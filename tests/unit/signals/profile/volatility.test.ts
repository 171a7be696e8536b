import { describe, expect, it } from 'vitest';
import { sigma24hNow, sigma24hSeries } from '../../../../src/signals/profile/volatility.ts';
import { flatHours, makeHour } from './make-hours.ts';

/** Prices whose hourly log returns are +r, -r, +r, ... */
const zigzag = (returnLog: number, hours: number) =>
  flatHours(Array.from({ length: hours }, (_, hour) => (hour % 2 ? Math.exp(returnLog) : 1)));

describe('sigma24hSeries', () => {
  it('is sqrt(24) times the hourly move when every hour moves the same, from the first return on', () => {
    const series = sigma24hSeries(zigzag(0.01, 100));
    expect(series[0]).toBeNaN();
    for (const sigma of series.slice(1)) expect(sigma).toBeCloseTo(0.01 * Math.sqrt(24), 12);
  });

  it('weighs 0.6 with a half-life of 24 h and 0.4 with 240 h', () => {
    // 5,000 quiet hours (weights full), then one move of 4 %.
    const hours = [...flatHours(Array.from({ length: 5000 }, () => 1)), makeHour(5000, 1, 2, 1.04)];
    const share = 0.6 * (1 - 0.5 ** (1 / 24)) + 0.4 * (1 - 0.5 ** (1 / 240));
    expect(sigma24hSeries(hours)[5000]).toBeCloseTo(Math.log(1.04) * Math.sqrt(24 * share), 8);
  });

  it('knows nothing of later hours', () => {
    const hours = zigzag(0.01, 50);
    const crash = [...hours, makeHour(50, 0.1, 1, 0.1)];
    expect(sigma24hSeries(crash).slice(0, 50)).toEqual(sigma24hSeries(hours));
  });

  it('spreads a return over the hours that are missing before it', () => {
    const hours = [makeHour(0, 1, 1, 1), makeHour(4, 1, 1, Math.exp(0.02))];
    // Four hours of variance 0.02^2 / 4 each
    expect(sigma24hSeries(hours)[1]).toBeCloseTo(0.01 * Math.sqrt(24), 12);
  });

  it('skips closes that are no prices', () => {
    const hours = zigzag(0.01, 5);
    const spoilt = hours.map((hour, i) => (i === 2 ? { ...hour, closePriceUsd: 0 } : hour));
    const series = sigma24hSeries(spoilt);
    expect(series[2]).toBeNaN();
    expect(series[4]).toBeGreaterThan(0);
  });
});

describe('sigma24hNow', () => {
  const hours = zigzag(0.002, 301);
  const closed = 0.002 * Math.sqrt(24);

  it('is the last of the series without a running price', () => {
    expect(sigma24hNow(hours)).toBeCloseTo(closed, 12);
    expect(sigma24hNow(hours)).toBe(sigma24hSeries(hours).at(-1));
  });

  it('a sudden move inside the running hour counts at once, a quiet one lowers nothing', () => {
    expect(sigma24hNow(hours, 0.92)).toBeGreaterThan(2 * closed);
    expect(sigma24hNow(hours, 1)).toBeCloseTo(closed, 12);
  });

  it('ignores a running price that is none', () => {
    expect(sigma24hNow(hours, 0)).toBeCloseTo(closed, 12);
    expect(sigma24hNow(hours, Number.NaN)).toBeCloseTo(closed, 12);
  });

  it('is unknown without two prices', () => {
    expect(sigma24hNow([])).toBeUndefined();
    expect(sigma24hNow(hours.slice(0, 1))).toBeUndefined();
    expect(sigma24hNow([], 5)).toBeUndefined();
  });
});

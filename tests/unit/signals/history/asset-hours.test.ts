import { describe, expect, it } from 'vitest';
import { assetId } from '../../../../src/signals/assets.ts';
import { joinInstrumentHours } from '../../../../src/signals/history/asset-hours.ts';
import type { InstrumentHour } from '../../../../src/signals/model/history.ts';

const HOUR_MS = 3_600_000;
const BTC = assetId('BTC');

function hour(source: string, index: number, figures: Partial<InstrumentHour>): InstrumentHour {
  return { source, instrument: 'BTC-PERP', asset: BTC, hourAt: index * HOUR_MS, ...figures };
}

describe('joining the hours of several venues', () => {
  it('weights prices by traded volume, so a wick on a thin venue hardly counts', () => {
    const [joined] = joinInstrumentHours([
      hour('a', 0, { closePriceUsd: 100, highPriceUsd: 101, lowPriceUsd: 99, volumeUsd: 99 }),
      hour('b', 0, { closePriceUsd: 100, highPriceUsd: 101, lowPriceUsd: 50, volumeUsd: 1 }),
    ]);
    expect(joined?.lowPriceUsd).toBeCloseTo(98.51, 10);
    expect(joined?.closePriceUsd).toBe(100);
    expect(joined?.volumeUsd).toBe(100);
  });

  it('leaves the price of a broken venue out once three can be compared, but not its contracts', () => {
    const broken = { closePriceUsd: 10, highPriceUsd: 200, lowPriceUsd: 1, openInterestBase: 5 };
    const sound = { closePriceUsd: 100, highPriceUsd: 101, lowPriceUsd: 99, openInterestBase: 5 };
    const [three] = joinInstrumentHours([
      hour('a', 0, { ...sound, volumeUsd: 10 }),
      hour('b', 0, { ...broken, volumeUsd: 90 }),
      hour('c', 0, { ...sound, closePriceUsd: 100.5, volumeUsd: 10 }),
    ]);
    expect(three).toMatchObject({ closePriceUsd: 100.25, highPriceUsd: 101, lowPriceUsd: 99 });
    expect(three).toMatchObject({ openInterestBase: 15, volumeUsd: 110 });
    const [two] = joinInstrumentHours([hour('a', 0, sound), hour('b', 0, broken)]);
    expect(two?.closePriceUsd).toBe(55);
  });

  it('scales open interest up by the known share of a venue that keeps no history', () => {
    const joined = joinInstrumentHours([
      hour('a', 0, { closePriceUsd: 100, openInterestBase: 60 }),
      hour('a', 1, { closePriceUsd: 100, openInterestBase: 66 }),
      hour('b', 1, { closePriceUsd: 100, openInterestBase: 33 }),
    ]);
    expect(joined.map((row) => row.openInterestBase)).toEqual([90, 99]);
  });

  it('keeps the total steady while the largest venue is silent', () => {
    const joined = joinInstrumentHours([
      hour('big', 0, { closePriceUsd: 100, openInterestBase: 80 }),
      hour('small', 0, { closePriceUsd: 100, openInterestBase: 20 }),
      hour('small', 1, { closePriceUsd: 100, openInterestBase: 20 }),
      hour('big', 2, { closePriceUsd: 100, openInterestBase: 80 }),
      hour('small', 2, { closePriceUsd: 100, openInterestBase: 20 }),
    ]);
    for (const row of joined) expect(row.openInterestBase).toBeCloseTo(100, 9);
  });

  it('leaves out hours without any price and figures nobody gave', () => {
    const joined = joinInstrumentHours([
      hour('a', 0, { openInterestBase: 5 }),
      hour('a', 1, { closePriceUsd: 7 }),
    ]);
    expect(joined).toEqual([
      { hourAt: HOUR_MS, closePriceUsd: 7, highPriceUsd: 7, lowPriceUsd: 7 },
    ]);
  });

  it('weights funding by open interest', () => {
    const [joined] = joinInstrumentHours([
      hour('a', 0, { closePriceUsd: 1, openInterestBase: 3, fundingAnnualFraction: 0.1 }),
      hour('b', 0, { closePriceUsd: 1, openInterestBase: 1, fundingAnnualFraction: 0.5 }),
    ]);
    expect(joined?.fundingAnnualFraction).toBeCloseTo(0.2, 12);
  });

  it('keeps traded volume steady while a venue is silent: less would read as a thinner market', () => {
    const joined = joinInstrumentHours([
      hour('big', 0, { closePriceUsd: 100, volumeUsd: 80 }),
      hour('small', 0, { closePriceUsd: 100, volumeUsd: 20 }),
      hour('small', 1, { closePriceUsd: 100, volumeUsd: 20 }),
      hour('big', 2, { closePriceUsd: 100, volumeUsd: 80 }),
      hour('small', 2, { closePriceUsd: 100, volumeUsd: 20 }),
    ]);
    for (const row of joined) expect(row.volumeUsd).toBeCloseTo(100, 9);
  });

  it('counts the last funding of a silent venue for a day, and no longer', () => {
    const figures = (annual: number) => ({
      closePriceUsd: 1,
      openInterestBase: 1,
      fundingAnnualFraction: annual,
    });
    const joined = joinInstrumentHours([
      hour('a', 0, figures(0.5)),
      ...Array.from({ length: 26 }, (_, index) => hour('b', index, figures(0.1))),
    ]);
    const rates = joined.map((row) => row.fundingAnnualFraction);
    expect(rates.slice(0, 25)).toEqual(rates.slice(0, 25).map(() => expect.closeTo(0.3, 12)));
    expect(rates[25]).toBeCloseTo(0.1, 12);
  });
});

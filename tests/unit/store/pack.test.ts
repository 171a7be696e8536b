import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptyDay,
  type HourFigures,
  hasFigures,
  hourFigures,
  mergeHour,
  packDay,
  unpackDay,
} from '../../../src/store/pack.ts';
import { packMinute, unpackMinute } from '../../../src/store/pack-minute.ts';
import { BTC, makeMinute } from '../../contract/store/builders.ts';

const figure = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => value / 64);

const figures: fc.Arbitrary<HourFigures> = fc.record(
  {
    closePriceUsd: figure,
    highPriceUsd: figure,
    lowPriceUsd: figure,
    openInterestBase: figure,
    fundingAnnualFraction: figure,
    volumeUsd: figure,
  },
  { requiredKeys: [] },
);

describe('a packed day', () => {
  it('gives back every hour as it was, whichever figures are there', () => {
    const hours = fc.uniqueArray(fc.record({ hour: fc.nat(23), figures }), {
      selector: ({ hour }) => hour,
    });
    fc.assert(
      fc.property(hours, fc.nat(7), (written, shift) => {
        const day = emptyDay();
        for (const { hour, figures } of written) mergeHour(day, hour, figures);
        const packed = packDay(day);
        // The driver hands out bytes that start anywhere.
        const moved = new Uint8Array(packed.length + shift);
        moved.set(packed, shift);
        const unpacked = unpackDay(moved.subarray(shift));
        for (let hour = 0; hour < 24; hour += 1) {
          const given = written.find((one) => one.hour === hour)?.figures;
          const expected = given !== undefined && hasFigures(given) ? given : undefined;
          expect(hourFigures(unpacked, hour)).toEqual(expected);
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('merges the same whichever way prices of an hour are cut, and high is never below low', () => {
    fc.assert(
      fc.property(fc.array(figure, { minLength: 1, maxLength: 20 }), (prices) => {
        const day = emptyDay();
        for (const price of prices) {
          mergeHour(day, 5, { closePriceUsd: price, highPriceUsd: price, lowPriceUsd: price });
        }
        expect(hourFigures(day, 5)).toEqual({
          closePriceUsd: prices.at(-1),
          highPriceUsd: Math.max(...prices),
          lowPriceUsd: Math.min(...prices),
        });
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  it('takes 580 bytes when full, and none for a figure that is absent all day', () => {
    const day = emptyDay();
    expect(packDay(day)).toHaveLength(4);
    mergeHour(day, 3, { fundingAnnualFraction: 0 });
    expect(packDay(day)).toHaveLength(4 + 96);
    mergeHour(day, 23, { closePriceUsd: 1, highPriceUsd: 1, lowPriceUsd: 1 });
    mergeHour(day, 0, { openInterestBase: 1, volumeUsd: 1 });
    expect(packDay(day)).toHaveLength(580);
  });

  it('is laid out as documented', () => {
    const day = emptyDay();
    mergeHour(day, 1, { volumeUsd: 1.5 });
    const bytes = packDay(day);
    expect([...bytes.subarray(0, 4)]).toEqual([1, 0b100000, 0, 0]);
    expect(new DataView(bytes.buffer).getFloat32(4 + 4, true)).toBe(1.5);
  });

  it.each([Number.NaN, Infinity, -Infinity, 1e39])('leaves out %d', (volumeUsd) => {
    const day = emptyDay();
    mergeHour(day, 0, { volumeUsd: 7 });
    mergeHour(day, 0, { volumeUsd, closePriceUsd: 2 });
    expect(hourFigures(day, 0)).toEqual({ closePriceUsd: 2, volumeUsd: 7 });
    expect(hasFigures({ volumeUsd })).toBe(false);
  });

  it('that is damaged is refused', () => {
    const bytes = packDay(emptyDay());
    const error = expect.objectContaining({ code: 'store/unreadable' });
    expect(() => unpackDay(new Uint8Array())).toThrow(error);
    expect(() => unpackDay(new Uint8Array([...bytes, 0]))).toThrow(error);
    expect(() => unpackDay(new Uint8Array([2, 0, 0, 0]))).toThrow(error);
    expect(() => unpackDay(new Uint8Array([1, 1, 0, 0]))).toThrow(error);
  });
});

describe('a packed minute', () => {
  it('is exact, and refused when damaged', () => {
    const minute = makeMinute({ priceUsd: 0.1 + 0.2, scoreUp: 0, spreadFraction: 1e-5 / 3 });
    const bytes = packMinute(minute);
    expect(bytes).toHaveLength(72);
    expect(unpackMinute(BTC, bytes)).toEqual(minute);
    const error = expect.objectContaining({ code: 'store/unreadable' });
    expect(() => unpackMinute(BTC, bytes.subarray(1))).toThrow(error);
    expect(() => unpackMinute(BTC, bytes.subarray(16))).toThrow(error);
  });

  it('of an earlier version, that knew no spread, is read all the same', () => {
    const minute = makeMinute({ scoreUp: 12.5 });
    expect(unpackMinute(BTC, packMinute(minute).subarray(0, 64))).toEqual(minute);
  });
});

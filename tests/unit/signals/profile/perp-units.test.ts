import { describe, expect, it } from 'vitest';
import type { TriggerUnits } from '../../../../src/signals/model/profile.ts';
import { buildEntryMap } from '../../../../src/signals/profile/entry-map.ts';
import { perpUnits } from '../../../../src/signals/profile/perp-units.ts';
import { DEFAULT_PROFILE_SETTINGS } from '../../../../src/signals/profile/settings.ts';
import { flatHours } from './make-hours.ts';

const S = DEFAULT_PROFILE_SETTINGS;
const map = buildEntryMap(
  flatHours(Array.from({ length: 200 }, (_, hour) => 100 + 3 * Math.sin(hour / 9))),
  S,
);
const lastPriceUsd = 100 + 3 * Math.sin(199 / 9);
const total = (units: TriggerUnits) => units.usd.reduce((sum, value) => sum + value, 0);
const nearest = (units: TriggerUnits) => Math.min(...units.distances);

describe('with an entry map', () => {
  it('each side sums to the open interest times the level, shorts without the hedged share', () => {
    const { units, basis, lowFactor, highFactor } = perpUnits(
      map,
      { priceUsd: lastPriceUsd, openInterestUsd: 5e9 },
      S,
    );
    expect(total(units.down)).toBeCloseTo(5e9 * 0.2, 0);
    expect(total(units.up)).toBeCloseTo(5e9 * 0.2 * 0.7, 0);
    expect({ basis, lowFactor, highFactor }).toEqual({
      basis: 'entries',
      lowFactor: 0.5,
      highFactor: 2,
    });
  });

  it('units lie ascending, ahead of the price, within range and number', () => {
    const { units } = perpUnits(map, { priceUsd: lastPriceUsd, openInterestUsd: 1 }, S);
    for (const side of [units.down, units.up]) {
      expect(side.usd.length).toBeLessThanOrEqual(S.maxUnitsPerSide);
      expect([...side.distances]).toEqual([...side.distances].sort((a, b) => a - b));
      expect(nearest(side)).toBeGreaterThan(0);
      expect(Math.max(...side.distances)).toBeLessThanOrEqual(S.maxDistanceLog);
    }
  });

  it('what the price touched since the last hour is gone and the rest scaled up again', () => {
    const calm = perpUnits(map, { priceUsd: lastPriceUsd, openInterestUsd: 1e9 }, S);
    const dipped = perpUnits(
      map,
      { priceUsd: lastPriceUsd, openInterestUsd: 1e9, lowSinceMapUsd: lastPriceUsd * 0.97 },
      S,
    );
    expect(nearest(calm.units.down)).toBeLessThan(0.02);
    expect(nearest(dipped.units.down)).toBeGreaterThan(-Math.log(0.97));
    expect(total(dipped.units.down)).toBeCloseTo(2e8, 0);
    expect(dipped.units.up).toEqual(calm.units.up);
    const spiked = perpUnits(
      map,
      { priceUsd: lastPriceUsd, openInterestUsd: 1e9, highSinceMapUsd: lastPriceUsd * 1.03 },
      S,
    );
    expect(nearest(spiked.units.up)).toBeGreaterThan(Math.log(1.03));
    expect(spiked.units.down).toEqual(calm.units.down);
  });

  it('a price that has itself moved on counts as touching what it passed', () => {
    const { units } = perpUnits(map, { priceUsd: lastPriceUsd * 0.96, openInterestUsd: 1e9 }, S);
    expect(nearest(units.down)).toBeGreaterThan(0);
    expect(total(units.down)).toBeCloseTo(2e8, 0);
    // Extremes that lag behind the price do not bring back what it passed.
    const lagging = perpUnits(
      map,
      {
        priceUsd: lastPriceUsd * 0.96,
        openInterestUsd: 1e9,
        lowSinceMapUsd: lastPriceUsd,
        highSinceMapUsd: lastPriceUsd * 0.95,
      },
      S,
    );
    expect(lagging.units).toEqual(units);
  });

  it('fewer units than cells: merged to the nearest cell, sums and order kept', () => {
    const state = { priceUsd: lastPriceUsd, openInterestUsd: 1e9 };
    const fine = perpUnits(map, state, S).units.down;
    const coarse = perpUnits(map, state, { ...S, maxUnitsPerSide: 20 }).units.down;
    expect(coarse.usd.length).toBeLessThanOrEqual(20);
    expect(total(coarse)).toBeCloseTo(total(fine), 0);
    expect(nearest(coarse)).toBe(nearest(fine));
    const within = (units: TriggerUnits, distance: number) =>
      units.usd.reduce((sum, usd, i) => sum + ((units.distances[i] ?? 0) <= distance ? usd : 0), 0);
    for (let distance = 0; distance < 0.7; distance += 0.003) {
      expect(within(coarse, distance)).toBeGreaterThanOrEqual(within(fine, distance) - 1e-3);
    }
  });
});

describe('the fallback', () => {
  it('puts all entries at the present price, one unit per leverage, in a wider interval', () => {
    const { units, basis, lowFactor, highFactor } = perpUnits(
      undefined,
      { priceUsd: 100, openInterestUsd: 1000 },
      S,
    );
    expect({ basis, lowFactor, highFactor }).toEqual({
      basis: 'fallback',
      lowFactor: 0.1,
      highFactor: 4,
    });
    // 3x, 5x, 10x, 20x, 50x, 100x
    expect([...units.down.usd]).toEqual([20, 30, 50, 50, 30, 20].map((v) => expect.closeTo(v, 9)));
    expect([...units.up.usd]).toEqual([14, 21, 35, 35, 21, 14].map((v) => expect.closeTo(v, 9)));
    expect(units.down.distances[5]).toBeCloseTo(-Math.log(0.99 / 0.996), 12);
    expect(units.up.distances[5]).toBeCloseTo(Math.log(1.01 / 1.004), 12);
    expect(units.down.distances[0]).toBeCloseTo(-Math.log((1 - 1 / 3) / 0.98), 12);
  });

  it('takes over when the price has run through every trigger of a side', () => {
    const { basis, units } = perpUnits(map, { priceUsd: 300, openInterestUsd: 1e9 }, S);
    expect(basis).toBe('fallback');
    expect(total(units.up)).toBeCloseTo(1.4e8, 0);
  });
});

it.each([0, Number.NaN, -1, Number.POSITIVE_INFINITY])(
  'an open interest of %d gives no units',
  (openInterestUsd) => {
    for (const known of [map, undefined]) {
      const { units } = perpUnits(known, { priceUsd: lastPriceUsd, openInterestUsd }, S);
      expect(units.down.usd).toHaveLength(0);
      expect(units.up.usd).toHaveLength(0);
    }
  },
);

it.each([0, Number.NaN, Number.POSITIVE_INFINITY])('a price of %d is refused', (priceUsd) => {
  expect(() => perpUnits(map, { priceUsd, openInterestUsd: 1 }, S)).toThrow(RangeError);
});

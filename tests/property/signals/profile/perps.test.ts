import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AssetHour } from '../../../../src/signals/model/history.ts';
import type { TriggerUnits } from '../../../../src/signals/model/profile.ts';
import { buildEntryMap } from '../../../../src/signals/profile/entry-map.ts';
import { pastReach } from '../../../../src/signals/profile/past-reach.ts';
import { perpUnits } from '../../../../src/signals/profile/perp-units.ts';
import { DEFAULT_PROFILE_SETTINGS } from '../../../../src/signals/profile/settings.ts';
import {
  cellLogPrice,
  type TriggerLadder,
} from '../../../../src/signals/profile/trigger-ladder.ts';

const S = { ...DEFAULT_PROFILE_SETTINGS, minHistoryHours: 5 };
const RUNS = { numRuns: 60, seed: 20_251_010 };

/** A walk of hourly bars from 100 USD: moves and wicks in hundredths of a percent. */
const hoursArbitrary = fc
  .array(
    fc.record({
      moveBp: fc.integer({ min: -300, max: 300 }),
      wickDownBp: fc.integer({ min: 0, max: 200 }),
      wickUpBp: fc.integer({ min: 0, max: 200 }),
      volumeUsd: fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined }),
      openInterestBase: fc.integer({ min: 1, max: 1000 }),
    }),
    { minLength: 6, maxLength: 60 },
  )
  .map((bars) => {
    let price = 100;
    return bars.map((bar, index): AssetHour => {
      const open = price;
      price *= 1 + bar.moveBp / 10_000;
      return {
        hourAt: index * 3_600_000,
        closePriceUsd: price,
        lowPriceUsd: Math.min(open, price) * (1 - bar.wickDownBp / 10_000),
        highPriceUsd: Math.max(open, price) * (1 + bar.wickUpBp / 10_000),
        openInterestBase: bar.openInterestBase,
        ...(bar.volumeUsd === undefined ? {} : { volumeUsd: bar.volumeUsd }),
      };
    });
  });

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
const lastClose = (hours: AssetHour[]) => hours.at(-1)?.closePriceUsd ?? Number.NaN;

/** Mass of a ladder by cell price, not normalised away: relative to the mass of one chosen cell. */
function openCells(ladder: TriggerLadder): Map<number, number> {
  const cells = new Map<number, number>();
  ladder.mass.forEach((share, cell) => {
    if (share > 0) cells.set(ladder.firstCell + cell, share);
  });
  return cells;
}

it('a map is normalised, has no negative share, and nothing behind the last close', () => {
  fc.assert(
    fc.property(hoursArbitrary, (hours) => {
      const map = buildEntryMap(hours, S);
      if (map === undefined) return;
      const closeLog = Math.log(lastClose(hours));
      for (const ladder of [map.longs, map.shorts]) {
        expect(sum(ladder.mass)).toBeCloseTo(1, 9);
        expect(Math.min(...ladder.mass)).toBeGreaterThanOrEqual(0);
      }
      expect(cellLogPrice(map.longs, map.longs.mass.length - 1)).toBeLessThan(closeLog);
      expect(cellLogPrice(map.shorts, 0)).toBeGreaterThan(closeLog);
    }),
    RUNS,
  );
});

it('a deeper low in a later hour never leaves open a long trigger it passed, and touches no other', () => {
  fc.assert(
    fc.property(hoursArbitrary, fc.integer({ min: 1, max: 1500 }), (hours, deeperBp) => {
      // A last hour without volume: it only touches.
      const closeUsd = lastClose(hours);
      const touch = (lowPriceUsd: number): AssetHour[] => [
        ...hours,
        {
          hourAt: hours.length * 3_600_000,
          closePriceUsd: closeUsd,
          highPriceUsd: closeUsd,
          lowPriceUsd,
          volumeUsd: 0,
        },
      ];
      const lowUsd = closeUsd * (1 - deeperBp / 10_000);
      const calm = buildEntryMap(touch(closeUsd), S);
      const deep = buildEntryMap(touch(lowUsd), S);
      if (calm === undefined || deep === undefined) return;
      const before = openCells(calm.longs);
      const after = openCells(deep.longs);
      const expected = [...before].filter(
        ([cell]) => (cell + 0.5) * S.cellLogStep < Math.log(lowUsd),
      );
      const left = expected.reduce((total, [, share]) => total + share, 0);
      expect([...after.keys()].sort()).toEqual(expected.map(([cell]) => cell).sort());
      for (const [cell, share] of expected) expect(after.get(cell)).toBeCloseTo(share / left, 9);
      expect(deep.shorts).toEqual(calm.shorts);
    }),
    RUNS,
  );
});

it('placebo: open interest in the history changes no share; the present one only the level', () => {
  fc.assert(
    fc.property(hoursArbitrary, fc.integer({ min: 1, max: 1_000_000 }), (hours, scale) => {
      const constant = hours.map(({ openInterestBase: _, ...hour }) => hour);
      const map = buildEntryMap(hours, S);
      expect(map).toEqual(buildEntryMap(constant, S));
      expect(pastReach(hours, S)).toEqual(pastReach(constant, S));
      const priceUsd = lastClose(hours);
      const one = perpUnits(map, { priceUsd, openInterestUsd: 1000 }, S).units;
      const scaled = perpUnits(map, { priceUsd, openInterestUsd: 1000 * scale }, S).units;
      expect(scaled.down.distances).toEqual(one.down.distances);
      expect(scaled.up.distances).toEqual(one.up.distances);
      scaled.down.usd.forEach((usd, i) => {
        expect(usd / scale).toBeCloseTo(one.down.usd[i] ?? Number.NaN, 9);
      });
    }),
    RUNS,
  );
});

it('volumes in another unit give the same shares', () => {
  fc.assert(
    fc.property(hoursArbitrary, fc.integer({ min: 2, max: 500 }), (hours, scale) => {
      const louder = hours.map((hour) => ({
        ...hour,
        ...(hour.volumeUsd === undefined ? {} : { volumeUsd: hour.volumeUsd * scale }),
      }));
      const map = buildEntryMap(hours, S);
      const other = buildEntryMap(louder, S);
      expect(other === undefined).toBe(map === undefined);
      map?.longs.mass.forEach((share, cell) => {
        expect(other?.longs.mass[cell]).toBeCloseTo(share, 9);
      });
    }),
    RUNS,
  );
});

it('whatever was touched since, the units of each side still sum to its scaled open interest', () => {
  fc.assert(
    fc.property(
      hoursArbitrary,
      fc.integer({ min: -900, max: 900 }),
      fc.integer({ min: 0, max: 500 }),
      fc.integer({ min: 0, max: 500 }),
      (hours, moveBp, downBp, upBp) => {
        const priceUsd = lastClose(hours) * (1 + moveBp / 10_000);
        const lowSinceMapUsd = priceUsd * (1 - downBp / 10_000);
        const highSinceMapUsd = priceUsd * (1 + upBp / 10_000);
        const { units, basis } = perpUnits(
          buildEntryMap(hours, S),
          { priceUsd, openInterestUsd: 1000, lowSinceMapUsd, highSinceMapUsd },
          S,
        );
        const total = (side: TriggerUnits) => sum(side.usd);
        expect(total(units.down)).toBeCloseTo(200, 6);
        expect(total(units.up)).toBeCloseTo(140, 6);
        if (basis === 'fallback') return;
        expect(Math.min(...units.down.distances)).toBeGreaterThan(
          Math.log(priceUsd / lowSinceMapUsd),
        );
        expect(Math.min(...units.up.distances)).toBeGreaterThan(
          Math.log(highSinceMapUsd / priceUsd),
        );
      },
    ),
    RUNS,
  );
});

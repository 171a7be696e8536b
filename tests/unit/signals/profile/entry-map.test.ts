import { describe, expect, it } from 'vitest';
import type { AssetHour } from '../../../../src/signals/model/history.ts';
import { buildEntryMap, type EntryMap } from '../../../../src/signals/profile/entry-map.ts';
import {
  DEFAULT_PROFILE_SETTINGS,
  type ProfileSettings,
} from '../../../../src/signals/profile/settings.ts';
import {
  cellLogPrice,
  type TriggerLadder,
} from '../../../../src/signals/profile/trigger-ladder.ts';
import { flatHours, makeHour } from './make-hours.ts';

/** One leverage, fine cells and no wait, so that shares can be worked out by hand. */
function settings(leverage: number, maintenanceFraction: number): ProfileSettings {
  return {
    ...DEFAULT_PROFILE_SETTINGS,
    tiers: [{ leverage, longShareFraction: 1, shortShareFraction: 1, maintenanceFraction }],
    cellLogStep: 0.0001,
    minHistoryHours: 1,
  };
}

const TENFOLD = settings(10, 0.01);
/** Long trigger over entry: (1 - 1/10) / (1 - 0.01). */
const LONG_RATIO = 0.9 / 0.99;
const SHORT_RATIO = 1.1 / 1.01;

function mapOf(hours: AssetHour[], with_: ProfileSettings): EntryMap {
  const map = buildEntryMap(hours, with_);
  if (map === undefined) throw new Error('no map');
  return map;
}

/** Share with a trigger within a fraction 0.0002 of this price. */
function shareAt(ladder: TriggerLadder, priceUsd: number): number {
  return ladder.mass.reduce(
    (sum, share, cell) =>
      Math.abs(cellLogPrice(ladder, cell) - Math.log(priceUsd)) < 2e-4 ? sum + share : sum,
    0,
  );
}

const sum = (ladder: TriggerLadder) => ladder.mass.reduce((total, share) => total + share, 0);

describe('trigger prices', () => {
  it.each([
    [10, 0.01, 90.909091, 108.910891],
    [50, 0.005, 98.492462, 101.492537],
    [100, 0.004, 99.39759, 100.59761],
  ])(
    'at %dx and maintenance %d: long %d, short %d for an entry at 100',
    (leverage, m, long, short) => {
      const map = mapOf(flatHours([100]), settings(leverage, m));
      expect(shareAt(map.longs, long)).toBeCloseTo(1, 9);
      expect(shareAt(map.shorts, short)).toBeCloseTo(1, 9);
    },
  );

  it('every leverage carries its share of the mix of its side', () => {
    const tiers = [
      { leverage: 5, longShareFraction: 0.7, shortShareFraction: 0.2, maintenanceFraction: 0.02 },
      { leverage: 50, longShareFraction: 0.3, shortShareFraction: 0.8, maintenanceFraction: 0.005 },
    ];
    const map = mapOf(flatHours([100]), { ...TENFOLD, tiers });
    expect(shareAt(map.longs, 80 / 0.98)).toBeCloseTo(0.7, 9);
    expect(shareAt(map.longs, 98 / 0.995)).toBeCloseTo(0.3, 9);
    expect(shareAt(map.shorts, 120 / 1.02)).toBeCloseTo(0.2, 9);
    expect(shareAt(map.shorts, 102 / 1.005)).toBeCloseTo(0.8, 9);
  });

  it('the default mix is whole and every tier can be opened', () => {
    const { tiers } = DEFAULT_PROFILE_SETTINGS;
    expect(tiers.reduce((total, tier) => total + tier.longShareFraction, 0)).toBeCloseTo(1, 12);
    expect(tiers.reduce((total, tier) => total + tier.shortShareFraction, 0)).toBeCloseTo(1, 12);
    for (const tier of tiers) expect(tier.maintenanceFraction).toBeLessThan(1 / tier.leverage);
  });

  it("the hour's entries lie evenly over its range", () => {
    const map = mapOf([makeHour(0, 100, 104, 102, 1)], TENFOLD);
    const low = Math.log(100 * LONG_RATIO);
    const high = Math.log(104 * LONG_RATIO);
    const lowerHalf = map.longs.mass.reduce(
      (total, share, cell) =>
        cellLogPrice(map.longs, cell) < (low + high) / 2 ? total + share : total,
      0,
    );
    expect(lowerHalf).toBeCloseTo(0.5, 2);
    expect(cellLogPrice(map.longs, 0)).toBeCloseTo(low, 3);
    expect(cellLogPrice(map.longs, map.longs.mass.length - 1)).toBeCloseTo(high, 3);
  });
});

describe('weights', () => {
  it('follow volume and churn', () => {
    const keep = 1 - DEFAULT_PROFILE_SETTINGS.churnPerDayFraction / 24;
    const map = mapOf([makeHour(0, 100, 100, 100, 6), makeHour(1, 102, 102, 102, 2)], TENFOLD);
    const old = (6 * keep) / (6 * keep + 2);
    expect(shareAt(map.longs, 100 * LONG_RATIO)).toBeCloseTo(old, 9);
    expect(shareAt(map.longs, 102 * LONG_RATIO)).toBeCloseTo(1 - old, 9);
    expect(shareAt(map.shorts, 100 * SHORT_RATIO)).toBeCloseTo(old, 9);
  });

  it('churn for the time that passed where hours are missing', () => {
    const keep = (1 - DEFAULT_PROFILE_SETTINGS.churnPerDayFraction / 24) ** 24;
    const map = mapOf([makeHour(0, 100, 100, 100, 1), makeHour(24, 102, 102, 102, 1)], TENFOLD);
    expect(shareAt(map.longs, 100 * LONG_RATIO)).toBeCloseTo(keep / (keep + 1), 9);
  });

  it('are equal where no hour has a volume', () => {
    const keep = 1 - DEFAULT_PROFILE_SETTINGS.churnPerDayFraction / 24;
    const map = mapOf([makeHour(0, 100, 100, 100), makeHour(1, 102, 102, 102)], TENFOLD);
    expect(shareAt(map.longs, 100 * LONG_RATIO)).toBeCloseTo(keep / (keep + 1), 9);
  });

  it.each([
    ['before', [undefined, 8]],
    ['after', [8, undefined]],
    ['beside a spoilt', [8, Number.NaN]],
  ])('an hour without volume counts as a usual one %s known hours', (_, [first, second]) => {
    const map = mapOf([makeHour(0, 100, 100, 100, first), makeHour(1, 102, 102, 102, second)], {
      ...TENFOLD,
      churnPerDayFraction: 0,
    });
    expect(shareAt(map.longs, 100 * LONG_RATIO)).toBeCloseTo(0.5, 9);
  });

  it('stay normal over a history long enough to overflow naive weights', () => {
    const map = mapOf(flatHours(Array.from({ length: 30_000 }, (_, hour) => 100 + (hour % 2))), {
      ...TENFOLD,
      churnPerDayFraction: 0.9,
    });
    const keep = 1 - 0.9 / 24;
    expect(shareAt(map.longs, 101 * LONG_RATIO)).toBeCloseTo(1 / (1 + keep), 9);
  });
});

describe('touched triggers', () => {
  it('are removed: longs at or above a later low, shorts at or below a later high', () => {
    const entry = makeHour(0, 100, 100, 100, 1);
    // What is left there comes from the second hour's own range.
    const dipped = mapOf([entry, makeHour(1, 90, 100, 100, 1)], TENFOLD);
    expect(shareAt(dipped.longs, 100 * LONG_RATIO)).toBeLessThan(0.01);
    expect(shareAt(dipped.shorts, 100 * SHORT_RATIO)).toBeGreaterThan(0.4);
    const spiked = mapOf([entry, makeHour(1, 100, 110, 100, 1)], TENFOLD);
    expect(shareAt(spiked.shorts, 100 * SHORT_RATIO)).toBeLessThan(0.01);
    expect(shareAt(spiked.longs, 100 * LONG_RATIO)).toBeGreaterThan(0.4);
  });

  it('stay when the price stops just short of them', () => {
    const map = mapOf([makeHour(0, 100, 100, 100, 1), makeHour(1, 91, 91, 91, 1)], TENFOLD);
    expect(shareAt(map.longs, 100 * LONG_RATIO)).toBeCloseTo(0.496, 2);
  });

  it("an hour's own entries survive its range but not its close", () => {
    // Entries at 100-120; triggers at 90.9-109.1. Low 100 was within the same hour.
    const open = mapOf([makeHour(0, 100, 120, 120, 1)], TENFOLD);
    expect(shareAt(open.longs, 105)).toBeGreaterThan(0);
    // It closed at 100: what would be liquidated above that is gone.
    const shut = mapOf([makeHour(0, 100, 120, 100, 1)], TENFOLD);
    expect(shareAt(shut.longs, 105)).toBe(0);
    expect(cellLogPrice(shut.longs, shut.longs.mass.length - 1)).toBeLessThan(Math.log(100));
  });

  it('leave the rest normalised on each side', () => {
    const map = mapOf(
      [makeHour(0, 100, 100, 100, 5), makeHour(1, 90, 101, 100, 1), makeHour(2, 99, 120, 100, 1)],
      TENFOLD,
    );
    expect(sum(map.longs)).toBeCloseTo(1, 12);
    expect(sum(map.shorts)).toBeCloseTo(1, 12);
  });
});

describe('what cannot be mapped', () => {
  it('a history shorter than required gives no map', () => {
    const hours = flatHours(Array.from({ length: 72 }, () => 100));
    expect(buildEntryMap(hours.slice(1), DEFAULT_PROFILE_SETTINGS)).toBeUndefined();
    expect(buildEntryMap(hours, DEFAULT_PROFILE_SETTINGS)).toMatchObject({
      hours: 72,
      lastHourAt: 71 * 3_600_000,
    });
    expect(buildEntryMap([], DEFAULT_PROFILE_SETTINGS)).toBeUndefined();
  });

  it('no trade in any hour gives no map', () => {
    expect(buildEntryMap(flatHours([100, 101], 0), TENFOLD)).toBeUndefined();
  });

  it('hours with spoilt prices or out of order are left out and not counted', () => {
    const good = [makeHour(0, 100, 100, 100, 1), makeHour(4, 102, 102, 102, 1)];
    const [first, second] = good;
    if (first === undefined || second === undefined) throw new Error('unreachable');
    const map = mapOf(
      [
        first,
        makeHour(1, 0, 100, 100, 9),
        makeHour(2, 90, Number.NaN, 100, 9),
        makeHour(3, 100, 90, 100, 9),
        makeHour(3, 100, 100, Number.POSITIVE_INFINITY, 9),
        makeHour(0, 50, 200, 100, 9),
        second,
      ],
      TENFOLD,
    );
    expect(map).toEqual(mapOf(good, TENFOLD));
  });
});

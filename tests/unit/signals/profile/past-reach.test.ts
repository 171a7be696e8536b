import { describe, expect, it } from 'vitest';
import { buildEntryMap } from '../../../../src/signals/profile/entry-map.ts';
import { pastReach } from '../../../../src/signals/profile/past-reach.ts';
import { perpUnits } from '../../../../src/signals/profile/perp-units.ts';
import { DEFAULT_PROFILE_SETTINGS } from '../../../../src/signals/profile/settings.ts';
import { sigma24hSeries } from '../../../../src/signals/profile/volatility.ts';
import { HOUR_MS, makeHour } from './make-hours.ts';

const S = DEFAULT_PROFILE_SETTINGS;
const price = (hour: number) => 100 * Math.exp(0.05 * Math.sin(hour / 11) + hour / 5000);
const hours = Array.from({ length: 240 }, (_, i) => {
  const ends = [price(i), price(i + 1)];
  return makeHour(
    i,
    Math.min(...ends) * 0.998,
    Math.max(...ends) * 1.002,
    price(i + 1),
    1 + (i % 5),
  );
});

describe('pastReach', () => {
  const past = pastReach(hours, S);

  it('gives one entry per clock-aligned slot once the history is long enough', () => {
    expect(past[0]?.at).toBe(72 * HOUR_MS);
    expect(past.map(({ at }) => at)).toEqual(
      Array.from({ length: 29 }, (_, i) => (72 + 6 * i) * HOUR_MS),
    );
    expect(pastReach(hours, S, 24).map(({ at }) => at / HOUR_MS)).toEqual([
      72, 96, 120, 144, 168, 192, 216, 240,
    ]);
  });

  it('equals, at every step, the units of a map built from the hours up to then', () => {
    const series = sigma24hSeries(hours);
    const full = { ...S, levelFactor: 1 };
    expect(past.length).toBeGreaterThan(20);
    for (const step of past) {
      const known = hours.filter((hour) => hour.hourAt < step.at);
      const priceUsd = known.at(-1)?.closePriceUsd ?? 0;
      const sigma = series[known.length - 1] ?? 0;
      const { units, basis } = perpUnits(
        buildEntryMap(known, full),
        { priceUsd, openInterestUsd: 1 },
        full,
      );
      expect(basis).toBe('entries');
      for (const [index, k] of [1, 2, 3].entries()) {
        const within = (side: typeof units.down) =>
          side.usd.reduce(
            (sum, usd, i) => sum + ((side.distances[i] ?? 9) <= k * sigma ? usd : 0),
            0,
          );
        expect(step.reachShareDown[index]).toBeCloseTo(within(units.down), 9);
        expect(step.reachShareUp[index]).toBeCloseTo(within(units.up), 9);
      }
    }
  });

  it('more is within reach of a larger move, never more than the whole side', () => {
    for (const { reachShareDown, reachShareUp } of past) {
      expect(reachShareDown).toEqual([...reachShareDown].sort((a, b) => a - b));
      expect(reachShareUp).toEqual([...reachShareUp].sort((a, b) => a - b));
      expect(reachShareDown[2]).toBeLessThanOrEqual(1);
      expect(reachShareUp[2]).toBeLessThanOrEqual(1 - S.hedgedShortFraction);
    }
    expect(Math.max(...past.map((step) => step.reachShareDown[1] ?? 0))).toBeGreaterThan(0.05);
  });

  it('later hours change nothing about earlier steps', () => {
    const crash = [...hours, makeHour(240, 40, 110, 45, 1000)];
    expect(pastReach(crash, S).slice(0, past.length)).toEqual(past);
  });

  it('takes another volatility where one is given, and skips where that is unknown', () => {
    const wide = pastReach(hours, S, 6, () => 10);
    for (const { reachShareDown, reachShareUp } of wide) {
      expect(reachShareDown[0]).toBeCloseTo(1, 12);
      expect(reachShareUp[0]).toBeCloseTo(0.7, 12);
    }
    expect(pastReach(hours, S, 6, () => Number.NaN)).toEqual([]);
  });

  it('a history that is too short has no past', () => {
    expect(pastReach(hours.slice(0, 71), S)).toEqual([]);
    expect(pastReach([], S)).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { assetId } from '../../../../src/signals/assets.ts';
import {
  evaluateAsset,
  DEFAULT_EVALUATE_SETTINGS as SETTINGS,
} from '../../../../src/signals/evaluate.ts';
import type { AssetHour } from '../../../../src/signals/model/history.ts';
import { SIDES } from '../../../../src/signals/model/ids.ts';
import type { BorrowPosition } from '../../../../src/signals/model/observations.ts';
import type { AssetState, Reading } from '../../../../src/signals/model/reading.ts';
import { observe } from '../../../../src/signals/observe/observe.ts';
import { DEFAULT_OBSERVE_SETTINGS } from '../../../../src/signals/observe/settings.ts';
import {
  buildPositionBook,
  type PositionBook,
} from '../../../../src/signals/profile/position-book.ts';
import { buildBaseline } from '../../../../src/signals/score/baseline.ts';
import { whatIf } from '../../../../src/signals/what-if.ts';
import {
  boardOf,
  ETH,
  HOUR_MS,
  NOW,
  presentOf,
  quietHours,
  SOURCES,
  type VenueOptions,
} from './synthetic-market.ts';

function stateOf(
  hours: readonly AssetHour[],
  changed: Partial<VenueOptions> = {},
  book?: PositionBook,
): AssetState {
  const options = { ...presentOf(hours), ...changed };
  const now = NOW + 30_000;
  const market = observe({
    board: boardOf(options),
    sources: SOURCES,
    now,
    settings: DEFAULT_OBSERVE_SETTINGS,
  });
  const view = market.assets.get(ETH);
  if (view === undefined) throw new Error('ETH is on the board');
  const baseline = buildBaseline(ETH, hours, NOW, SETTINGS);
  return evaluateAsset({
    view,
    baseline,
    book,
    pricesUsd: market.pricesUsd,
    now,
    settings: SETTINGS,
  });
}

function readingOf(...input: Parameters<typeof stateOf>): Reading {
  const state = stateOf(...input);
  if (state.status !== 'ready') throw new Error(`not ready: ${state.warming.needs.join(', ')}`);
  return state.reading;
}

/** A week of crowding longs: funding and open interest climb, and the price creeps up with them. */
function builtUp(seed: number): { hours: AssetHour[]; present: Partial<VenueOptions> } {
  const hours = quietHours({ seed });
  const week = hours.length - 168;
  const crowded = hours.map((hour, index) => {
    const progress = Math.max(0, (index - week) / 168);
    return {
      ...hour,
      fundingAnnualFraction: (hour.fundingAnnualFraction ?? 0) + 0.6 * progress,
      openInterestBase: (hour.openInterestBase ?? 0) * (1 + 1.2 * progress),
    };
  });
  return { hours: crowded, present: { depth1pctUsd: presentOf(hours).depth1pctUsd / 4 } };
}

function borrower(collateralUsd: number, debtUsd: number): BorrowPosition {
  return {
    kind: 'position',
    source: 'morpho-blue',
    account: '0xabc',
    collateral: [
      {
        asset: ETH,
        token: 'WETH',
        amount: '1',
        liquidationThresholdFraction: 0.86,
        valueUsd: collateralUsd,
      },
    ],
    debt: [{ asset: assetId('USDC'), token: 'USDC', amount: '1', valueUsd: debtUsd }],
    closeFactorFraction: 1,
    bonusFraction: 0.04,
    observedAt: NOW,
  };
}

describe('evaluateAsset', () => {
  test('quiet markets read low on most days and never high', () => {
    const scores = Array.from({ length: 10 }, (_, seed) => seed + 1).flatMap((seed) => {
      const reading = readingOf(quietHours({ seed }));
      return [reading.down.score.point, reading.up.score.point];
    });
    const sorted = scores.sort((a, b) => a - b);
    expect(sorted[10]).toBeLessThan(45);
    expect(sorted.filter((score) => score >= 50).length).toBeLessThanOrEqual(3);
    expect(Math.max(...sorted)).toBeLessThan(65);
  });

  test('a week of crowding longs against a thin book reads high on the way down', () => {
    const levels = [1, 2, 3, 4].map((seed) => {
      const { hours, present } = builtUp(seed);
      const reading = readingOf(hours, present);
      expect(reading.down.score.point).toBeGreaterThan(
        readingOf(quietHours({ seed })).down.score.point + 20,
      );
      return reading.down.level;
    });
    expect(
      levels.filter((level) => level === 'high' || level === 'critical').length,
    ).toBeGreaterThan(2);
  });

  test('one venue alone never reaches critical, and may not alert', () => {
    const { hours, present } = builtUp(2);
    const violent = hours.map((hour, index) =>
      index < hours.length - 48
        ? hour
        : { ...hour, closePriceUsd: hour.closePriceUsd * (1 + 0.02 * (index % 2)) },
    );
    const options = { ...presentOf(hours), ...present, fundingAnnual: 2 };
    const three = readingOf(violent, options);
    const one = readingOf(violent, { ...options, venues: ['bybit'] });
    expect(three.down.level).toBe('critical');
    expect(one.down.score.point).toBeGreaterThanOrEqual(80);
    expect(one.down.level).toBe('high');
    expect(one.down.levelFrozen).toBe('high');
    expect(one.levelCap).toBe('high');
    expect(one.eligibility.eligible).toBe(false);
    expect(one.eligibility.reasons).toEqual(['traded on 1 of at least 2 venues']);
  });

  test('eligibility names every reason', () => {
    const hours = quietHours({ days: 3, volume24hUsd: 30e6 });
    expect(readingOf(hours).eligibility).toEqual({
      eligible: false,
      reasons: [
        expect.stringMatching(/^open interest \$\d+(\.\d)?m is below \$20m$/),
        '72 of at least 168 hours of history',
      ],
    });
    expect(readingOf(quietHours({ days: 30 })).eligibility.eligible).toBe(true);
  });

  test('a cold start says what is missing and when it will be there, never a number', () => {
    const hours = quietHours({ days: 1 }).slice(-10);
    expect(stateOf(hours)).toEqual({
      status: 'warming-up',
      warming: {
        asset: ETH,
        at: NOW + 30_000,
        needs: ['14 more hours of price history'],
        readyAt: NOW + 14 * HOUR_MS,
      },
    });
  });

  test('intervals are ordered and hold their point, and every figure is finite', () => {
    for (const seed of [1, 2, 3]) {
      const { hours, present } = builtUp(seed);
      for (const reading of [readingOf(quietHours({ seed })), readingOf(hours, present)]) {
        for (const side of SIDES) {
          const own = reading[side];
          for (const interval of [
            own.score,
            own.likelihood.score,
            own.fragility.score,
            ...own.reaches.map((reach) => reach.forcedUsd),
          ]) {
            expect(interval.low).toBeLessThanOrEqual(interval.point);
            expect(interval.point).toBeLessThanOrEqual(interval.high);
          }
          const range = own.criticalShockRangeFraction;
          const shock = own.criticalShockFraction ?? Number.POSITIVE_INFINITY;
          expect(range?.low ?? shock).toBeLessThanOrEqual(shock);
          expect(range?.high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(shock);
        }
        expect(JSON.stringify(reading)).not.toContain('null');
        expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
      }
    }
  });

  test('points of the drivers add up to both parts', () => {
    const { down } = readingOf(quietHours({ seed: 5 }));
    for (const part of [down.likelihood, down.fragility]) {
      const sum = part.drivers.reduce((total, driver) => total + driver.points, 35);
      expect(sum).toBeCloseTo(part.score.point, 9);
    }
    expect(down.score.point).toBeCloseTo(
      Math.sqrt(down.likelihood.score.point * down.fragility.score.point),
      9,
    );
  });

  test('a what-if from the stored reading repeats its reaches', () => {
    const reading: Reading = JSON.parse(JSON.stringify(readingOf(quietHours({ seed: 6 }))));
    for (const side of SIDES) {
      for (const { sigmas: _, ...reach } of reading[side].reaches) {
        const again = whatIf(reading, side, reach.shockFraction);
        expect(again.forcedUsd).toEqual(reach.forcedUsd);
        expect(again.endFraction).toBeCloseTo(reach.endFraction, 12);
        expect(again.endStressedFraction).toBeCloseTo(reach.endStressedFraction, 12);
      }
    }
    expect(() => whatIf(reading, 'down', 1)).toThrow(RangeError);
    expect(whatIf(reading, 'up', 0)).toMatchObject({ shockFraction: 0, amplification: 1 });
  });

  test('lending positions are the exact part of what a fall forces', () => {
    const hours = quietHours({ seed: 3 });
    const prices = new Map([[ETH, presentOf(hours).priceUsd]]);
    // Liquidated 2 % below: 0.86 x 100m x 0.98 = 84.28m.
    const book = buildPositionBook([borrower(100e6, 84.28e6)], prices);
    const before = readingOf(hours).down.reaches[1];
    const after = readingOf(hours, {}, book).down.reaches[1];
    expect(before?.exactShareFraction).toBe(0);
    expect(after?.exactShareFraction).toBeGreaterThan(0.2);
    const exactUsd = (after?.exactShareFraction ?? 0) * (after?.forcedUsd.point ?? 0);
    expect(exactUsd).toBeCloseTo(84.28e6 * 1.04, -4);
    expect(after?.forcedUsd.low).toBeGreaterThanOrEqual(84.28e6);
  });

  test('the sentence states a condition, the liquidity and how much is exact', () => {
    const { down, up } = readingOf(quietHours({ seed: 3 }));
    expect(down.sentence).toMatch(
      /^ETH down: a [\d.]+ % fall would force about \$[\d.]+m of sales into a market absorbing \$[\d.]+m per 1 %, ending near -[\d.]+ %; 0 % of it exact \(lending\), 100 % estimated \(perps\)\.$/,
    );
    expect(up.sentence).toMatch(/^ETH up: a [\d.]+ % rise would force .* purchases from /);
    expect(down.sentence).not.toContain('will fall');
  });

  test('a move inside the running hour raises the likelihood at once', () => {
    const hours = quietHours({ seed: 4 });
    const priceUsd = presentOf(hours).priceUsd;
    const before = readingOf(hours).down.likelihood.score.point;
    const after = readingOf(hours, { priceUsd: priceUsd * 0.93 }).down.likelihood.score.point;
    expect(after).toBeGreaterThan(before + 5);
  });
});

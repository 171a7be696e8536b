import { describe, expect, test } from 'vitest';
import { assetId } from '../../../../src/signals/assets.ts';
import type {
  LiquidationMinute,
  ListenedHour,
} from '../../../../src/signals/model/liquidation-history.ts';
import type { LiquidationObservation } from '../../../../src/signals/model/observations.ts';
import { feedStates } from '../../../../src/signals/nowcast/feed-state.ts';
import { liquidationRate } from '../../../../src/signals/nowcast/liquidation-rate.ts';
import { sumMinutes } from '../../../../src/signals/nowcast/sum-minutes.ts';
import { listenedHours, type PastHour } from '../../../../src/signals/nowcast/usual-hours.ts';

const ETH = assetId('ETH');
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;
const HOUR = Date.UTC(2026, 0, 1, 12);
const NOW = HOUR + 30 * MINUTE_MS + 20_000;

function minute(overrides: Partial<LiquidationMinute> = {}): LiquidationMinute {
  return {
    asset: ETH,
    source: 'bybit',
    minuteAt: HOUR + 30 * MINUTE_MS,
    side: 'long',
    usd: 1000,
    count: 1,
    completeness: 'all',
    ...overrides,
  };
}

/** The same hour of the last weeks, newest first. */
function weeks(source: string, usd: readonly number[]): PastHour[] {
  return usd.map((longUsd, index) => {
    return { source, hourAt: HOUR - (index + 1) * WEEK_MS, longUsd, shortUsd: 0 };
  });
}

function rate(minutes: LiquidationMinute[], past: PastHour[], listening = ['bybit']) {
  return liquidationRate({ minutes, past, listening: new Set(listening), now: NOW });
}

describe('the rate of forced closings', () => {
  test('is a multiple of the median of the same hour of the week, over 5, 15 and 60 minutes', () => {
    const minutes = [0, 4, 5, 14, 15, 59, 60].map((back) =>
      minute({ minuteAt: HOUR + (30 - back) * MINUTE_MS }),
    );
    const { rates } = rate(minutes, weeks('bybit', [12_000, 6000, 4000]));
    // 2, 4 and 6 minutes of $1,000: $24,000, $16,000 and $6,000 an hour against $6,000.
    expect(rates?.map(({ windowMinutes, ratio }) => [windowMinutes, ratio])).toEqual([
      [5, 4],
      [15, 16_000 / 6000],
      [60, 1],
    ]);
    expect(rates?.[2]?.z).toBeCloseTo(0, 9);
    expect(rates?.[0]?.z).toBeGreaterThan(1);
  });

  test('uses neither other hours nor anything later than now', () => {
    const past = weeks('bybit', [2000, 6000, 8000]);
    const elsewhere = [HOUR, HOUR + WEEK_MS, HOUR - HOUR_MS, HOUR - 24 * HOUR_MS].map((hourAt) => ({
      source: 'bybit',
      hourAt,
      longUsd: 1e9,
      shortUsd: 1e9,
    }));
    const later = minute({ minuteAt: NOW + MINUTE_MS, usd: 1e9 });
    const alone = rate([minute()], past);
    expect(rate([minute(), later], [...elsewhere, ...past])).toEqual(alone);
  });

  test('needs three weeks, and says how many there are', () => {
    const { rates, tooNew, compared } = rate([minute()], weeks('bybit', [5000, 5000]));
    expect(rates).toBeUndefined();
    expect(compared).toEqual([]);
    expect(tooNew).toEqual([{ source: 'bybit', weeks: 2 }]);
  });

  test('compares the same venues: one that is new, or not heard now, changes nothing', () => {
    const past = weeks('bybit', [6000, 6000, 6000]);
    const alone = rate([minute()], past).rates;
    const others = [minute({ source: 'okx', usd: 1e8 }), minute({ source: 'gate', usd: 1e8 })];
    const withOthers = rate(
      [minute(), ...others],
      [...past, ...weeks('okx', [1e6]), ...weeks('gate', [1e6, 1e6, 1e6])],
      ['bybit', 'okx'],
    );
    expect(withOthers.rates).toEqual(alone);
    expect(withOthers.compared).toEqual(['bybit']);
    expect(withOthers.tooNew).toEqual([{ source: 'okx', weeks: 1 }]);
  });

  test('only weeks in which all of the venues were heard count', () => {
    const okx = weeks('okx', [0, 0, 0, 0]).slice(1);
    const bybit = weeks('bybit', [1e9, 2000, 6000, 8000]);
    expect(rate([minute()], [...bybit, ...okx], ['bybit', 'okx']).rates?.[2]?.ratio).toBeCloseTo(
      1 / 6,
      9,
    );
  });

  test('of an hour that is usually quiet has no multiple, and is unusual all the same', () => {
    const { rates } = rate([minute({ usd: 1e6 })], weeks('bybit', [0, 0, 500]));
    expect(rates?.[0]).toEqual({ windowMinutes: 5, z: 3 });
    expect(rate([], weeks('bybit', [0, 0, 0])).rates?.[0]).toEqual({ windowMinutes: 5, z: 0 });
  });
});

describe('hours that were listened to', () => {
  const listened = (source: string, minutes: number): ListenedHour => {
    return { source, hourAt: HOUR, minutes, lastMinuteAt: HOUR, completeness: 'all' };
  };

  test('are 0 where nothing was published, and no hour where nobody listened', () => {
    const { minuteAt: _, ...sum } = minute();
    const hours = [
      { ...sum, hourAt: HOUR, usd: 7 },
      { ...sum, hourAt: HOUR, usd: 5, side: 'short' as const },
      { ...sum, hourAt: HOUR, source: 'gate' },
    ];
    const heard = [listened('bybit', 60), listened('okx', 54), listened('gate', 53)];
    expect(listenedHours(hours, heard)).toEqual([
      { source: 'bybit', hourAt: HOUR, longUsd: 7, shortUsd: 5 },
      { source: 'okx', hourAt: HOUR, longUsd: 0, shortUsd: 0 },
    ]);
  });

  test('tell a feed that is up from one with a hole and one that is silent', () => {
    const hours = (source: string, before: number, now: number, last: number): ListenedHour[] => [
      { ...listened(source, before), hourAt: HOUR - HOUR_MS },
      { ...listened(source, now), lastMinuteAt: HOUR + last * MINUTE_MS },
    ];
    const states = feedStates(
      [...hours('up', 60, 30, 29), ...hours('holed', 60, 20, 29), ...hours('gone', 60, 20, 19)],
      NOW,
    );
    expect(states.map(({ source, state, minutes }) => [source, state, minutes])).toEqual([
      ['gone', 'silent', 80],
      ['holed', 'interrupted', 80],
      ['up', 'up', 90],
    ]);
  });
});

test('single closings are summed by asset, venue, minute and side', () => {
  const closing = (overrides: Partial<LiquidationObservation> = {}): LiquidationObservation => ({
    kind: 'liquidation',
    source: 'bybit',
    asset: ETH,
    instrument: 'ETHUSDT',
    observedAt: HOUR + 5000,
    side: 'long',
    sizeBase: 1,
    priceUsd: 2500,
    sizeUsd: 2500,
    completeness: 'all',
    ...overrides,
  });
  const sums = sumMinutes([
    closing(),
    closing({ observedAt: HOUR + 59_999, sizeUsd: 500, completeness: 'lower-bound' }),
    closing({ instrument: 'ETHPERP', sizeUsd: 1 }),
    closing({ side: 'short' }),
    closing({ observedAt: HOUR + MINUTE_MS }),
    closing({ sizeUsd: Number.NaN }),
    closing({ sizeUsd: 0 }),
  ]);
  expect(sums).toEqual([
    minute({ minuteAt: HOUR, usd: 3001, count: 3, completeness: 'lower-bound' }),
    minute({ minuteAt: HOUR, side: 'short', usd: 2500 }),
    minute({ minuteAt: HOUR + MINUTE_MS, usd: 2500 }),
  ]);
});

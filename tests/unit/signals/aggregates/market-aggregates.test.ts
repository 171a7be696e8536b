import { describe, expect, test } from 'vitest';
import { marketAggregates } from '../../../../src/signals/aggregates/market-aggregates.ts';
import { assetId } from '../../../../src/signals/assets.ts';
import type {
  AssetHour,
  AssetMinute,
  InstrumentHour,
} from '../../../../src/signals/model/history.ts';
import type { AssetView } from '../../../../src/signals/observe/asset-view.ts';
import { makeInstrument, makeView, VIEW_AT } from '../../../fakes/make-view.ts';

const ETH = assetId('ETH');
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** The hour that is running at `VIEW_AT`. */
const RUNNING = Math.floor(VIEW_AT / HOUR_MS) * HOUR_MS;

function aggregates(
  view: AssetView,
  past: {
    hours?: AssetHour[];
    instrumentHours?: InstrumentHour[];
    minutes?: AssetMinute[];
    supplyBase?: number;
  } = {},
) {
  const { hours = [], instrumentHours = [], minutes = [], supplyBase } = past;
  return marketAggregates({
    view,
    hours,
    instrumentHours,
    minutes,
    ...(supplyBase !== undefined && {
      supply: { supplyBase, source: 'binance-usdm', observedAt: VIEW_AT },
    }),
  });
}

/** `count` closed hours up to the running one, the newest last; `at(0)` is the newest. */
function pastHours(count: number, at: (back: number) => Partial<AssetHour>): AssetHour[] {
  return Array.from({ length: count }, (_, index) => {
    const back = count - 1 - index;
    return {
      hourAt: RUNNING - (back + 1) * HOUR_MS,
      closePriceUsd: 2500,
      highPriceUsd: 2500,
      lowPriceUsd: 2500,
      ...at(back),
    };
  });
}

describe('funding', () => {
  test('is weighted by open interest, whatever interval each venue pays by', () => {
    const { funding } = aggregates(
      makeView([
        makeInstrument('bybit', { openInterestBase: 3000, rateFraction: 0.0001 }),
        makeInstrument('hyperliquid', {
          openInterestBase: 1000,
          rateFraction: 0.00005,
          intervalHours: 1,
        }),
      ]),
    );
    // 0.1095 a year at 3,000 coins and 0.438 at 1,000: (3 x 0.1095 + 0.438) / 4.
    expect(funding?.annualFraction).toBeCloseTo(0.191625, 12);
    expect(funding?.per8hFraction).toBeCloseTo(0.191625 / 1095, 12);
    expect(funding?.coverage).toEqual({
      venuesFresh: 2,
      venues: 2,
      oldestAgeMs: 40_000,
      silent: [],
      without: [],
    });
  });

  test('keeps a silent venue at its last rate and names it; one without a rate is named as well', () => {
    const { funding } = aggregates(
      makeView([
        makeInstrument('bybit', { rateFraction: 0.0001 }),
        makeInstrument('okx', { rateFraction: 0.0003, ageMs: 900_000 }),
        makeInstrument('gate', { rateFraction: Number.NaN }),
      ]),
    );
    expect(funding?.annualFraction).toBeCloseTo(0.0002 * 1095, 12);
    expect(funding?.coverage).toEqual({
      venuesFresh: 1,
      venues: 2,
      oldestAgeMs: 900_000,
      silent: [{ source: 'okx', ageMs: 900_000 }],
      without: ['gate'],
    });
  });

  test('is scored against its own past, the running hour and later ones left out, clipped at 3', () => {
    const view = makeView([makeInstrument('bybit', { rateFraction: 0.001 })]);
    const calm = pastHours(24 * 20, (back) => ({
      fundingAnnualFraction: 0.1 + (back % 12 < 6 ? 0.03 : -0.03),
    }));
    const running = { ...calm[0], hourAt: RUNNING, fundingAnnualFraction: 50 } as AssetHour;
    const { funding } = aggregates(view, { hours: [...calm, running] });
    expect(funding?.past.z).toBe(3);
    expect(funding?.past.samples).toBe(80);
    expect(Math.abs((funding?.past.median ?? 0) - 0.1)).toBeLessThanOrEqual(0.031);
  });

  test('has no score with too few samples, and says how many there are', () => {
    const hours = pastHours(24 * 5, () => ({ fundingAnnualFraction: 0.1 }));
    const { funding } = aggregates(makeView([makeInstrument('bybit')]), { hours });
    expect(funding?.past).toEqual({ samples: 20, needed: 28 });
  });

  test('without any rate is absent, not 0', () => {
    const view = makeView([makeInstrument('bybit', { rateFraction: Number.NaN })]);
    expect(aggregates(view)).not.toHaveProperty('funding');
    expect(aggregates(view)).not.toHaveProperty('dispersion');
    expect(aggregates(makeView([]))).toEqual({
      marketMakers: {
        coverage: { venuesFresh: 0, venues: 0, oldestAgeMs: 0, silent: [], without: [] },
      },
    });
  });
});

describe('dispersion', () => {
  test('is the weighted deviation of the venues, with who is lowest and highest', () => {
    const { dispersion } = aggregates(
      makeView([
        makeInstrument('bybit', { rateFraction: 0.0001 }),
        makeInstrument('okx', { rateFraction: 0.0003 }),
        makeInstrument('tiny', { rateFraction: 0.09, openInterestBase: 0 }),
      ]),
    );
    expect(dispersion?.deviationAnnual).toBeCloseTo(0.0001 * 1095, 12);
    expect(dispersion?.lowest.source).toBe('bybit');
    expect(dispersion?.highest).toEqual({ source: 'okx', annualFraction: 0.0003 * 1095 });
  });

  test('of one venue there is none', () => {
    const view = makeView([makeInstrument('bybit'), makeInstrument('bybit', { instrument: 'x' })]);
    expect(aggregates(view)).not.toHaveProperty('dispersion');
  });

  test('is compared with what it was at the same venues in past hours', () => {
    const instrumentHours = pastHours(24 * 10, () => ({})).flatMap(({ hourAt }) =>
      ['bybit', 'okx'].map((source, index) => ({
        source,
        instrument: 'ETHUSDT',
        asset: ETH,
        hourAt,
        openInterestBase: 10,
        fundingAnnualFraction: 0.1 + index * 0.02,
      })),
    );
    const view = makeView([
      makeInstrument('bybit', { rateFraction: 0.0001 }),
      makeInstrument('okx', { rateFraction: 0.0003 }),
    ]);
    const { dispersion } = aggregates(view, { instrumentHours });
    expect(dispersion?.past.median).toBeCloseTo(0.01, 9);
    expect(dispersion?.past).toMatchObject({ z: 3, samples: 40 });
  });
});

test('volatility of funding: a change over missing hours counts as so many hours', () => {
  const rate = (back: number) => ({ fundingAnnualFraction: back % 2 === 0 ? 0.1 : 0.2 });
  const whole = aggregates(makeView([]), { hours: pastHours(400, rate) }).fundingVolatility;
  // Every hour moves by 0.1: sqrt(24 x 0.01) within a day.
  expect(whole?.perDayAnnual).toBeCloseTo(Math.sqrt(24 * 0.01), 9);
  const holes = pastHours(400, (back) => (back % 4 === 0 ? rate(back / 4) : {}));
  const sparse = aggregates(makeView([]), { hours: holes }).fundingVolatility;
  expect(sparse?.perDayAnnual).toBeCloseTo(Math.sqrt(24 * 0.01) / 2, 9);
  expect(whole?.past.samples).toBeGreaterThanOrEqual(60);
});

describe('open interest to volume', () => {
  test('is over the markets that have both figures only', () => {
    const { interestToVolume } = aggregates(
      makeView([
        makeInstrument('bybit', { openInterestBase: 1000, volume24hUsd: 5e6 }),
        makeInstrument('okx', { openInterestBase: 9000, volume24hUsd: Number.NaN }),
      ]),
    );
    expect(interestToVolume?.ratio).toBeCloseTo(0.5, 12);
    expect(interestToVolume?.coverage.without).toEqual(['okx']);
  });

  test('its past is compared within one series of hours', () => {
    const hours = pastHours(24 * 12, (back) => ({
      openInterestBase: back < 2 ? 8000 : 1000,
      volumeUsd: 5e6 / 24,
    }));
    const { interestToVolume } = aggregates(makeView([makeInstrument('bybit')]), { hours });
    expect(interestToVolume?.past.median).toBeCloseTo(0.5, 9);
    expect(interestToVolume?.past.z).toBe(3);
  });
});

describe('estimated leverage', () => {
  test('is open interest over the supply, and absent where no venue passes one on', () => {
    const view = makeView([makeInstrument('bybit'), makeInstrument('okx')]);
    const { leverage } = aggregates(view, { supplyBase: 100_000 });
    expect(leverage?.ratio).toBeCloseTo(0.02, 12);
    expect(aggregates(view)).not.toHaveProperty('leverage');
    expect(aggregates(view, { supplyBase: 0 })).not.toHaveProperty('leverage');
  });
});

test('basis is weighted by open interest over the venues that give an index', () => {
  const { basis } = aggregates(
    makeView([
      makeInstrument('bybit', { markPriceUsd: 2505, openInterestBase: 3000 }),
      makeInstrument('okx', { markPriceUsd: 2500, openInterestBase: 1000 }),
      makeInstrument('gate', { markPriceUsd: 9999, indexPriceUsd: Number.NaN }),
    ]),
  );
  expect(basis?.fraction).toBeCloseTo(0.0015, 12);
  expect(basis?.coverage.without).toEqual(['gate']);
});

describe('market makers', () => {
  const minutes = Array.from({ length: 48 * 60 }, (_, index): AssetMinute => {
    const at = Math.floor(VIEW_AT / MINUTE_MS) * MINUTE_MS - (index + 1) * MINUTE_MS;
    return {
      asset: ETH,
      at,
      priceUsd: 2500,
      bidDepth1pctUsd: 4e6,
      askDepth1pctUsd: 2e6,
      spreadFraction: 0.0001,
    };
  });

  test('that leave show as thin books and wide spreads against the last 48 hours', () => {
    const view = makeView([
      makeInstrument('bybit', { depthUsd: 1e6, spreadFraction: 0.0003 }),
      makeInstrument('okx', { depthUsd: 1e6, spreadFraction: 0.0005 }),
    ]);
    const { bids, asks, spread } = aggregates(view, { minutes }).marketMakers;
    expect(bids).toMatchObject({ usd: 2e6, past: { z: -3, samples: 288, needed: 72 } });
    expect(bids?.past.median).toBeCloseTo(4e6, 3);
    expect(asks?.past.z).toBeCloseTo(0, 9);
    expect(spread?.fraction).toBeCloseTo(0.0004, 12);
    expect(spread?.past.z).toBe(3);
  });

  test('that are not heard are named, and their stale books are no depth', () => {
    const view = makeView([
      makeInstrument('bybit', { depthUsd: 1e6 }),
      makeInstrument('okx', { depthUsd: 1e6, ageMs: 900_000 }),
      makeInstrument('gate', { depthUsd: Number.NaN }),
    ]);
    const { bids, coverage } = aggregates(view).marketMakers;
    expect(bids).toEqual({ usd: 1e6, past: { samples: 0, needed: 72 } });
    expect(coverage).toMatchObject({
      venuesFresh: 1,
      venues: 2,
      silent: [{ source: 'okx' }],
      without: ['gate'],
    });
  });

  test('of minutes from the running one on nothing is used', () => {
    const later = minutes.map((minute) => ({ ...minute, at: minute.at + 48 * HOUR_MS }));
    const { bids } = aggregates(makeView([makeInstrument('bybit')]), {
      minutes: later,
    }).marketMakers;
    expect(bids?.past.samples).toBe(0);
  });
});

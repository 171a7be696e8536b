import { expect, test } from 'vitest';
import { assetId } from '../../../src/signals/assets.ts';
import {
  addSettlements,
  createHourTable,
  HOUR_MS,
  hourWindows,
  type Settlement,
} from '../../../src/sources/kit/history.ts';

const START = Date.UTC(2026, 8, 1);
const BTC = { instrument: 'BTCUSDT', asset: assetId('BTC') };

function fundingOf(settlements: readonly Settlement[]): Record<number, number | undefined> {
  const table = createHourTable('venue', BTC, START, START + 48 * HOUR_MS);
  addSettlements(table, settlements);
  return Object.fromEntries(
    table.hours().map((hour) => [(hour.hourAt - START) / HOUR_MS, hour.fundingAnnualFraction]),
  );
}

const settled = (hour: number, rateFraction: number, jitterMs = 0): Settlement => ({
  at: START + hour * HOUR_MS + jitterMs,
  rateFraction,
});

test('a settled rate ran over the hours since the settlement before', () => {
  const four = 0.0001 * (8760 / 4);
  expect(fundingOf([settled(0, 0.5), settled(4, 0.0001, 13)])).toEqual({
    0: four,
    1: four,
    2: four,
    3: four,
  });
});

test('the first rate has no interval and writes nothing', () => {
  expect(fundingOf([settled(8, 0.0001)])).toEqual({});
});

test('a row that did not decode leaves its hours empty instead of stretching the next rate', () => {
  const hours = fundingOf([settled(0, 0.1), 'hole', settled(16, 0.0001), settled(24, 0.0001)]);
  expect(Object.keys(hours)).toEqual(['16', '17', '18', '19', '20', '21', '22', '23']);
});

test('a distance that is no whole number of hours, or over a day, writes nothing', () => {
  expect(fundingOf([settled(0, 0.1), settled(4, 0.0001, 600_000)])).toEqual({});
  expect(fundingOf([settled(0, 0.1), settled(32, 0.0001)])).toEqual({});
});

test('figures of one hour come together, hours outside the range are left out', () => {
  const table = createHourTable('venue', BTC, START, START + 2 * HOUR_MS);
  table.add(START + HOUR_MS, { closePriceUsd: 2 });
  table.add(START, { closePriceUsd: 1 });
  table.add(START, { openInterestBase: 5 });
  table.add(START - HOUR_MS, { closePriceUsd: 9 });
  table.add(START + 2 * HOUR_MS, { closePriceUsd: 9 });
  table.add(START + 1, { closePriceUsd: 9 });
  expect(table.hours()).toEqual([
    { source: 'venue', ...BTC, hourAt: START, closePriceUsd: 1, openInterestBase: 5 },
    { source: 'venue', ...BTC, hourAt: START + HOUR_MS, closePriceUsd: 2 },
  ]);
});

test('windows cover every whole hour of the range once', () => {
  const windows = hourWindows(START + 5, START + 11 * HOUR_MS + 5, 4);
  expect(
    windows.map(({ endAt, startAt }) => [startAt, endAt].map((at) => (at - START) / HOUR_MS)),
  ).toEqual([
    [1, 4],
    [5, 8],
    [9, 10],
  ]);
  expect(hourWindows(START, START + HOUR_MS - 1, 4)).toEqual([]);
});

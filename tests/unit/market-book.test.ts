import { expect, test } from 'vitest';
import { createMarketBook } from '../../src/market-book.ts';
import { assetId } from '../../src/signals/assets.ts';
import type { MarketView } from '../../src/signals/observe/asset-view.ts';
import { makeInstrument, makeView } from '../fakes/make-view.ts';
import { openTempStore } from '../fakes/temp-store.ts';

const ETH = assetId('ETH');
const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 0, 1, 12, 20);
const RUNNING = Math.floor(NOW / HOUR_MS) * HOUR_MS;

async function open(view?: MarketView) {
  const store = await openTempStore();
  let now = NOW;
  const book = createMarketBook({
    view: () => view,
    store,
    now: () => now,
    liquidationSources: new Set(['okx']),
  });
  return { store, book, wait: (ms: number) => (now += ms) };
}

function hour(back: number, closePriceUsd = 2500) {
  return {
    source: 'bybit',
    instrument: 'ETHUSDT',
    asset: ETH,
    hourAt: RUNNING - back * HOUR_MS,
    closePriceUsd,
    fundingAnnualFraction: 0.125,
  };
}

test('before the first look there is nothing to see', async () => {
  const { book } = await open();
  expect(book.view(ETH)).toBeUndefined();
  expect(book.views()).toEqual([]);
  expect(book.exchanges()).toEqual([]);
  expect(book.supply(ETH)).toBeUndefined();
});

test('shows what was looked at last: assets, and venues without lending protocols', async () => {
  const view = makeView([makeInstrument('bybit')]);
  const { book } = await open({
    at: NOW,
    assets: new Map([[ETH, view]]),
    pricesUsd: new Map(),
    sources: [
      { source: 'bybit', kind: 'exchange', state: 'fresh', fresh: true },
      { source: 'morpho-blue', kind: 'lending', state: 'fresh', fresh: true },
    ],
  });
  expect(book.view(ETH)).toBe(view);
  expect(book.views()).toEqual([view]);
  expect(book.exchanges().map(({ source }) => source)).toEqual(['bybit']);
  expect(book.liquidations.isPublishedBy('okx')).toBe(true);
  expect(book.liquidations.isPublishedBy('bybit')).toBe(false);
});

test('the past is of closed hours, and read anew once another hour has closed', async () => {
  const { book, store, wait } = await open();
  await store.series.writeInstrumentHours([hour(0), hour(1), hour(6), hour(12)]);
  const past = await book.past(ETH);
  expect(past.hours.map(({ hourAt }) => (RUNNING - hourAt) / HOUR_MS)).toEqual([12, 6, 1]);
  // Samples are taken at 0, 6, 12 and 18 o'clock.
  expect(past.sampledMarketHours.map(({ hourAt }) => (RUNNING - hourAt) / HOUR_MS)).toEqual([
    12, 6,
  ]);
  await store.series.writeInstrumentHours([hour(2)]);
  expect(await book.past(ETH)).toBe(past);
  wait(HOUR_MS);
  expect((await book.past(ETH)).hours).toHaveLength(5);
});

test('a past that could not be read is read again', async () => {
  const { store } = await open();
  let reads = 0;
  const book = createMarketBook({
    view: () => undefined,
    store: {
      ...store,
      series: {
        ...store.series,
        async readInstrumentHours() {
          reads += 1;
          if (reads === 1) throw new Error('disk');
          return [];
        },
      },
    },
    now: () => NOW,
    liquidationSources: new Set(),
  });
  await expect(book.past(ETH)).rejects.toThrow('disk');
  expect((await book.past(ETH)).hours).toEqual([]);
});

test('what is recent includes the running hour and minute', async () => {
  const { book, store } = await open();
  await store.series.writeInstrumentHours([hour(0), hour(30)]);
  await store.series.writeAssetMinutes([{ asset: ETH, at: NOW, priceUsd: 1 }]);
  const source = 'okx';
  const closing = { asset: ETH, source, minuteAt: NOW, side: 'long' as const, usd: 5, count: 1 };
  await store.liquidations.add([{ ...closing, completeness: 'all' }]);
  await store.liquidations.noteListening([{ source, completeness: 'all' }], NOW);
  expect(await book.marketHours(ETH, NOW - 24 * HOUR_MS)).toHaveLength(1);
  expect(await book.minutes(ETH, NOW - HOUR_MS)).toHaveLength(1);
  expect(await book.liquidations.minutes(ETH, NOW - HOUR_MS)).toHaveLength(1);
  expect(await book.liquidations.hours(ETH, RUNNING)).toMatchObject([{ usd: 5 }]);
  expect(await book.liquidations.listened(RUNNING)).toMatchObject([{ minutes: 1 }]);
});

import { expect, it } from 'vitest';
import { createHourRecorder } from '../../src/hour-recorder.ts';
import { assetId } from '../../src/signals/assets.ts';
import { makeDepth, makeFunding, makeMark, makeOpenInterest } from '../fakes/make-observations.ts';

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 0, 1, 10);
const BTC = { source: 'bybit', instrument: 'BTCUSDT', asset: assetId('BTC') };

it('an hour holds the last, highest and lowest price, and the latest of the rest', () => {
  const recorder = createHourRecorder();
  recorder.add([
    makeMark('bybit', 'BTC', 100, T0 + 60_000),
    makeOpenInterest('bybit', 'BTC', 5e9, T0 + 60_000),
    makeFunding('bybit', 'BTC', 0.1, T0 + 60_000),
  ]);
  recorder.add([makeMark('bybit', 'BTC', 130, T0 + 120_000)]);
  recorder.add([
    makeMark('bybit', 'BTC', 90, T0 + 180_000),
    makeMark('bybit', 'BTC', 110, T0 + 240_000),
    makeOpenInterest('bybit', 'BTC', 6e9, T0 + 240_000),
  ]);
  expect(recorder.takeChanged()).toEqual([
    {
      ...BTC,
      hourAt: T0,
      closePriceUsd: 110,
      highPriceUsd: 130,
      lowPriceUsd: 90,
      openInterestBase: 6e7,
      fundingAnnualFraction: 0.1,
      volumeUsd: 1e8,
    },
  ]);
});

it('figures that were not seen are absent, never 0', () => {
  const recorder = createHourRecorder();
  recorder.add([makeFunding('bybit', 'BTC', -0.2, T0)]);
  expect(recorder.takeChanged()).toEqual([{ ...BTC, hourAt: T0, fundingAnnualFraction: -0.2 }]);
});

it('the first instant of an hour belongs to it, the last to the one before', () => {
  const recorder = createHourRecorder();
  recorder.add([
    makeMark('bybit', 'BTC', 1, T0 + HOUR - 1),
    makeMark('bybit', 'BTC', 2, T0 + HOUR),
  ]);
  expect(recorder.takeChanged()).toMatchObject([
    { hourAt: T0, closePriceUsd: 1 },
    { hourAt: T0 + HOUR, closePriceUsd: 2 },
  ]);
});

it('instruments and venues have hours of their own', () => {
  const recorder = createHourRecorder();
  recorder.add([
    makeMark('bybit', 'BTC', 1, T0),
    makeMark('bybit', 'ETH', 2, T0),
    makeMark('hyperliquid', 'BTC', 3, T0),
  ]);
  expect(recorder.takeChanged().map(({ closePriceUsd }) => closePriceUsd)).toEqual([1, 2, 3]);
});

it('only what changed since is given, with the high and low of the whole hour', () => {
  const recorder = createHourRecorder();
  recorder.add([makeMark('bybit', 'BTC', 130, T0), makeMark('bybit', 'ETH', 5, T0)]);
  recorder.takeChanged();
  expect(recorder.takeChanged()).toEqual([]);
  recorder.add([makeMark('bybit', 'BTC', 100, T0 + 60_000)]);
  expect(recorder.takeChanged()).toMatchObject([
    { instrument: 'BTCUSDT', closePriceUsd: 100, highPriceUsd: 130, lowPriceUsd: 100 },
  ]);
});

it('hours already given do not change under the one who took them', () => {
  const recorder = createHourRecorder();
  recorder.add([makeMark('bybit', 'BTC', 100, T0)]);
  const [taken] = recorder.takeChanged();
  recorder.add([makeMark('bybit', 'BTC', 200, T0 + 1)]);
  expect(taken?.closePriceUsd).toBe(100);
});

it('a late figure goes into its own hour and leaves the running one alone', () => {
  const recorder = createHourRecorder();
  recorder.add([makeMark('bybit', 'BTC', 100, T0 + HOUR)]);
  recorder.add([makeMark('bybit', 'BTC', 50, T0 + HOUR - 1)]);
  recorder.add([makeMark('bybit', 'BTC', 101, T0 + HOUR + 1)]);
  expect(recorder.takeChanged()).toMatchObject([
    { hourAt: T0 + HOUR, closePriceUsd: 101, lowPriceUsd: 100 },
    { hourAt: T0, closePriceUsd: 50 },
  ]);
});

it('order books are no part of an hour', () => {
  const recorder = createHourRecorder();
  recorder.add([makeDepth('bybit', 'BTC', T0)]);
  expect(recorder.takeChanged()).toEqual([]);
});

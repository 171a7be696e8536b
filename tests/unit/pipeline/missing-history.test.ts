import { expect, it } from 'vitest';
import { firstMissingHour } from '../../../src/pipeline/missing-history.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { hoursOf } from '../../fakes/scripted-source.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);
const END = START + 10 * HOUR;
const BTC = { instrument: 'BTCUSDT', asset: assetId('BTC') };

function stored(from: number, to: number) {
  return hoursOf('bybit', BTC, START + from * HOUR, START + to * HOUR);
}

/** In hours after START. */
function missing(hours: ReturnType<typeof stored>): number {
  return (firstMissingHour(hours, START, END) - START) / HOUR;
}

it('nothing stored: all of it', () => {
  expect(missing([])).toBe(0);
});

it('all stored: nothing', () => {
  expect(missing(stored(0, 10))).toBe(10);
});

it('an end missing: from the hour before, which may be half an hour of live figures', () => {
  expect(missing(stored(0, 7))).toBe(6);
});

it('live hours of an instrument whose past was never fetched: all of it', () => {
  expect(missing(stored(8, 10))).toBe(0);
});

it('a gap in the middle: from the hour before the gap', () => {
  expect(missing([...stored(0, 4), ...stored(6, 10)])).toBe(3);
});

it('an hour without a price is a gap', () => {
  const hours = stored(0, 10).map((hour, index) => {
    const { closePriceUsd: _, ...rest } = hour;
    return index === 5 ? { ...rest, openInterestBase: 1 } : hour;
  });
  expect(missing(hours)).toBe(4);
});

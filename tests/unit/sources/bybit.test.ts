import { expect, test } from 'vitest';
import { coinOf } from '../../../src/sources/exchanges/bybit/name.ts';
import { openInterestOf } from '../../../src/sources/exchanges/bybit/open-interest.ts';
import { createTally } from '../../../src/sources/kit/tally.ts';

const LINEAR = { openInterest: '200', openInterestValue: '6000' };
const INVERSE = { openInterest: '6000', openInterestValue: '200' };

/** At a mark of 30 USD. */
function interestOf(raw: Record<string, string>, symbol: string) {
  const coin = coinOf(symbol);
  expect(coin).toBeDefined();
  return coin && openInterestOf(raw, coin, 30, createTally('bybit').row(symbol));
}

test('a linear row of the older shape counts both sides: halved', () => {
  expect(interestOf(LINEAR, 'BTCUSDT')).toEqual({
    openInterestBase: 100,
    openInterestUsd: 3000,
    counting: 'halved',
  });
});

test('an inverse row of the older shape is in USD of both sides: halved, in coins at the mark', () => {
  expect(interestOf(INVERSE, 'BTCUSD')).toEqual({
    openInterestBase: 100,
    openInterestUsd: 3000,
    counting: 'halved',
  });
});

test('where the venue gives one side, it is taken as it is', () => {
  expect(
    interestOf(
      { ...LINEAR, singleOpenInterest: '100', singleOpenInterestValue: '3000' },
      'BTCUSDT',
    ),
  ).toEqual({ openInterestBase: 100, openInterestUsd: 3000, counting: 'one-sided as published' });
});

import { expect, test } from 'vitest';
import { createCoinFilter } from '../../../src/pipeline/coins-only.ts';
import {
  makeBorrowPosition,
  makeDepth,
  makeFunding,
  makeMark,
  makeOpenInterest,
} from '../../fakes/make-observations.ts';

const AT = Date.UTC(2026, 8, 13);
const stock = { ...makeMark('okx', 'META', 700, AT), assetClass: 'stock' as const };
const coin = makeMark('okx', 'BTC', 77_000, AT);

test('the figures of a stock are left out, those of coins and positions stay', () => {
  const filter = createCoinFilter();
  const position = makeBorrowPosition('okx', '0xabc', 2, 1, AT);
  const bitcoin = [makeFunding('okx', 'BTC', 0.1, AT), coin, position];
  const meta = [makeFunding('okx', 'META', 0, AT), makeOpenInterest('okx', 'META', 1e6, AT), stock];
  expect(filter('okx', [...meta, ...bitcoin])).toEqual(bitcoin);
});

test('what an instrument is on is remembered for its book, at that venue only', () => {
  const filter = createCoinFilter();
  filter('okx', [stock]);
  expect(filter('okx', [makeDepth('okx', 'META', AT)])).toEqual([]);
  const elsewhere = makeDepth('bybit', 'META', AT);
  expect(filter('bybit', [elsewhere])).toEqual([elsewhere]);
});

test('an instrument that turns out to be on a coin counts again', () => {
  const filter = createCoinFilter();
  filter('okx', [stock]);
  const { assetClass: _, ...asCoin } = stock;
  expect(filter('okx', [asCoin])).toEqual([asCoin]);
});

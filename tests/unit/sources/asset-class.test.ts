import { expect, test } from 'vitest';
import { assetId } from '../../../src/signals/assets.ts';
import { assetOfClass, classOfName, commodityClass } from '../../../src/sources/kit/asset-class.ts';

test.each([
  ['TSLA', 'stock'],
  ['tsla', 'stock'],
  ['XAU', 'metal'],
  ['BRENT', 'commodity'],
  ['EUR', 'fx'],
  ['US500', 'index'],
])('%s is of class %s by its name', (name, assetClass) => {
  expect(classOfName(name)).toBe(assetClass);
});

test.each(['BTC', 'SPX', 'GOLD', 'OIL', 'GAS', 'CORN', 'KO', 'PEP', 'BB', 'QNT', 'PAXG'])(
  '%s is a coin as far as its name tells',
  (name) => {
    expect(classOfName(name)).toBeUndefined();
  },
);

test.each([
  ['XAU', 'metal'],
  ['GOLD', 'metal'],
  ['COPPER', 'metal'],
  ['CL', 'commodity'],
  ['GAS', 'commodity'],
])('among commodities %s is of class %s', (name, assetClass) => {
  expect(commodityClass(name)).toBe(assetClass);
});

test('a metal has one name, whatever a venue calls it; the coin GOLD keeps its own', () => {
  expect(assetOfClass(assetId('GOLD'), 'metal')).toBe('XAU');
  expect(assetOfClass(assetId('XAU'), 'metal')).toBe('XAU');
  expect(assetOfClass(assetId('SILVER'), 'metal')).toBe('XAG');
  expect(assetOfClass(assetId('GOLD'), undefined)).toBe('GOLD');
  expect(assetOfClass(assetId('GOLD'), 'stock')).toBe('GOLD');
});

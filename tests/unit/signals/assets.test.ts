import { describe, expect, it } from 'vitest';
import {
  assetId,
  assetOfToken,
  canonicalAsset,
  isStableAsset,
  parseAssetId,
} from '../../../src/signals/assets.ts';

describe('canonicalAsset', () => {
  it.each([
    ['BTC', 'plain', 'BTC', 1],
    ['XBT', 'plain', 'BTC', 1],
    ['XDG', 'plain', 'DOGE', 1],
    ['1000PEPE', 'numeric-prefix', 'PEPE', 1000],
    ['10000WHY', 'numeric-prefix', 'WHY', 10_000],
    ['1000000MOG', 'numeric-prefix', 'MOG', 1_000_000],
    ['1MBABYDOGE', 'numeric-prefix', 'BABYDOGE', 1_000_000],
    ['1000SATS', 'numeric-prefix', 'SATS', 1000],
    ['10000SATS', 'numeric-prefix', 'SATS', 10_000],
    ['1000CHEEMS', 'numeric-prefix', 'CHEEMS', 1000],
    ['kPEPE', 'k-prefix', 'PEPE', 1000],
  ] as const)('%s (%s) is %s, %d coins to the unit', (base, style, asset, multiplier) => {
    expect(canonicalAsset(base, style)).toEqual({ asset, multiplier });
  });

  it.each([
    ['KAS', 'k-prefix'],
    ['KPEPE', 'k-prefix'],
    ['1000X', 'numeric-prefix'],
    ['1MBABYDOGE', 'plain'],
    ['1INCH', 'numeric-prefix'],
    ['1000', 'numeric-prefix'],
    ['1000PEPE', 'plain'],
    ['1000PEPE', 'k-prefix'],
  ] as const)('%s (%s) keeps its own name', (base, style) => {
    expect(canonicalAsset(base, style)).toEqual({ asset: base, multiplier: 1 });
  });

  it.each(['币安人生', '1000币', 'ſOL', 'BTC-USD', 'BTC_PERP', 'kPEPE', 'A'.repeat(21), ''])(
    'refuses %j, which is no coin name, with a numeric prefix style',
    (base) => {
      expect(canonicalAsset(base, 'numeric-prefix')).toBeUndefined();
    },
  );
});

describe('parseAssetId', () => {
  it('takes what a person types: any case, spaces around, other names', () => {
    expect(parseAssetId(' btc\n')).toBe('BTC');
    expect(parseAssetId('xbt')).toBe('BTC');
  });

  it('refuses letters that only look like ASCII after upper-casing', () => {
    expect('ſol'.toUpperCase()).toBe('SOL');
    expect(parseAssetId('ſol')).toBeUndefined();
    expect(parseAssetId('ß')).toBeUndefined();
  });

  it('refuses punctuation and empty text', () => {
    expect(parseAssetId('BTC/USD')).toBeUndefined();
    expect(parseAssetId('  ')).toBeUndefined();
  });

  it('assetId names the text it refuses', () => {
    expect(() => assetId('BTC!')).toThrow(new RangeError('not an asset name: "BTC!"'));
  });
});

describe('assetOfToken', () => {
  it.each([
    ['wstETH', 'ETH'],
    ['WETH', 'ETH'],
    ['weETH', 'ETH'],
    ['cbBTC', 'BTC'],
    ['JitoSOL', 'SOL'],
    ['LINK', 'LINK'],
  ])('%s moves with %s', (token, asset) => {
    expect(assetOfToken(token)).toEqual({ asset, stable: false });
  });

  it.each([
    ['USDC', 'USDC'],
    ['USD₮0', 'USDT0'],
    ['USD₮', 'USDT'],
    ['sUSDe', 'SUSDE'],
    ['USDC.e', 'USDCE'],
    ['USD0++', 'USD0'],
  ])('%s is a dollar, %s', (token, asset) => {
    expect(assetOfToken(token)).toEqual({ asset, stable: true });
    expect(isStableAsset(assetId(asset))).toBe(true);
  });

  it('gives nothing for a token whose name cannot be an asset', () => {
    expect(assetOfToken('PT-sUSDE-25SEP')).toBeUndefined();
    expect(assetOfToken('uſdc')).toBeUndefined();
    expect(assetOfToken('')).toBeUndefined();
  });

  it('a coin is no dollar', () => {
    expect(isStableAsset(assetId('ETH'))).toBe(false);
  });
});

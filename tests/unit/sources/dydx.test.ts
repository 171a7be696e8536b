import { expect, test } from 'vitest';
import { assetId } from '../../../src/signals/assets.ts';
import { dydx } from '../../../src/sources/exchanges/dydx/dydx.ts';
import { leverageOf } from '../../../src/sources/exchanges/dydx/leverage.ts';
import { coinOf } from '../../../src/sources/exchanges/dydx/name.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { scriptedHttp } from '../../fakes/scripted-http.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 8, 13, 15, 20);
const BTC = { asset: assetId('BTC'), instrument: 'BTC-USD' };

test.each(['NEIRO,RAYDIUM,CTJF-USD', 'BTC-USDC', 'BTCUSD', '../BTC-USD', 'btc-USD'])(
  '%s is no market here',
  (ticker) => {
    expect(coinOf(ticker)).toBeUndefined();
  },
);

test.each([
  [0, 20],
  [20e6, 20],
  [35e6, 1 / 0.525],
  [50e6, 1],
  [90e6, 1],
])(
  'with caps of 20 and 50 million, at %d USD open 20x becomes %dx',
  (openInterestUsd, leverage) => {
    expect(
      leverageOf({
        initialMarginFraction: 0.05,
        openInterestLowerCap: 20e6,
        openInterestUpperCap: 50e6,
        openInterestUsd,
      }),
    ).toBeCloseTo(leverage, 12);
  },
);

test('without caps the published margin holds at any open interest', () => {
  const caps = { openInterestLowerCap: 0, openInterestUpperCap: 0 };
  expect(leverageOf({ initialMarginFraction: 0.02, ...caps, openInterestUsd: 1e12 })).toBe(50);
});

test('settled funding is paged backwards until the range is covered', async () => {
  const from = Date.UTC(2026, 6, 1);
  const http = scriptedHttp(({ path, query }) => {
    if (path.startsWith('/candles')) return { candles: [] };
    const before = Date.parse(query['effectiveBeforeOrAt'] ?? '');
    const newest = Math.floor(before / HOUR);
    const rows = Array.from({ length: 1000 }, (_, index) => ({
      ticker: 'BTC-USD',
      rate: '0.00001',
      effectiveAt: new Date((newest - index) * HOUR + 219).toISOString(),
    }));
    return { historicalFunding: rows };
  });
  const { gaps, hours } = await dydx.fetchHistory(contextOver(http, NOW), BTC, from, NOW);
  const pages = http.requests.filter(({ path }) => path.startsWith('/historicalFunding'));
  // 74.6 days are 1791 hours.
  expect(hours).toHaveLength(1791);
  expect(hours.every((hour) => hour.fundingAnnualFraction !== undefined)).toBe(true);
  expect(pages).toHaveLength(2);
  expect(gaps).toEqual([]);
});

test('a history call for a market with another name asks nothing', async () => {
  const http = scriptedHttp(() => ({}));
  const odd = { asset: assetId('NEIRO'), instrument: 'NEIRO,RAYDIUM-USD' };
  await expect(dydx.fetchHistory(contextOver(http, NOW), odd, 0, NOW)).rejects.toMatchObject({
    reason: 'unsupported',
  });
  expect(http.requests).toEqual([]);
});

test('a market whose state is not known is dropped, not taken for a live one', async () => {
  const market = { status: 'ACTIVE', oraclePrice: '2', nextFundingRate: '0', openInterest: '1' };
  const http = scriptedHttp(() => ({
    markets: {
      'BTC-USD': { ...market, ticker: 'BTC-USD' },
      'ETH-USD': { ...market, ticker: 'ETH-USD', status: 'SOMETHING_NEW' },
      'SOL-USD': { ...market, ticker: 'XRP-USD' },
    },
  }));
  const batch = await dydx.fetchSnapshot(contextOver(http, NOW));
  expect(batch).toMatchObject({ rowsSeen: 3, rowsDropped: 2 });
  expect(
    new Set(batch.observations.map((one) => one.source && 'asset' in one && one.asset)),
  ).toEqual(new Set(['BTC']));
});

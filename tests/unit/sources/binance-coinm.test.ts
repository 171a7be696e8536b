import { expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { binanceCoinm } from '../../../src/sources/exchanges/binance-coinm/binance-coinm.ts';
import { coinOf } from '../../../src/sources/exchanges/binance-coinm/name.ts';
import type { SourceBatch } from '../../../src/sources/kit/define.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { type ScriptedRequest, scriptedHttp } from '../../fakes/scripted-http.ts';

const NOW = Date.UTC(2026, 8, 13, 15);
const HOUR = 3_600_000;
const BTC = { instrument: 'BTCUSD_PERP', asset: assetId('BTC') };

const premium = (symbol: string, more: Record<string, unknown> = {}) => ({
  ...{ symbol, markPrice: '50', indexPrice: '50', lastFundingRate: '0.0001' },
  ...{ nextFundingTime: NOW + HOUR, time: NOW, ...more },
});
const contract = (symbol: string, more: Record<string, unknown> = {}) => ({
  ...{ symbol, contractStatus: 'TRADING', contractType: 'PERPETUAL', contractSize: 10 },
  ...more,
});

interface Venue {
  premiums: unknown[];
  symbols?: () => unknown[];
  intervals?: unknown;
  openInterest?: (symbol: string) => unknown;
}

function venue({ intervals = [], openInterest, premiums, symbols }: Venue) {
  return scriptedHttp(({ path, query }: ScriptedRequest) => {
    const symbol = query['symbol'] ?? '';
    if (path.endsWith('exchangeInfo')) {
      return { symbols: symbols?.() ?? premiums.map((row) => contract((row as Named).symbol)) };
    }
    if (path.endsWith('premiumIndex')) return premiums;
    if (path.endsWith('fundingInfo')) return intervals;
    if (path.endsWith('ticker/24hr')) return [];
    return openInterest?.(symbol) ?? { symbol, openInterest: '5', time: NOW };
  });
}
interface Named {
  symbol: string;
}

function hoursOf(batch: SourceBatch): Record<string, number> {
  const funding = batch.observations.filter((one) => one.kind === 'funding');
  return Object.fromEntries(funding.map((one) => [one.instrument, one.intervalHours]));
}

test.each([
  ['BTCUSD_PERP', { asset: 'BTC', multiplier: 1, pair: 'BTCUSD' }],
  ['1000SHIBUSD_PERP', { asset: 'SHIB', multiplier: 1000, pair: '1000SHIBUSD' }],
  ['BTCUSD_260925', undefined],
  ['BTCUSDT', undefined],
])('%s is the market of %j', (symbol, expected) => {
  expect(coinOf(symbol)).toEqual(expected);
});

test('open interest counts contracts of so many USD; coins are USD over the mark of one coin', async () => {
  const http = venue({
    premiums: [premium('BTCUSD_PERP'), premium('1000SHIBUSD_PERP', { markPrice: '0.02' })],
    symbols: () => [contract('BTCUSD_PERP', { contractSize: 100 }), contract('1000SHIBUSD_PERP')],
  });
  const batch = await binanceCoinm.fetchSnapshot(contextOver(http, NOW));
  const interest = batch.observations.filter((one) => one.kind === 'open-interest');
  // 5 x 100 USD / 50 = 10 BTC; 5 x 10 USD / 0.00002 = 2,500,000 SHIB.
  expect(interest.map((one) => [one.asset, one.openInterestUsd])).toEqual([
    ['BTC', 500],
    ['SHIB', 50],
  ]);
  expect(interest[0]?.openInterestBase).toBeCloseTo(10, 9);
  expect(interest[1]?.openInterestBase).toBeCloseTo(2_500_000, 3);
});

test('a symbol that fundingInfo does not list settles every 8 h', async () => {
  const http = venue({
    premiums: [premium('BTCUSD_PERP'), premium('ETHUSD_PERP')],
    intervals: [{ symbol: 'ETHUSD_PERP', fundingIntervalHours: 4 }],
  });
  const batch = await binanceCoinm.fetchSnapshot(contextOver(http, NOW));
  expect(hoursOf(batch)).toEqual({ BTCUSD_PERP: 8, ETHUSD_PERP: 4 });
});

test.each([[null], ['NaN'], ['BTCUSD']])(
  'with the name %j in fundingInfo nobody is assumed to settle every 8 h',
  async (symbol) => {
    const http = venue({
      premiums: [premium('BTCUSD_PERP'), premium('ETHUSD_PERP')],
      intervals: [
        { symbol, fundingIntervalHours: 4 },
        { symbol: 'BTCUSD_PERP', fundingIntervalHours: 8 },
      ],
    });
    const batch = await binanceCoinm.fetchSnapshot(contextOver(http, NOW));
    expect(hoursOf(batch)).toEqual({ BTCUSD_PERP: 8 });
    expect(batch.rowsDropped).toBe(1);
  },
);

test('a null where fundingInfo should be costs funding only', async () => {
  const http = venue({ premiums: [premium('BTCUSD_PERP')], intervals: null });
  const batch = await binanceCoinm.fetchSnapshot(contextOver(http, NOW));
  expect(batch.observations.map((one) => one.kind)).toEqual(['market', 'open-interest']);
  expect(batch.gaps).toEqual([
    expect.objectContaining({ wanted: 'funding', reason: 'bad-payload' }),
  ]);
});

test('contracts that are wound up are left out by rule, unreadable ones are counted', async () => {
  const names = ['BTC', 'END', 'ODD', 'GONE'].map((base) => `${base}USD_PERP`);
  const http = venue({
    premiums: names.map((name) => premium(name)),
    symbols: () => [
      contract('BTCUSD_PERP'),
      contract('ENDUSD_PERP', { contractStatus: 'SETTLING' }),
      contract('ODDUSD_PERP', { contractSize: 0 }),
    ],
  });
  const batch = await binanceCoinm.fetchSnapshot(contextOver(http, NOW));
  expect(hoursOf(batch)).toEqual({ BTCUSD_PERP: 8 });
  expect(batch).toMatchObject({ rowsSeen: 3, rowsDropped: 2 });
});

test('contracts are read once in ten minutes, and known ones serve an hour when they cannot be', async () => {
  let down = false;
  const http = venue({
    premiums: [premium('BTCUSD_PERP')],
    symbols: () => {
      if (down) throw new SourceError('unavailable', 'down');
      return [contract('BTCUSD_PERP')];
    },
  });
  const reads = () => http.requests.filter(({ path }) => path.endsWith('exchangeInfo')).length;
  const snapshot = (at: number) => binanceCoinm.fetchSnapshot(contextOver(http, at));
  await snapshot(NOW);
  await snapshot(NOW + 599_000);
  expect(reads()).toBe(1);
  down = true;
  expect(hoursOf(await snapshot(NOW + 600_000))).toEqual({ BTCUSD_PERP: 8 });
  expect(reads()).toBe(2);
  await expect(snapshot(NOW + HOUR)).rejects.toThrow('down');
});

test('one failing open interest is a gap of that instrument', async () => {
  const http = venue({
    premiums: [premium('BTCUSD_PERP'), premium('ETHUSD_PERP')],
    openInterest: (symbol) => {
      if (symbol === 'ETHUSD_PERP') throw new SourceError('bad-payload', 'HTTP 400');
      return undefined;
    },
  });
  const batch = await binanceCoinm.fetchSnapshot(contextOver(http, NOW));
  const interest = batch.observations.filter((one) => one.kind === 'open-interest');
  expect(interest.map((one) => one.instrument)).toEqual(['BTCUSD_PERP']);
  expect(batch.gaps).toEqual([
    expect.objectContaining({ wanted: 'open-interest', instrument: 'ETHUSD_PERP' }),
  ]);
});

test('instruments a throttle leaves unasked are told in one gap', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `COIN${index}USD_PERP`);
  const http = venue({
    premiums: names.map((name) => premium(name)),
    openInterest: () => {
      throw new SourceError('rate-limited', 'slow down');
    },
  });
  const batch = await binanceCoinm.fetchSnapshot(contextOver(http, NOW));
  expect(batch.gaps.filter((gap) => gap.instrument === undefined)).toEqual([
    expect.objectContaining({ detail: '12 instruments not asked: slow down' }),
  ]);
});

test('a statistic that is empty, or of no sales, is absent; one that fails is a gap', async () => {
  const http = scriptedHttp(({ path, query }) => {
    const timestamp = NOW - 60_000;
    const { pair } = query;
    if (path.endsWith('topLongShortAccountRatio')) throw new SourceError('bad-payload', 'no');
    if (path.endsWith('topLongShortPositionRatio')) return [];
    if (path.endsWith('takerBuySellVol')) {
      const volumes = { takerBuyVol: '3', takerSellVol: '0' };
      return [{ pair, contractType: 'PERPETUAL', ...volumes, timestamp }];
    }
    return [{ pair, longShortRatio: '1.5', timestamp }];
  });
  const batch = await binanceCoinm.fetchPositioning?.(contextOver(http, NOW), [BTC]);
  expect(batch?.observations).toEqual([
    {
      kind: 'positioning',
      source: 'binance-coinm',
      ...BTC,
      longShortAccountRatio: 1.5,
      observedAt: NOW - 60_000,
    },
  ]);
  expect(batch?.gaps).toEqual([
    expect.objectContaining({ wanted: 'positioning', instrument: 'BTCUSD_PERP' }),
  ]);
});

import { expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { bybit } from '../../../src/sources/exchanges/bybit/bybit.ts';
import { classOfType } from '../../../src/sources/exchanges/bybit/instruments.ts';
import { coinOf } from '../../../src/sources/exchanges/bybit/name.ts';
import { runSource } from '../../../src/sources/run.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { type ScriptedRequest, scriptedHttp } from '../../fakes/scripted-http.ts';

const NOW = Date.UTC(2026, 8, 13, 15);
const MINUTE = 60_000;

const envelope = (result: unknown) => ({ retCode: 0, result, time: NOW });
const ticker = (symbol: string) => ({
  ...{ symbol, markPrice: '100', fundingRate: '0', fundingIntervalHour: '8' },
  ...{ nextFundingTime: String(NOW + 3_600_000), deliveryTime: '0', curPreListingPhase: '' },
  ...{ singleOpenInterest: '1', singleOpenInterestValue: '100' },
});

function venue(symbols: string[], instruments: (request: ScriptedRequest) => unknown) {
  return scriptedHttp((request) => {
    if (request.path.endsWith('instruments-info')) return envelope(instruments(request));
    const { category } = request.query;
    return envelope({ category, list: category === 'linear' ? symbols.map(ticker) : [] });
  });
}

async function marketsAt(http: ReturnType<typeof scriptedHttp>, now = NOW) {
  const { gaps, observations } = await bybit.fetchSnapshot(contextOver(http, now));
  const markets = observations.filter((one) => one.kind === 'market');
  const told = markets.map(({ asset, assetClass, maxLeverage }) => [
    asset,
    assetClass,
    maxLeverage,
  ]);
  return { gaps, told };
}

test('the list of instruments is read to its last page', async () => {
  const http = venue(['TSLAUSDT', 'XAUUSDT'], ({ query }) =>
    query['cursor'] === 'next=2'
      ? { list: [{ symbol: 'XAUUSDT', symbolType: 'commodity' }], nextPageCursor: '' }
      : { list: [{ symbol: 'TSLAUSDT', symbolType: 'stock' }], nextPageCursor: 'next%3D2' },
  );
  expect((await marketsAt(http)).told).toEqual([
    ['TSLA', 'stock', undefined],
    ['XAU', 'metal', undefined],
  ]);
});

test('without it the class is what the name tells, and the lack is a gap', async () => {
  const http = venue(['TSLAUSDT', 'BTCUSDT'], () => {
    throw new SourceError('unavailable', 'down');
  });
  const { gaps, told } = await marketsAt(http);
  expect(told).toEqual([
    ['TSLA', 'stock', undefined],
    ['BTC', undefined, undefined],
  ]);
  expect(gaps).toEqual([expect.objectContaining({ wanted: 'market', reason: 'unavailable' })]);
});

test('it is read every ten minutes, and one that fails leaves the old one', async () => {
  let broken = false;
  const http = venue(['TSLAUSDT'], () => {
    if (broken) throw new SourceError('unavailable', 'down');
    const leverageFilter = { maxLeverage: '10.00' };
    return { list: [{ symbol: 'TSLAUSDT', symbolType: 'stock', leverageFilter }] };
  });
  const reads = () => http.requests.filter(({ path }) => path.endsWith('instruments-info')).length;
  await marketsAt(http);
  await marketsAt(http, NOW + 9 * MINUTE);
  expect(reads()).toBe(1);
  broken = true;
  const { gaps, told } = await marketsAt(http, NOW + 10 * MINUTE);
  expect(reads()).toBe(2);
  expect(told).toEqual([['TSLA', 'stock', 10]]);
  expect(gaps).toEqual([]);
});

test.each([
  ['', 'META', undefined],
  ['innovation', 'META', undefined],
  ['stock', 'META', 'stock'],
  ['etf', 'SPXX', 'stock'],
  ['commodity', 'XAG', 'metal'],
  ['commodity', 'CL', 'commodity'],
  ['forex', 'EUR', 'fx'],
  [undefined, 'NVDA', 'stock'],
  ['something new', 'NVDA', 'stock'],
  ['something new', 'BTC', undefined],
])('symbol type %j on %s is of class %s', (symbolType, base, assetClass) => {
  expect(classOfType(symbolType, base)).toBe(assetClass);
});

test('BTCPERP is the linear contract in USDC', () => {
  expect(coinOf('BTCPERP')).toEqual({ asset: 'BTC', multiplier: 1, category: 'linear' });
});

test.each([
  ['shares that do not add up', { buyRatio: '0.7', sellRatio: '0.7' }],
  ['nobody short', { buyRatio: '1', sellRatio: '0' }],
])('a ratio of accounts with %s is refused', async (_name, shares) => {
  const row = { symbol: 'BTCUSDT', ...shares, timestamp: String(NOW) };
  const http = scriptedHttp(() => envelope({ list: [row] }));
  const batch = await runSource(bybit, 'positioning', contextOver(http, NOW), {
    instruments: [{ asset: assetId('BTC'), instrument: 'BTCUSDT' }],
  });
  expect(batch.observations).toEqual([]);
  expect(batch.gaps).toEqual([expect.objectContaining({ reason: 'bad-payload' })]);
});

test('tiers that do not rise are refused, not sorted', async () => {
  const tier = (riskLimitValue: string) => ({
    ...{ symbol: 'BTCUSDT', riskLimitValue, maintenanceMargin: '0.01', maxLeverage: '50' },
  });
  const http = scriptedHttp(() => envelope({ list: [tier('2000'), tier('1000')] }));
  const batch = await runSource(bybit, 'margin-tiers', contextOver(http, NOW), {
    instruments: [{ asset: assetId('BTC'), instrument: 'BTCUSDT' }],
  });
  expect(batch.observations).toEqual([]);
  expect(batch.gaps).toEqual([expect.objectContaining({ reason: 'bad-payload' })]);
});

import { expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { binanceUsdm } from '../../../src/sources/exchanges/binance-usdm/binance-usdm.ts';
import type { SourceBatch } from '../../../src/sources/kit/define.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { type ScriptedRequest, scriptedHttp } from '../../fakes/scripted-http.ts';

const NOW = Date.UTC(2026, 8, 13, 15);

const premium = (symbol: string, lastFundingRate = '0.0001') => ({
  symbol,
  markPrice: '100',
  indexPrice: '100',
  lastFundingRate,
  nextFundingTime: NOW + 3_600_000,
  time: NOW,
});
const interval = (symbol: unknown, fundingIntervalHours: unknown) => ({
  symbol,
  fundingIntervalHours,
});
const contract = (symbol: string) => ({ symbol, status: 'TRADING', contractType: 'PERPETUAL' });

interface Venue {
  premiumIndex: unknown;
  fundingInfo?: unknown;
  exchangeInfo?: unknown;
  tickers?: unknown;
  openInterest?: (symbol: string) => unknown;
}

function venue(script: Venue) {
  return scriptedHttp(({ path, query }: ScriptedRequest) => {
    const symbol = query['symbol'] ?? '';
    const answers: Record<string, () => unknown> = {
      '/fapi/v1/premiumIndex': () => script.premiumIndex,
      '/fapi/v1/fundingInfo': () => script.fundingInfo ?? [],
      '/fapi/v1/exchangeInfo': () => script.exchangeInfo,
      '/fapi/v1/ticker/24hr': () => script.tickers ?? [],
      '/fapi/v1/openInterest': () =>
        script.openInterest?.(symbol) ?? { symbol, openInterest: '5', time: NOW },
    };
    const answer = answers[path]?.();
    if (answer === undefined) throw new SourceError('unavailable', 'down');
    return answer;
  });
}

function fundingIntervals(batch: SourceBatch): Record<string, number> {
  const funding = batch.observations.filter((one) => one.kind === 'funding');
  return Object.fromEntries(funding.map((one) => [one.instrument, one.intervalHours]));
}

const TWO = { symbols: [contract('BTCUSDT'), contract('LPTUSDT')] };

test('a symbol that fundingInfo does not list settles every 8 h', async () => {
  const http = venue({
    premiumIndex: [premium('BTCUSDT'), premium('LPTUSDT')],
    fundingInfo: [interval('LPTUSDT', 4)],
    exchangeInfo: TWO,
  });
  const batch = await binanceUsdm.fetchSnapshot(contextOver(http, NOW));
  expect(fundingIntervals(batch)).toEqual({ BTCUSDT: 8, LPTUSDT: 4 });
});

test.each([
  ['an unreadable name', interval('NaN', 4)],
  ['no name', interval(null, 4)],
])('with %s in fundingInfo nobody is assumed to settle every 8 h', async (_name, row) => {
  const http = venue({
    premiumIndex: [premium('BTCUSDT'), premium('LPTUSDT')],
    fundingInfo: [row, interval('BTCUSDT', 8)],
    exchangeInfo: TWO,
  });
  const batch = await binanceUsdm.fetchSnapshot(contextOver(http, NOW));
  expect(fundingIntervals(batch)).toEqual({ BTCUSDT: 8 });
  expect(batch.rowsDropped).toBe(1);
});

test('without fundingInfo the rest is kept and funding is a gap', async () => {
  const http = venue({
    premiumIndex: [premium('BTCUSDT')],
    fundingInfo: { code: -1 },
    exchangeInfo: TWO,
  });
  const batch = await binanceUsdm.fetchSnapshot(contextOver(http, NOW));
  expect(batch.observations.map((one) => one.kind)).toEqual(['market', 'open-interest']);
  expect(batch.gaps).toEqual([
    expect.objectContaining({ wanted: 'funding', reason: 'bad-payload' }),
  ]);
});

test('without contract states, zero rates (perhaps settling contracts) are left out', async () => {
  const http = venue({ premiumIndex: [premium('BTCUSDT'), premium('ALPACAUSDT', '0.00000000')] });
  const batch = await binanceUsdm.fetchSnapshot(contextOver(http, NOW));
  expect(new Set(batch.observations.map((one) => 'instrument' in one && one.instrument))).toEqual(
    new Set(['BTCUSDT']),
  );
  expect(batch.gaps.map((gap) => gap.wanted)).toEqual(['market', 'market']);
});

test('contract states are read once in ten minutes', async () => {
  const http = venue({ premiumIndex: [premium('BTCUSDT')], exchangeInfo: TWO });
  const reads = () => http.requests.filter(({ path }) => path.endsWith('exchangeInfo')).length;
  await binanceUsdm.fetchSnapshot(contextOver(http, NOW));
  await binanceUsdm.fetchSnapshot(contextOver(http, NOW + 599_000));
  expect(reads()).toBe(1);
  await binanceUsdm.fetchSnapshot(contextOver(http, NOW + 600_000));
  expect(reads()).toBe(2);
});

test('one failing open interest is a gap of that instrument', async () => {
  const http = venue({
    premiumIndex: [premium('BTCUSDT'), premium('LPTUSDT')],
    exchangeInfo: TWO,
    openInterest: (symbol) => {
      if (symbol === 'LPTUSDT') throw new SourceError('bad-payload', 'HTTP 400');
      return undefined;
    },
  });
  const batch = await binanceUsdm.fetchSnapshot(contextOver(http, NOW));
  const interest = batch.observations.filter((one) => one.kind === 'open-interest');
  expect(interest.map((one) => one.instrument)).toEqual(['BTCUSDT']);
  expect(batch.gaps).toEqual([
    expect.objectContaining({ wanted: 'open-interest', instrument: 'LPTUSDT' }),
  ]);
});

test('a short budget costs the least traded instruments, and says how many', async () => {
  const symbols = Array.from({ length: 30 }, (_, index) => `COIN${index}USDT`);
  let left = 20;
  const http = venue({
    premiumIndex: symbols.map((symbol) => premium(symbol)),
    exchangeInfo: { symbols: symbols.map(contract) },
    tickers: symbols.map((symbol, index) => ({ symbol, quoteVolume: String(1000 + index) })),
    openInterest: () => {
      left -= 1;
      if (left < 0) throw new SourceError('rate-limited', 'request budget used up');
      return undefined;
    },
  });
  const batch = await binanceUsdm.fetchSnapshot(contextOver(http, NOW));
  const found = batch.observations
    .filter((one) => one.kind === 'open-interest')
    .map((one) => one.instrument);
  expect(found).toHaveLength(20);
  expect(found).toContain('COIN29USDT');
  expect(found).not.toContain('COIN0USDT');
  const whole = batch.gaps.filter((gap) => gap.instrument === undefined);
  expect(whole).toEqual([
    expect.objectContaining({ wanted: 'open-interest', reason: 'rate-limited' }),
  ]);
});

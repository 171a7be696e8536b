import { expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { binanceUsdm } from '../../../src/sources/exchanges/binance-usdm/binance-usdm.ts';
import { coinOf } from '../../../src/sources/exchanges/binance-usdm/name.ts';
import { classOfUnderlying } from '../../../src/sources/exchanges/binance-usdm/underlying.ts';
import { runSource } from '../../../src/sources/run.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { scriptedHttp } from '../../fakes/scripted-http.ts';

const NOW = Date.UTC(2026, 8, 13, 15);
const BTC = { asset: assetId('BTC'), instrument: 'BTCUSDT' };
const ETH = { asset: assetId('ETH'), instrument: 'ETHUSDT' };

function run(respond: (path: string, symbol: string) => unknown, instruments = [BTC]) {
  const http = scriptedHttp(({ path, query }) => respond(path, query['symbol'] ?? ''));
  const result = runSource(binanceUsdm, 'positioning', contextOver(http, NOW), { instruments });
  return result.then((batch) => ({ batch, calls: http.requests.length }));
}

const row = (symbol: string) => ({
  ...{ symbol, longShortRatio: '2', buySellRatio: '1.5', timestamp: NOW - 300_000 },
  CMCCirculatingSupply: '0',
});

test('a figure that cannot be had leaves the others standing', async () => {
  const { batch } = await run((path, symbol) => {
    if (path.endsWith('takerlongshortRatio')) throw new SourceError('unavailable', 'down');
    return [row(symbol)];
  });
  expect(batch.observations).toEqual([
    {
      ...{ kind: 'positioning', source: 'binance-usdm', ...BTC, observedAt: NOW - 300_000 },
      ...{ longShortAccountRatio: 2, topLongShortAccountRatio: 2, topLongShortPositionRatio: 2 },
    },
  ]);
  expect(batch.gaps).toEqual([
    expect.objectContaining({ wanted: 'positioning', instrument: 'BTCUSDT' }),
  ]);
});

test('a contract without statistics is nothing, not zeros', async () => {
  const { batch } = await run(() => []);
  expect(batch.observations).toEqual([]);
  expect(batch.gaps).toEqual([]);
});

test('a throttled venue is asked no more', async () => {
  const { batch, calls } = await run(() => {
    throw new SourceError('rate-limited', 'too many');
  }, [BTC, ETH]);
  expect(calls).toBeLessThanOrEqual(2);
  expect(batch.gaps.map((gap) => gap.reason)).toEqual(['rate-limited', 'rate-limited']);
});

test('rows of another contract are refused', async () => {
  const { batch } = await run(() => [{ ...row('ETHUSDT'), buySellRatio: undefined }]);
  expect(batch.observations).toEqual([]);
  expect(new Set(batch.gaps.map((gap) => gap.reason))).toEqual(new Set(['bad-payload']));
});

test('1MBABYDOGEUSDT counts in millions of BABYDOGE', () => {
  expect(coinOf('1MBABYDOGEUSDT')).toEqual({ asset: 'BABYDOGE', multiplier: 1_000_000 });
});

test.each([
  ['EQUITY', 'XYZW', 'stock'],
  ['KR_EQUITY', 'HYUNDAI', 'stock'],
  ['PREMARKET', 'OPENAI', 'stock'],
  ['COMMODITY', 'XAU', 'metal'],
  ['COMMODITY', 'COPPER', 'metal'],
  ['COMMODITY', 'NATGAS', 'commodity'],
  ['FX', 'EUR', 'fx'],
  ['BOND', 'TSLA', 'stock'],
  [undefined, 'TSLA', 'stock'],
  [undefined, 'XYZW', undefined],
  ['BOND', 'XYZW', undefined],
])('underlying type %s on %s is of class %s', (type, base, assetClass) => {
  expect(classOfUnderlying(type, base)).toBe(assetClass);
});

import { describe, expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { LiquidationObservation } from '../../../src/signals/model/observations.ts';
import { deribit } from '../../../src/sources/exchanges/deribit/deribit.ts';
import { coinOf } from '../../../src/sources/exchanges/deribit/name.ts';
import { parseOptionName } from '../../../src/sources/exchanges/deribit/option-name.ts';
import { runHistory, runSource } from '../../../src/sources/run.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { type ScriptedRequest, scriptedHttp } from '../../fakes/scripted-http.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 4, 7, 30);
const BTC = { instrument: 'BTC-PERPETUAL', asset: assetId('BTC') };
const rpc = (result: unknown) => ({ jsonrpc: '2.0', result, testnet: false });

describe('names', () => {
  test.each([
    ['BTC-PERPETUAL', { asset: 'BTC', multiplier: 1, inverse: true, base: 'BTC' }],
    ['SOL_USDC-PERPETUAL', { asset: 'SOL', multiplier: 1, inverse: false, base: 'SOL' }],
    ['BTC_USDT-PERPETUAL', { asset: 'BTC', multiplier: 1, inverse: false, base: 'BTC' }],
    [
      '1000PEPE_USDC-PERPETUAL',
      { asset: 'PEPE', multiplier: 1000, inverse: false, base: '1000PEPE' },
    ],
  ])('%s is a perpetual', (name, coin) => {
    expect(coinOf(name)).toEqual(coin);
  });

  test.each([
    ...['BTC-27NOV26', 'BTC_USDC-27NOV26', 'BTC-FS-27NOV26_PERP', 'BTC_EURR-PERPETUAL'],
    ...['BTC_USDC', 'btc-PERPETUAL', 'BTC-PERPETUAL-X', ''],
  ])('%s is none', (name) => {
    expect(coinOf(name)).toBeUndefined();
  });

  test.each([
    ['BTC-27NOV26-100000-C', 'BTC', 'call', 100_000, Date.UTC(2026, 10, 27, 8)],
    ['ETH-4NOV26-4000-P', 'ETH', 'put', 4000, Date.UTC(2026, 10, 4, 8)],
    ['XRP-25DEC26-1d02-C', 'XRP', 'call', 1.02, Date.UTC(2026, 11, 25, 8)],
  ])('%s is an option', (name, base, type, strikeUsd, expiryAt) => {
    expect(parseOptionName(name)).toEqual({ base, type, strikeUsd, expiryAt });
  });

  test.each([
    ...['BTC-31FEB26-100000-C', 'BTC-27NOW26-100000-C', 'BTC-27NOV26-0-C', 'BTC-0NOV26-9-C'],
    ...['BTC-27NOV26-100000-X', 'BTC-27NOV26-1.02-C', 'BTC-27NOV26-d5-C', 'BTC-27NOV26'],
    ...['BTC-STRD-27NOV26-20000', 'BTC_USDC-27NOV26-100000-C', ''],
  ])('%s is none', (name) => {
    expect(parseOptionName(name)).toBeUndefined();
  });
});

describe('the list of instruments', () => {
  const listed = (type: string, state = 'open') =>
    rpc([{ instrument_name: 'NVDA_USDC-PERPETUAL', state, underlying_type: type }]);
  const summary = rpc([
    {
      instrument_name: 'NVDA_USDC-PERPETUAL',
      ...{ mark_price: 180, open_interest: 5, current_funding: 0, creation_timestamp: NOW },
    },
  ]);

  function venue(list: () => unknown) {
    return scriptedHttp(({ path, query }) => {
      if (path.endsWith('get_instruments')) return list();
      return query['currency'] === 'USDC' ? summary : rpc([]);
    });
  }

  test('is read once in ten minutes, and the one before stays when it cannot be read', async () => {
    let list = () => listed('equity');
    const http = venue(() => list());
    const asked = () => http.requests.filter(({ path }) => path.endsWith('instruments')).length;
    const at = (ms: number) => runSource(deribit, 'market', contextOver(http, NOW + ms));
    await at(0);
    await at(9 * 60_000);
    expect(asked()).toBe(1);
    list = () => {
      throw new SourceError('unavailable', 'down');
    };
    const batch = await at(11 * 60_000);
    expect(asked()).toBe(2);
    expect(batch.gaps).toEqual([]);
    expect(batch.observations).toContainEqual(expect.objectContaining({ assetClass: 'stock' }));
  });

  test.each([
    ['equity_etf', 'stock'],
    ['preipo', 'stock'],
    ['commodity', 'commodity'],
    ['crypto_index', 'index'],
    ['crypto', undefined],
  ])('says what a %s perpetual is on', async (type, assetClass) => {
    const http = venue(() => listed(type));
    const { observations } = await runSource(deribit, 'market', contextOver(http, NOW));
    const market = observations.find((one) => one.kind === 'market');
    expect(market?.assetClass).toBe(assetClass);
    expect(observations).toHaveLength(3);
  });

  test.each([
    ['a class never heard of', () => listed('weather')],
    ['a state never heard of', () => listed('crypto', 'asleep')],
    ['no row of it', () => rpc([])],
  ])('with %s costs the row, which is counted', async (_what, list) => {
    const batch = await runSource(deribit, 'market', contextOver(venue(list), NOW));
    expect(batch).toMatchObject({ observations: [], rowsSeen: 1, rowsDropped: 1 });
  });
});

test('sixty days of history come in windows, every hour once and oldest first', async () => {
  const to = Date.UTC(2026, 10, 1);
  const from = to - 60 * 24 * HOUR;
  const stampsWithin = (query: Record<string, string>) => {
    const found: number[] = [];
    const start = Number(query['start_timestamp']) + 1;
    const end = Number(query['end_timestamp']);
    for (let at = Math.ceil(start / HOUR) * HOUR; at <= end; at += HOUR) found.push(at);
    return found;
  };
  const http = scriptedHttp(({ path, query }) => {
    const ticks = stampsWithin(query);
    if (path.endsWith('get_funding_rate_history')) {
      return rpc(ticks.slice(0, 744).map((timestamp) => ({ timestamp, interest_1h: 0.00001 })));
    }
    const column = (value: number) => ticks.map(() => value);
    const prices = { high: column(3), low: column(1), close: column(2), cost: column(7) };
    return rpc({ status: 'ok', ticks, ...prices });
  });
  const { hours } = await runHistory(deribit, contextOver(http, NOW), BTC, from, to);
  expect(hours.map((hour) => hour.hourAt)).toEqual(
    Array.from({ length: 60 * 24 }, (_, hour) => from + hour * HOUR),
  );
  for (const hour of hours) {
    expect(hour).toMatchObject({ closePriceUsd: 2, volumeUsd: 7 });
    expect(hour.fundingAnnualFraction).toBeCloseTo(0.0876, 12);
  }
});

describe('a chart', () => {
  const historyOf = (chart: unknown) => {
    const http = scriptedHttp(({ path }) => rpc(path.endsWith('chart_data') ? chart : []));
    return runHistory(deribit, contextOver(http, NOW), BTC, NOW - 3 * HOUR, NOW);
  };

  test('without data is no failure', async () => {
    const { gaps, hours } = await historyOf({ status: 'no_data', ticks: [] });
    expect(hours).toEqual([]);
    expect(gaps.map((gap) => gap.reason)).toEqual(['unsupported']);
  });

  test('whose columns differ in length is refused, since no value can be told its hour', async () => {
    const [one, two] = [[1], [1, 1]];
    const chart = { status: 'ok', ticks: [0, HOUR], high: two, low: one, close: two, cost: two };
    const { gaps } = await historyOf(chart);
    expect(gaps.map((gap) => gap.reason)).toEqual(['unsupported', 'bad-payload']);
  });
});

describe('liquidations among many trades', () => {
  /** Two trades share every other millisecond (999 and 1000 do); each 500th is a liquidated long. */
  const trades = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      trade_id: `BTC-${i}`,
      timestamp: NOW - 10 - Math.floor((i * 2) / 3),
      ...{ instrument_name: BTC.instrument, price: 50_000, amount: 100, direction: 'sell' },
      ...(i % 500 === 499 ? { liquidation: 'T' } : {}),
    }));

  function venue(all: ReturnType<typeof trades>) {
    return ({ query }: ScriptedRequest) => {
      const within = all.filter(
        ({ timestamp }) =>
          timestamp <= Number(query['end_timestamp']) &&
          timestamp >= Number(query['start_timestamp']),
      );
      const page = within.slice(0, Number(query['count']));
      return rpc({ trades: page, has_more: within.length > page.length });
    };
  }

  const read = (respond: (request: ScriptedRequest) => unknown, from = 0) =>
    runSource(deribit, 'liquidation', contextOver(scriptedHttp(respond), NOW), {
      instruments: [BTC],
      from,
    });
  const liquidationsOf = (batch: Awaited<ReturnType<typeof read>>) =>
    batch.observations as LiquidationObservation[];

  test('come in pages, newest first, each once', async () => {
    const batch = await read(venue(trades(2500)));
    expect(liquidationsOf(batch).map((one) => one.observedAt)).toEqual(
      [499, 999, 1499, 1999, 2499].map((i) => NOW - 10 - Math.floor((i * 2) / 3)),
    );
    expect(new Set(liquidationsOf(batch).map((one) => one.completeness))).toEqual(new Set(['all']));
    expect(batch).toMatchObject({ gaps: [], rowsSeen: 5, rowsDropped: 0 });
  });

  test('are a lower bound, and said to be, when there are more than are read', async () => {
    const batch = await read(venue(trades(9000)));
    expect(liquidationsOf(batch).length).toBeGreaterThanOrEqual(9);
    expect(liquidationsOf(batch).every((one) => one.completeness === 'lower-bound')).toBe(true);
    expect(batch.gaps).toMatchObject([{ wanted: 'liquidation', reason: 'rate-limited' }]);
  });

  test('stay as a lower bound when a later page fails', async () => {
    const respond = venue(trades(2500));
    let calls = 0;
    const batch = await read((request) => {
      calls += 1;
      if (calls > 1) throw new SourceError('timeout', 'slow');
      return respond(request);
    });
    expect(liquidationsOf(batch).map((one) => one.completeness)).toEqual([
      'lower-bound',
      'lower-bound',
    ]);
    expect(batch.gaps).toMatchObject([{ reason: 'timeout', instrument: BTC.instrument }]);
  });

  test('end where a thousand trades share one millisecond, instead of asking for ever', async () => {
    const burst = trades(3000).map((trade) => ({ ...trade, timestamp: NOW - 5 }));
    let calls = 0;
    const respond = venue(burst);
    const batch = await read((request) => {
      calls += 1;
      return respond(request);
    });
    expect(calls).toBe(2);
    expect(batch.gaps).toHaveLength(1);
  });

  test('of a side never heard of are dropped and counted', async () => {
    const odd = trades(3).map((trade) => ({ ...trade, liquidation: 'X' }));
    expect(await read(venue(odd))).toMatchObject({
      ...{ observations: [], rowsSeen: 3, rowsDropped: 3 },
    });
  });
});

describe('a sum over options', () => {
  const row = (strike: number) => ({
    instrument_name: `BTC-27NOV26-${strike}-C`,
    ...{ mark_iv: 50, underlying_price: 100_000, estimated_delivery_price: 99_900 },
    ...{ open_interest: 1, creation_timestamp: NOW },
  });
  const rows = Array.from({ length: 40 }, (_, i) => row(90_000 + 1000 * i));
  const read = (btc: unknown[]) => {
    const http = scriptedHttp(({ query }) => rpc(query['currency'] === 'BTC' ? btc : []));
    return runSource(deribit, 'options', contextOver(http, NOW));
  };

  test.each([
    ['without a volatility', { mark_iv: null }],
    ['on another coin', { instrument_name: 'ETH-27NOV26-4000-C' }],
  ])('bears a row %s, which is counted', async (_what, odd) => {
    const batch = await read([...rows, { ...row(200_000), ...odd }]);
    expect(batch.observations).toMatchObject([
      { openInterestBase: 40, openInterestUsd: 3_996_000 },
    ]);
    expect(batch).toMatchObject({ rowsSeen: 41, rowsDropped: 1 });
  });

  test('is refused when too many rows are unreadable, or all are missing', async () => {
    const { gaps, observations } = await read([...rows.slice(0, 18), { ...row(1), mark_iv: 5000 }]);
    expect(observations).toEqual([]);
    expect(gaps).toContainEqual(
      expect.objectContaining({ reason: 'bad-payload', instrument: 'BTC options' }),
    );
    expect(gaps).toContainEqual(
      expect.objectContaining({ reason: 'bad-payload', instrument: 'ETH options' }),
    );
  });
});

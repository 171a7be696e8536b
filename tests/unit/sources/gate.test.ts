import { describe, expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { stepOf } from '../../../src/sources/exchanges/gate/depth.ts';
import { gate } from '../../../src/sources/exchanges/gate/gate.ts';
import { coinOf } from '../../../src/sources/exchanges/gate/name.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { type ScriptedRequest, scriptedHttp } from '../../fakes/scripted-http.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 8, 11, 17);
const BTC = { asset: assetId('BTC'), instrument: 'BTC_USDT' };

const contract = (more: Record<string, unknown> = {}) => ({
  name: 'BTC_USDT',
  quanto_multiplier: '0.0001',
  mark_price: '70000',
  funding_rate: '0.0001',
  funding_interval: 28_800,
  funding_next_apply: NOW / 1000 + 3600,
  position_size: 10_000,
  in_delisting: false,
  status: 'trading',
  is_pre_market: false,
  contract_type: '',
  ...more,
});

describe('names', () => {
  test.each([
    ['BTC_USDT', 'BTC', 'usdt'],
    ['BTC_USD', 'BTC', 'btc'],
    ['1INCH_USDT', '1INCH', 'usdt'],
    ['PEPE_USDT', 'PEPE', 'usdt'],
    ['STARL_USDT', 'STARL', 'usdt'],
    ['SATS_USDT', 'SATS', 'usdt'],
  ])('%s is %s, settled in %s', (name, asset, settle) => {
    expect(coinOf(name)).toEqual({ asset, multiplier: 1, settle });
  });

  test.each(['BTC3L_USDT', 'BTC5S_USDT', 'BTC_USDT_20261225', 'BTC_EUR', '龙虾_USDT', 'BTC'])(
    '%s is none',
    (name) => expect(coinOf(name)).toBeUndefined(),
  );
});

describe('a snapshot', () => {
  function snapshotOf(rows: unknown[], btc: unknown[] = []) {
    const http = scriptedHttp(({ path }) => {
      if (path.endsWith('tickers')) return [];
      return path.startsWith('/futures/usdt') ? rows : btc;
    });
    return gate.fetchSnapshot(contextOver(http, NOW));
  }

  test('keeps a halted contract: it is halted when it matters', async () => {
    const batch = await snapshotOf([contract({ status: 'circuit_breaker' })]);
    expect(batch.observations.map(({ kind }) => kind)).toEqual([
      'funding',
      'market',
      'open-interest',
    ]);
  });

  test('refuses a state and a class it does not know, and counts them', async () => {
    const batch = await snapshotOf([
      contract({ status: 'resting' }),
      contract({ name: 'ETH_USDT', contract_type: 'weather' }),
    ]);
    expect(batch).toMatchObject({ observations: [], rowsSeen: 2, rowsDropped: 2 });
  });

  test('leaves out quanto contracts settled in BTC, and refuses a multiplier of 0 with USDT', async () => {
    const quanto = contract({ name: 'ETH_USD', quanto_multiplier: '0.000001' });
    const batch = await snapshotOf([contract({ quanto_multiplier: '0' })], [quanto]);
    expect(batch).toMatchObject({ observations: [], rowsSeen: 1, rowsDropped: 1 });
  });

  test('stands without volumes when tickers cannot be had, with a gap', async () => {
    const http = scriptedHttp(({ path }) => {
      if (path.endsWith('tickers')) throw new SourceError('timeout', 'no answer');
      return path === '/futures/usdt/contracts' ? [contract()] : [];
    });
    const { gaps, observations } = await gate.fetchSnapshot(contextOver(http, NOW));
    expect(observations).toHaveLength(3);
    expect(observations[1]).not.toHaveProperty('volume24hUsd');
    expect(gaps.map(({ reason, wanted }) => [wanted, reason])).toEqual([
      ['market', 'timeout'],
      ['market', 'timeout'],
    ]);
  });
});

test('contract sizes are read again after ten minutes, not before', async () => {
  const book = { current: NOW / 1000, bids: [{ p: '9', s: 1 }], asks: [{ p: '11', s: 1 }] };
  const http = scriptedHttp(({ path }) => (path.endsWith('contracts') ? [contract()] : book));
  for (const minute of [0, 9, 10]) {
    await gate.fetchDepth(contextOver(http, NOW + minute * 60_000), [BTC]);
  }
  const asked = http.requests.filter(({ path }) => path.endsWith('contracts'));
  expect(asked).toHaveLength(2);
});

describe('order books', () => {
  test.each([
    [2.8, '5'],
    [5, '5'],
    [14.1, '50'],
    [50.1, '100'],
    [1, '1'],
    [0.7, '1'],
    [0.004, '0.005'],
    [0.0000011, '0.000005'],
    [0.00000061, '0.000001'],
  ])('the step of at least %d is %s', (least, step) => {
    expect(stepOf(least)).toBe(step);
  });

  /** 300 levels a side, `step` apart, around 70,000. */
  function bookIn(step: number) {
    const side = (sign: number) =>
      Array.from({ length: 300 }, (_, i) => ({ p: String(70_000 + sign * step * (i + 1)), s: 10 }));
    return { current: NOW / 1000, bids: side(-1), asks: side(1) };
  }

  test('that end before the distances are read again in steps, at most twice', async () => {
    const http = scriptedHttp(({ path, query }) => {
      if (path.endsWith('contracts')) return [contract()];
      return bookIn(query['interval'] === '0' ? 0.1 : Number(query['interval']));
    });
    const { observations } = await gate.fetchDepth(contextOver(http, NOW), [BTC]);
    const steps = http.requests.map(({ query }) => query['interval']).slice(1);
    expect(steps).toEqual(['0', '5', '50']);
    const [depth] = observations;
    if (depth?.kind !== 'depth') throw new Error('no depth');
    expect(depth.spreadFraction).toBeCloseTo(0.2 / 70_000, 12);
    expect(depth.levels.every(({ askUsd, bidUsd }) => askUsd && bidUsd)).toBe(true);
    // Within 0.1 % (70 USD) lie 14 steps of 5, of 10 contracts each: 140 x 0.0001 BTC.
    const within = depth.levels[0]?.bidUsd ?? 0;
    expect(within).toBeCloseTo(14 * 0.001 * (70_000 - 37.5), 6);
  });

  test('that cannot be read in steps keep their near distances', async () => {
    const http = scriptedHttp(({ path, query }) => {
      if (path.endsWith('contracts')) return [contract()];
      if (query['interval'] === '0') return bookIn(1);
      return { label: 'INVALID_PARAM_VALUE', message: 'interval' };
    });
    const { gaps, observations } = await gate.fetchDepth(contextOver(http, NOW), [BTC]);
    expect(gaps).toEqual([]);
    const [depth] = observations;
    if (depth?.kind !== 'depth') throw new Error('no depth');
    expect(depth.levels.map((level) => 'bidUsd' in level)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('liquidations', () => {
  const order = (at: number) => ({
    contract: 'BTC_USDT',
    size: 10,
    order_size: -10,
    left: 0,
    fill_price: '70000',
    time: at / 1000,
  });

  function liquidationsOver(ordersOf: (from: number, to: number) => unknown[], from: number) {
    const http = scriptedHttp(({ path, query }: ScriptedRequest) => {
      if (path.endsWith('contracts')) return [contract()];
      const { from: first, limit, to } = query;
      expect(Number(to) - Number(first)).toBeLessThanOrEqual(3600);
      return ordersOf(Number(first) * 1000, Number(to) * 1000).slice(0, Number(limit));
    });
    const batch = gate.fetchLiquidations?.(contextOver(http, NOW), [BTC], from);
    return { batch, http };
  }

  const every = (ms: number) => (from: number, to: number) => {
    const found: unknown[] = [];
    for (let at = Math.ceil(from / ms) * ms; at <= to; at += ms) found.push(order(at));
    return found;
  };

  test('of more than an hour come in windows, each once', async () => {
    const { batch } = liquidationsOver(every(60_000), NOW - 3 * HOUR);
    const found = (await batch)?.observations ?? [];
    expect(found).toHaveLength(181);
    expect(new Set(found.map((one) => one.observedAt)).size).toBe(181);
  });

  test('that fill an answer are asked for again in halves', async () => {
    const { batch, http } = liquidationsOver(every(1000), NOW - HOUR + 1000);
    const { gaps, observations } = (await batch) ?? { gaps: [], observations: [] };
    expect(http.requests.length).toBeGreaterThan(3);
    expect(observations).toHaveLength(3600);
    expect(new Set(observations.map((one) => one.observedAt)).size).toBe(3600);
    expect(observations.every((one) => 'completeness' in one && one.completeness === 'all')).toBe(
      true,
    );
    expect(gaps).toEqual([]);
  });

  test('beyond what one run may ask for are a gap, and the rest a lower bound', async () => {
    const { batch, http } = liquidationsOver(every(1_800_000), NOW - 24 * HOUR);
    const { gaps, observations } = (await batch) ?? { gaps: [], observations: [] };
    expect(http.requests.length).toBeLessThan(15);
    expect(observations).toContainEqual(
      expect.objectContaining({ observedAt: NOW, completeness: 'lower-bound' }),
    );
    expect(gaps).toEqual([
      expect.objectContaining({ wanted: 'liquidation', reason: 'rate-limited' }),
    ]);
  });

  test('whose order has the sign of the position are refused', async () => {
    const odd = { ...order(NOW), order_size: 10 };
    const { batch } = liquidationsOver(() => [odd], NOW - 1000);
    expect(await batch).toMatchObject({ observations: [], rowsDropped: 1 });
  });
});

describe('history', () => {
  const FROM = NOW - 60 * 24 * HOUR;

  function hoursOf(from: string | undefined, to: string | undefined): number[] {
    const found: number[] = [];
    for (let at = Number(from); at <= Number(to); at += 3600) found.push(at);
    return found;
  }

  const venue = ({ path, query }: ScriptedRequest): unknown => {
    const { from, limit, to } = query;
    const btc = path.startsWith('/futures/btc');
    if (path.endsWith('contracts')) {
      return [btc ? contract({ name: 'BTC_USD', quanto_multiplier: '0' }) : contract()];
    }
    if (path.endsWith('candlesticks')) {
      return hoursOf(from, to).map((t) => ({
        t,
        o: '40',
        h: '60',
        l: '40',
        c: '50',
        v: 9,
        sum: '7',
      }));
    }
    if (path.endsWith('contract_stats')) {
      const last = String(NOW / 1000);
      return hoursOf(from, last)
        .slice(0, Number(limit))
        .map((time) => ({ time, open_interest: 2000 }));
    }
    return hoursOf(from, to)
      .toReversed()
      .slice(0, Number(limit))
      .map((t) => ({ t: t + 2, r: '0.00001' }));
  };

  test('of sixty days comes in pages, every hour once, with every figure', async () => {
    const http = scriptedHttp(venue);
    const { gaps, hours } = await gate.fetchHistory(contextOver(http, NOW), BTC, FROM, NOW);
    expect(gaps).toEqual([]);
    expect(hours).toHaveLength(60 * 24);
    expect(hours[0]?.hourAt).toBe(FROM);
    const whole = hours.filter(
      (hour) =>
        hour.volumeUsd === 7 &&
        hour.closePriceUsd === 50 &&
        hour.openInterestBase === 0.1 &&
        Math.abs((hour.fundingAnnualFraction ?? 0) - 0.0876) < 1e-9,
    );
    expect(whole).toHaveLength(60 * 24);
  });

  test('of a contract settled in BTC counts dollars: in coins at the close', async () => {
    const http = scriptedHttp(venue);
    const ref = { ...BTC, instrument: 'BTC_USD' };
    const { hours } = await gate.fetchHistory(contextOver(http, NOW), ref, NOW - 3 * HOUR, NOW);
    expect(hours).toHaveLength(3);
    // 2000 contracts of both sides are 1000 USD, at 50 USD a coin.
    expect(hours[2]).toMatchObject({ volumeUsd: 9, openInterestBase: 20 });
  });

  test('lacks the part that cannot be had, with a gap', async () => {
    const http = scriptedHttp((request) => {
      if (request.path.endsWith('contract_stats')) throw new SourceError('timeout', 'no answer');
      return venue(request);
    });
    const { gaps, hours } = await gate.fetchHistory(contextOver(http, NOW), BTC, NOW - HOUR, NOW);
    expect(hours).toHaveLength(1);
    expect(hours[0]).not.toHaveProperty('openInterestBase');
    expect(gaps).toMatchObject([{ wanted: 'history', reason: 'timeout' }]);
  });
});

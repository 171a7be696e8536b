import { describe, expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { bitget } from '../../../src/sources/exchanges/bitget/bitget.ts';
import { coinOf } from '../../../src/sources/exchanges/bitget/name.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { type ScriptedRequest, scriptedHttp } from '../../fakes/scripted-http.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 8, 13, 22);
const BTC = { asset: assetId('BTC'), instrument: 'BTCUSDT' };

type Fields = Record<string, unknown>;

const good = (data: unknown, requestTime = NOW) => ({ code: '00000', requestTime, data });

const ticker = (symbol: string, more: Fields = {}): Fields => ({
  symbol,
  ts: String(NOW),
  markPrice: '100',
  openInterest: '7',
  ...more,
});

const rate = (symbol: string, more: Fields = {}): Fields => ({
  symbol,
  fundingRate: '0.0001',
  fundingRateInterval: '8',
  nextUpdate: String(NOW + HOUR),
  ...more,
});

const instrument = (symbol: string, more: Fields = {}): Fields => ({
  symbol,
  symbolType: 'crypto',
  isRwa: 'NO',
  type: 'perpetual',
  status: 'online',
  offTime: '-1',
  maxLeverage: '50',
  ...more,
});

interface Market {
  tickers: Fields[];
  rates: Fields[];
  instruments: Fields[];
}

/** One category of three; the others are empty. */
function venueOf({ instruments, rates, tickers }: Market) {
  return ({ path, query }: ScriptedRequest): unknown => {
    if (query['category'] !== 'USDT-FUTURES') return good([]);
    if (path.endsWith('tickers')) return good(tickers);
    return good(path.endsWith('current-fund-rate') ? rates : instruments);
  };
}

/** A snapshot of one market that is as it should be but for these fields. */
function snapshotOf(symbol: string, more: { instrument?: Fields; rate?: Fields } = {}) {
  const venue = venueOf({
    tickers: [ticker(symbol)],
    rates: [rate(symbol, more.rate)],
    instruments: [instrument(symbol, more.instrument)],
  });
  return bitget.fetchSnapshot(contextOver(scriptedHttp(venue), NOW));
}

describe('names', () => {
  test.each([
    ['BTCUSDT', 'BTC', 1, 'USDT-FUTURES'],
    ['SHIBUSDT', 'SHIB', 1, 'USDT-FUTURES'],
    ['1000BONKPERP', 'BONK', 1000, 'USDC-FUTURES'],
    ['PERPUSDT', 'PERP', 1, 'USDT-FUTURES'],
    ['BTCUSD', 'BTC', 1, 'COIN-FUTURES'],
    ['EURUSDUSDT', 'EURUSD', 1, 'USDT-FUTURES'],
  ])('%s is %s x %d of %s', (symbol, asset, multiplier, category) => {
    expect(coinOf(symbol)).toEqual({ asset, multiplier, category });
  });

  test.each(['BTCUSDZ26', 'ETHUSD_261225', 'BTCEUR', '龙虾USDT', 'USDT'])(
    '%s is none',
    (symbol) => {
      expect(coinOf(symbol)).toBeUndefined();
    },
  );
});

describe('a snapshot', () => {
  test.each([
    { what: 'is not online', more: { status: 'limit_open' } },
    { what: 'has a time of delisting', more: { offTime: String(NOW + 24 * HOUR) } },
    { what: 'is dated', more: { type: 'delivery' } },
  ])('leaves out what $what, without counting it', async ({ more }) => {
    const batch = await snapshotOf('BTCUSDT', { instrument: more });
    expect(batch).toMatchObject({ observations: [], gaps: [], rowsSeen: 0 });
  });

  test.each([
    { symbolType: 'stock', isRwa: 'YES', symbol: 'TSLAUSDT', assetClass: 'stock' },
    { symbolType: 'stock', isRwa: 'YES', symbol: 'SP500USDT', assetClass: 'index' },
    { symbolType: 'metal', isRwa: 'YES', symbol: 'PAXGUSDT', assetClass: 'metal' },
    { symbolType: 'commodity', isRwa: 'YES', symbol: 'CLUSDT', assetClass: 'commodity' },
    { symbolType: 'commodity', isRwa: 'YES', symbol: 'XPTUSDT', assetClass: 'metal' },
    { symbolType: 'crypto', isRwa: 'YES', symbol: 'EURUSDUSDT', assetClass: 'fx' },
    { symbolType: 'crypto', isRwa: 'NO', symbol: 'COINUSDT', assetClass: undefined },
    { symbolType: 'crypto', isRwa: '', symbol: 'BTCUSDT', assetClass: undefined },
  ])('$symbol of type $symbolType is of class $assetClass', async ({ assetClass, ...row }) => {
    const { symbol, ...more } = row;
    const { observations } = await snapshotOf(symbol, { instrument: more });
    const market = observations.find(({ kind }) => kind === 'market');
    expect(market).toBeDefined();
    expect(market && 'assetClass' in market ? market.assetClass : undefined).toBe(assetClass);
  });

  test.each([
    { symbol: 'H100USDT', more: { isRwa: 'YES' } },
    { symbol: 'BTCUSDT', more: { symbolType: 'weather' } },
  ])('refuses and counts $symbol when its class is not known', async ({ more, symbol }) => {
    const batch = await snapshotOf(symbol, { instrument: more });
    expect(batch).toMatchObject({ observations: [], rowsSeen: 1, rowsDropped: 1 });
  });

  test('stands without rates when they cannot be had, with a gap', async () => {
    const venue = venueOf({
      tickers: [ticker('BTCUSDT')],
      rates: [],
      instruments: [instrument('BTCUSDT')],
    });
    const http = scriptedHttp((request) => {
      if (request.path.endsWith('fund-rate')) throw new SourceError('timeout', 'no answer');
      return venue(request);
    });
    const batch = await bitget.fetchSnapshot(contextOver(http, NOW));
    expect(batch.observations.map(({ kind }) => kind)).toEqual(['market', 'open-interest']);
    expect(batch.rowsDropped).toBe(0);
    expect(new Set(batch.gaps.map(({ wanted }) => wanted))).toEqual(new Set(['funding']));
  });

  test('counts a market whose rate is not listed', async () => {
    const venue = venueOf({
      tickers: [ticker('BTCUSDT')],
      rates: [rate('ETHUSDT')],
      instruments: [instrument('BTCUSDT')],
    });
    const batch = await bitget.fetchSnapshot(contextOver(scriptedHttp(venue), NOW));
    expect(batch.observations.map(({ kind }) => kind)).toEqual(['market', 'open-interest']);
    expect(batch.rowsDropped).toBe(1);
  });

  test('reads instruments again after ten minutes, and bears their silence for an hour', async () => {
    let silent = false;
    const venue = venueOf({
      tickers: [ticker('BTCUSDT')],
      rates: [rate('BTCUSDT')],
      instruments: [instrument('BTCUSDT')],
    });
    const http = scriptedHttp((request) => {
      if (silent && request.path.endsWith('instruments')) throw new SourceError('timeout', 'none');
      return venue(request);
    });
    const asked = () => http.requests.filter(({ path }) => path.endsWith('instruments')).length;
    const figuresAt = async (minute: number) =>
      (await bitget.fetchSnapshot(contextOver(http, NOW + minute * 60_000))).observations.length;
    expect(await figuresAt(0)).toBe(3);
    expect(await figuresAt(9)).toBe(3);
    expect(asked()).toBe(3);
    silent = true;
    expect(await figuresAt(10)).toBe(3);
    expect(asked()).toBe(6);
    expect(await figuresAt(59)).toBe(3);
    expect(await figuresAt(61)).toBe(0);
  });
});

describe('order books', () => {
  function depthOver(count: number) {
    const side = (sign: number) =>
      Array.from({ length: count }, (_, i) => [10_000 + sign * (i + 1) * 0.5, 2]);
    const answer = good({ a: side(1), b: side(-1), ts: String(NOW) });
    return bitget.fetchDepth(
      contextOver(
        scriptedHttp(() => answer),
        NOW,
      ),
      [BTC],
    );
  }

  test.each([
    { count: 100, reached: [true, true, true, true, true, true] },
    { count: 300, reached: [true, true, true, true, false, false] },
  ])(
    'of $count levels a side end there only if that is fewer than any limit',
    async ({ count, reached }) => {
      const { observations } = await depthOver(count);
      const [depth] = observations;
      if (depth?.kind !== 'depth') throw new Error('no depth');
      expect(depth.levels.map((level) => 'bidUsd' in level)).toEqual(reached);
    },
  );
});

describe('ratios', () => {
  const PERIOD = 300_000;
  const taker = (ts: number, buyVolume: string, sellVolume: string) => ({
    buyVolume,
    sellVolume,
    ts: String(ts),
  });
  const account = { longShortAccountRatio: '2', ts: String(NOW) };

  function positioningOver(answer: (path: string) => unknown, instruments = [BTC]) {
    const http = scriptedHttp(({ path }) => answer(path));
    return { http, batch: bitget.fetchPositioning?.(contextOver(http, NOW), instruments) };
  }

  test('of a period without sales say nothing, and the other stands', async () => {
    const { batch } = positioningOver((path) =>
      good(path.endsWith('taker-buy-sell') ? [taker(NOW - PERIOD, '3', '0')] : [account]),
    );
    const { gaps, observations } = (await batch) ?? { gaps: [], observations: [] };
    expect(gaps).toEqual([]);
    expect(observations).toHaveLength(1);
    expect(observations[0]).toMatchObject({ longShortAccountRatio: 2 });
    expect(observations[0]).not.toHaveProperty('takerBuySellRatio');
  });

  test('are asked for one after the other, and no more once the venue throttles', async () => {
    let open = 0;
    const { batch, http } = positioningOver(() => {
      open += 1;
      if (open > 2) throw new SourceError('rate-limited', 'slow down');
      return good([]);
    }, [BTC, { ...BTC, instrument: 'ETHUSDT' }, { ...BTC, instrument: 'SOLUSDT' }]);
    const gaps = (await batch)?.gaps ?? [];
    expect(http.requests).toHaveLength(3);
    expect(gaps.map((gap) => [gap.instrument, gap.reason])).toEqual([
      ['ETHUSDT', 'rate-limited'],
      ['SOLUSDT', 'rate-limited'],
    ]);
  });
});

test('margin tiers that do not follow each other are refused', async () => {
  const tiers = [
    { minTierValue: '0', maxTierValue: '100', leverage: '50', mmr: '0.01' },
    { minTierValue: '200', maxTierValue: '300', leverage: '20', mmr: '0.02' },
  ];
  const http = scriptedHttp(() => good(tiers));
  const batch = await bitget.fetchMarginTiers?.(contextOver(http, NOW), [BTC]);
  expect(batch).toMatchObject({ observations: [], gaps: [{ reason: 'bad-payload' }] });
});

describe('history', () => {
  const DAY = 24 * HOUR;

  /** Every hour has a candle and a settlement; as strict about `limit` and pages as the venue. */
  const venue = ({ path, query }: ScriptedRequest): unknown => {
    if (path.endsWith('history-fund-rate')) {
      const { pageNo, pageSize } = query;
      const first = (Number(pageNo) - 1) * Number(pageSize);
      const rows = Array.from({ length: Number(pageSize) }, (_, i) => ({
        symbol: 'BTCUSDT',
        fundingRate: '0.00001',
        fundingTime: String(NOW - (first + i) * HOUR),
      }));
      return good(rows);
    }
    const { endTime, limit, startTime } = query;
    const rows: string[][] = [];
    for (let at = Math.ceil(Number(startTime) / HOUR) * HOUR; at <= Number(endTime); at += HOUR) {
      rows.push([String(at), '40', '60', '40', '50', '1', '7']);
    }
    expect(rows.length).toBeLessThanOrEqual(Number(limit));
    return good(rows);
  };

  test('of a hundred days comes in pages, every hour once', async () => {
    const http = scriptedHttp(venue);
    const from = NOW - 100 * DAY;
    const { gaps, hours } = await bitget.fetchHistory(contextOver(http, NOW), BTC, from, NOW);
    expect(gaps.map(({ reason }) => reason)).toEqual(['unsupported']);
    expect(hours).toHaveLength(100 * 24);
    expect(hours[0]?.hourAt).toBe(from);
    expect(hours.every((hour) => hour.closePriceUsd === 50 && hour.volumeUsd === 7)).toBe(true);
    const funded = hours.filter((hour) => hour.fundingAnnualFraction !== undefined);
    expect(funded).toHaveLength(100 * 24);
    const rates = http.requests.filter(({ path }) => path.endsWith('history-fund-rate'));
    expect(rates).toHaveLength(25);
  });

  test('asks the call that reaches farther back for what is older than eighty days', async () => {
    const http = scriptedHttp(venue);
    const from = NOW - 81 * DAY;
    await bitget.fetchHistory(contextOver(http, NOW), BTC, from, NOW);
    const paths = http.requests.map(({ path }) => path.split('/').at(-1));
    expect(paths[0]).toBe('history-candles');
    expect(paths.filter((path) => path === 'history-candles')).toHaveLength(1);
    expect(paths.filter((path) => path === 'candles').length).toBeGreaterThan(18);
  });
});

import { describe, expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { hourlyRate } from '../../../src/sources/exchanges/kraken-futures/funding.ts';
import { krakenFutures } from '../../../src/sources/exchanges/kraken-futures/kraken-futures.ts';
import { coinOf, kindOf } from '../../../src/sources/exchanges/kraken-futures/name.ts';
import type { SourceBatch } from '../../../src/sources/kit/define.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { type ScriptedRequest, scriptedHttp } from '../../fakes/scripted-http.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 8, 13, 14, 34);
const BTC = { asset: assetId('BTC'), instrument: 'PF_XBTUSD' };

const iso = (at: number) => new Date(at).toISOString();

type Fields = Record<string, unknown>;

const contract = (symbol: string, more: Fields = {}): Fields => ({
  symbol,
  type: symbol.startsWith('PI_') ? 'futures_inverse' : 'flexible_futures',
  tradeable: true,
  contractSize: 1,
  maxRelativeFundingRate: 0.0025,
  ...more,
});

const ticker = (symbol: string, more: Fields = {}): Fields => ({
  symbol,
  markPrice: 200,
  indexPrice: 200,
  vol24h: 5,
  openInterest: 1000,
  fundingRate: 0.02,
  suspended: false,
  postOnly: false,
  ...more,
});

const venue =
  (instruments: Fields[], tickers: Fields[]) =>
  ({ path }: ScriptedRequest): unknown => ({
    result: 'success',
    serverTime: iso(NOW),
    ...(path.endsWith('instruments') ? { instruments } : { tickers }),
  });

function snapshotOf(instruments: Fields[], tickers: Fields[]): Promise<SourceBatch> {
  return krakenFutures.fetchSnapshot(contextOver(scriptedHttp(venue(instruments, tickers)), NOW));
}

const instrumentsOf = (batch: SourceBatch) =>
  batch.observations.map((one) => ('instrument' in one ? one.instrument : undefined));
const rateOf = (batch: SourceBatch) => batch.observations.find((one) => one.kind === 'funding');

describe('the hourly rate', () => {
  const none = { relativeRate: undefined };

  test('an absolute rate is dollars a coin (linear) or coins a dollar (inverse)', () => {
    const linear = { ...none, absoluteRate: 1.6, indexPrice: 80_000 };
    expect(hourlyRate(linear, 'linear', undefined)).toBeCloseTo(0.00002, 15);
    const inverse = { ...none, absoluteRate: 1e-9, indexPrice: 80_000 };
    expect(hourlyRate(inverse, 'inverse', undefined)).toBeCloseTo(0.00008, 15);
  });

  test('the relative rate is taken as given, also after a fall since its fixing', () => {
    const fallen = { relativeRate: 0.00002, absoluteRate: 1.6, indexPrice: 56_000 };
    expect(hourlyRate(fallen, 'linear', undefined)).toBe(0.00002);
  });

  test('rates that contradict each other are refused', () => {
    const percent = { relativeRate: 0.002, absoluteRate: 1.6, indexPrice: 80_000 };
    expect(hourlyRate(percent, 'linear', undefined)).toHaveProperty('bad');
    const otherSign = { relativeRate: -0.00002, absoluteRate: 1.6, indexPrice: 80_000 };
    expect(hourlyRate(otherSign, 'linear', undefined)).toHaveProperty('bad');
  });

  test('a rate far beyond its bound is refused, one not so far beyond it is not', () => {
    const at = (relativeRate: number) => ({
      relativeRate,
      absoluteRate: undefined,
      indexPrice: undefined,
    });
    expect(hourlyRate(at(-0.0101), 'linear', 0.0025)).toHaveProperty('bad');
    expect(hourlyRate(at(-0.0099), 'linear', 0.0025)).toBe(-0.0099);
    expect(hourlyRate(at(-0.0101), 'linear', undefined)).toBe(-0.0101);
  });
});

describe('names', () => {
  test('only perpetuals against the dollar are read', () => {
    const names = ['PF_XBTUSD', 'PI_XBTUSD', 'FI_XBTUSD_261225', 'FF_XBTUSD_261225', 'in_xbtusd'];
    const others = ['PF_XBTEUR', 'PV_XRPXBT', 'OF_XBTUSD_261030_85000_P', 'rr_xbtusd'];
    const kinds = names.concat(others).map(kindOf);
    expect(kinds).toEqual(['linear', 'inverse', ...Array.from({ length: 7 })]);
  });

  test.each([
    ['PF_XBTUSD', undefined, 'BTC'],
    ['PI_XDGUSD', 'XDG', 'DOGE'],
    ['PF_AAPLXUSD', 'AAPLx', 'AAPL'],
    ['PF_AVAXUSD', 'AVAX', 'AVAX'],
    ['PF_PEPEUSD', 'PEPE', 'PEPE'],
  ])('%s with base %s is %s', (symbol, base, asset) => {
    expect(coinOf(symbol, base)).toMatchObject({ asset, multiplier: 1 });
  });
});

describe('a snapshot', () => {
  test('of the older shape, without relative rates, divides by the index', async () => {
    const batch = await snapshotOf([contract('PF_ETHUSD')], [ticker('PF_ETHUSD')]);
    expect(rateOf(batch)).toMatchObject({ rateFraction: 0.0001, intervalHours: 1 });
    expect(batch).toMatchObject({ rowsSeen: 1, rowsDropped: 0, gaps: [] });
  });

  test('of the newer shape drops the rate of a row without a relative one', async () => {
    const rows = [
      ticker('PF_ETHUSD', { relativeFundingRate: 0.0001 }),
      ticker('PF_SOLUSD', { relativeFundingRate: undefined }),
    ];
    const batch = await snapshotOf([contract('PF_ETHUSD'), contract('PF_SOLUSD')], rows);
    const rates = batch.observations.filter((one) => one.kind === 'funding');
    expect(rates.map((one) => one.instrument)).toEqual(['PF_ETHUSD']);
    expect(batch.dropSamples[0]).toMatch(/^PF_SOLUSD funding: /);
  });

  test('drops a rate beyond its bound and keeps the rest of the row', async () => {
    const wild = ticker('PF_ETHUSD', { fundingRate: 4 });
    const batch = await snapshotOf([contract('PF_ETHUSD')], [wild]);
    expect(batch.observations.map((one) => one.kind)).toEqual(['market', 'open-interest']);
    expect(batch).toMatchObject({ rowsSeen: 1, rowsDropped: 1 });
  });

  test('counts inverse contracts in dollars, and in coins at the mark', async () => {
    const batch = await snapshotOf([contract('PI_ETHUSD')], [ticker('PI_ETHUSD')]);
    expect(batch.observations).toContainEqual(
      expect.objectContaining({ openInterestUsd: 1000, openInterestBase: 5 }),
    );
    expect(batch.observations).toContainEqual(expect.objectContaining({ volume24hUsd: 5 }));
  });

  test('leaves out what does not trade, and drops what no list explains', async () => {
    const listed = [contract('PF_ETHUSD'), contract('PF_OLDUSD', { tradeable: false })];
    const rows = ['PF_ETHUSD', 'PF_OLDUSD', 'PF_NEWUSD'].map((symbol) => ticker(symbol));
    const batch = await snapshotOf(listed, rows);
    expect(new Set(instrumentsOf(batch))).toEqual(new Set(['PF_ETHUSD']));
    expect(batch).toMatchObject({ rowsSeen: 2, rowsDropped: 1 });
    expect(batch.dropSamples[0]).toMatch(/^PF_NEWUSD .*: its contract is not known$/);
  });

  test('says so when every market is halted', async () => {
    const rows = [
      ticker('PF_ETHUSD', { postOnly: true }),
      ticker('PF_SOLUSD', { suspended: true }),
    ];
    const batch = await snapshotOf([contract('PF_ETHUSD'), contract('PF_SOLUSD')], rows);
    expect(batch.observations).toEqual([]);
    expect(batch.gaps.map((gap) => gap.wanted)).toEqual(['funding', 'open-interest', 'market']);
    expect(batch.gaps[0]?.detail).toBe('all 2 markets are suspended or post-only');
  });

  test.each([
    ['Commodities', 'XAU', {}, 'metal'],
    ['Commodities', 'WTI', {}, 'commodity'],
    ['Pre-IPO', 'OPENAIx', {}, 'stock'],
    ['', 'TSLA', {}, 'stock'],
    ['AI', 'COIN', {}, undefined],
    ['New', 'XAG', { tradfi: true }, 'metal'],
  ])('category %j of %s: class %o', async (category, base, more, assetClass) => {
    const listed = contract('PF_ANYUSD', { category, base, ...more });
    const { observations } = await snapshotOf([listed], [ticker('PF_ANYUSD')]);
    const market = observations.find((one) => one.kind === 'market');
    expect(market).toBeDefined();
    expect(market?.assetClass).toBe(assetClass);
  });

  test('drops a market that is no coin and of no class known here', async () => {
    const listed = contract('PF_ANYUSD', { category: 'New', base: 'ANY', tradfi: true });
    const batch = await snapshotOf([listed], [ticker('PF_ANYUSD')]);
    expect(batch.observations).toEqual([]);
    expect(batch.rowsDropped).toBe(1);
  });

  test('reads the contracts every ten minutes and goes on with old ones where it must', async () => {
    const respond = venue([contract('PF_ETHUSD')], [ticker('PF_ETHUSD')]);
    let down = false;
    const http = scriptedHttp((request) => {
      if (down && request.path.endsWith('instruments')) throw new SourceError('timeout', 'slow');
      return respond(request);
    });
    const asked = () => http.requests.filter(({ path }) => path.endsWith('instruments')).length;
    await krakenFutures.fetchSnapshot(contextOver(http, NOW));
    await krakenFutures.fetchSnapshot(contextOver(http, NOW + 599_000));
    expect(asked()).toBe(1);
    down = true;
    const late = await krakenFutures.fetchSnapshot(contextOver(http, NOW + 600_000));
    expect(asked()).toBe(2);
    expect(late.observations).toHaveLength(3);
  });
});

test('a contract without usable margin levels gives no tiers, and is counted', async () => {
  const levels = (...from: number[]) =>
    from.map((numNonContractUnits) => ({
      numNonContractUnits,
      initialMargin: 0.02,
      maintenanceMargin: 0.01,
    }));
  const listed = [
    contract('PF_ETHUSD', { marginLevels: levels(0, 5000) }),
    contract('PF_SOLUSD', { marginLevels: levels(5000) }),
    contract('PI_ETHUSD', { marginLevels: levels(0) }),
    contract('PF_OLDUSD', { tradeable: false }),
  ];
  const http = scriptedHttp(venue(listed, []));
  const batch = await krakenFutures.fetchMarginTiers?.(contextOver(http, NOW), [BTC]);
  expect(batch && instrumentsOf(batch)).toEqual(['PF_ETHUSD']);
  expect(batch).toMatchObject({ rowsSeen: 3, rowsDropped: 2 });
});

describe('history', () => {
  const TO = Date.UTC(2026, 8, 1);
  const HOURS = 60 * 24;
  const FROM = TO - HOURS * HOUR;

  function stamps(start: number, end: number): number[] {
    const found: number[] = [];
    for (let at = Math.ceil(start / HOUR) * HOUR; at <= end; at += HOUR) found.push(at);
    return found;
  }

  const charts = ({ path, query }: ScriptedRequest): unknown => {
    if (path.includes('/trade/')) {
      const all = stamps(Number(query['from']) * 1000, Number(query['to']) * 1000);
      return {
        candles: all.map((time) => ({ time, high: '2', low: '1', close: '1.5', volume: '6' })),
        more_candles: false,
      };
    }
    if (path.includes('/analytics/')) {
      const all = stamps(Number(query['since']) * 1000, Number(query['to']) * 1000);
      const page = all.slice(0, 500);
      return {
        result: {
          timestamp: page.map((at) => at / 1000),
          data: page.map(() => ['8', '10', '7', '9']),
          more: page.length < all.length,
        },
        errors: [],
      };
    }
    const rates = stamps(TO - 365 * 24 * HOUR, TO).map((at) => ({
      timestamp: iso(at),
      relativeFundingRate: 0.00001,
    }));
    return { result: 'success', serverTime: iso(TO), rates };
  };

  test('sixty days come whole, open interest page by page', async () => {
    const http = scriptedHttp(charts);
    const { gaps, hours } = await krakenFutures.fetchHistory(contextOver(http, TO), BTC, FROM, TO);
    expect(gaps).toEqual([]);
    expect(hours.map((hour) => hour.hourAt)).toEqual(stamps(FROM, TO - HOUR));
    for (const hour of hours) {
      expect(hour).toMatchObject({ closePriceUsd: 1.5, volumeUsd: 9, openInterestBase: 9 });
      expect(hour.fundingAnnualFraction).toBeCloseTo(0.0876, 12);
    }
    expect(http.requests.map(({ path }) => path.split('/')[4])).toEqual([
      ...['trade', 'trade', 'analytics', 'analytics', 'analytics', 'historical-funding-rates'],
    ]);
  });

  test('volumes of inverse contracts are dollars; their open interest is a gap told once', async () => {
    const http = scriptedHttp(charts);
    const inverse = { ...BTC, instrument: 'PI_XBTUSD' };
    const result = await krakenFutures.fetchHistory(
      contextOver(http, TO),
      inverse,
      TO - 2 * HOUR,
      TO,
    );
    expect(result.hours.map((hour) => hour.volumeUsd)).toEqual([6, 6]);
    expect(result.hours[0]).not.toHaveProperty('openInterestBase');
    expect(result.gaps).toEqual([
      expect.objectContaining({ wanted: 'history', reason: 'unsupported' }),
    ]);
  });

  test('a page that goes nowhere ends the paging', async () => {
    const http = scriptedHttp((request) =>
      request.path.includes('/analytics/')
        ? { result: { timestamp: [], data: [], more: true } }
        : charts(request),
    );
    await krakenFutures.fetchHistory(contextOver(http, TO), BTC, TO - 2 * HOUR, TO);
    expect(http.requests.filter(({ path }) => path.includes('/analytics/'))).toHaveLength(1);
  });
});

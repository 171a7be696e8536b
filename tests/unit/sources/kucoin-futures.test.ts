import { describe, expect, test } from 'vitest';
import { assetId } from '../../../src/signals/assets.ts';
import { kucoinFutures } from '../../../src/sources/exchanges/kucoin-futures/kucoin-futures.ts';
import { coinOf } from '../../../src/sources/exchanges/kucoin-futures/name.ts';
import type { SourceBatch } from '../../../src/sources/kit/define.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { type ScriptedRequest, scriptedHttp } from '../../fakes/scripted-http.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 8, 11, 17, 18);
const BTC = { asset: assetId('BTC'), instrument: 'XBTUSDTM' };

type Fields = Record<string, unknown>;

const contract = (symbol: string, more: Fields = {}): Fields => ({
  symbol,
  type: 'FFWCSX',
  expireDate: null,
  multiplier: 0.5,
  isInverse: false,
  status: 'Open',
  marketStage: 'NORMAL',
  assetClass: 'CRYPTO',
  marketType: 'CRYPTO',
  fundingFeeRate: 0.0001,
  fundingRateGranularity: 8 * HOUR,
  currentFundingRateGranularity: 8 * HOUR,
  nextFundingRateTime: 2_520_000,
  nextFundingRateDateTime: Date.UTC(2026, 8, 11, 18),
  openInterest: '10',
  markPrice: 200,
  ...more,
});

const good = (data: unknown) => ({ code: '200000', data });

function snapshotOf(...rows: Fields[]): Promise<SourceBatch> {
  return kucoinFutures.fetchSnapshot(
    contextOver(
      scriptedHttp(() => good(rows)),
      NOW,
    ),
  );
}

function oneOf<K extends SourceBatch['observations'][number]['kind']>(batch: SourceBatch, kind: K) {
  return batch.observations.find((one) => one.kind === kind);
}

describe('names', () => {
  test.each([
    ['XBTUSDTM', 'BTC', 1, false],
    ['SOLUSDCM', 'SOL', 1, false],
    ['XBTUSDM', 'BTC', 1, true],
    ['1000BONKUSDTM', 'BONK', 1000, false],
    ['1000000MOGUSDTM', 'MOG', 1_000_000, false],
    ['1INCHUSDTM', '1INCH', 1, false],
    ['MMUSDTM', 'MM', 1, false],
  ])('%s is %s x %d', (symbol, asset, multiplier, inverse) => {
    expect(coinOf(symbol)).toEqual({ asset, multiplier, inverse });
  });

  test.each(['.KXBTUSDT', 'XBTMU26', 'XBTUSDT', 'XBTEURM', '龙虾USDTM'])('%s is none', (symbol) => {
    expect(coinOf(symbol)).toBeUndefined();
  });
});

describe('a snapshot', () => {
  test('takes the interval in force, not the one that is configured for later', async () => {
    const batch = await snapshotOf(
      contract('XBTUSDTM', { currentFundingRateGranularity: 4 * HOUR, fundingFeeRate: '-7.1E-5' }),
    );
    const funding = oneOf(batch, 'funding');
    expect(funding).toMatchObject({ rateFraction: -0.000071, intervalHours: 4 });
    expect(funding).toMatchObject({ nextFundingAt: Date.UTC(2026, 8, 11, 18) });
  });

  test('falls back to the configured interval only where the one in force is null', async () => {
    const none = await snapshotOf(contract('XBTUSDTM', { currentFundingRateGranularity: null }));
    expect(oneOf(none, 'funding')).toMatchObject({ intervalHours: 8 });
    const odd = await snapshotOf(contract('XBTUSDTM', { currentFundingRateGranularity: 8 }));
    expect(oneOf(odd, 'funding')).toBeUndefined();
    expect(odd.rowsDropped).toBe(1);
  });

  test('a perpetual with an end is about to be delisted: left out', async () => {
    const batch = await snapshotOf(contract('XBTUSDTM', { expireDate: NOW + HOUR }));
    expect(batch).toMatchObject({ observations: [], rowsSeen: 0, gaps: [] });
  });

  test.each(['BeingSettled', 'Settled', 'Paused', 'Closed', 'CancelOnly', 'Init'])(
    'a contract that is %s is left out',
    async (status) => {
      expect(await snapshotOf(contract('XBTUSDTM', { status }))).toMatchObject({ rowsSeen: 0 });
    },
  );

  test.each([
    ['XBTUSDM', { isInverse: true, multiplier: 1 }],
    ['XBTUSDM', { isInverse: false, multiplier: -1 }],
    ['XBTUSDTM', { isInverse: true, multiplier: -1 }],
    ['XBTUSDTM', { multiplier: -1 }],
    ['XBTUSDTM', { multiplier: 0 }],
  ])('%s with %o: open interest is not guessed', async (symbol, fields) => {
    const batch = await snapshotOf(contract(symbol, fields));
    expect(batch.observations.map((one) => one.kind)).toEqual(['funding', 'market']);
    expect(batch).toMatchObject({ rowsSeen: 1, rowsDropped: 1 });
  });

  test.each([
    [{ assetClass: undefined, marketType: 'NASDAQ' }, 'stock'],
    [{ assetClass: undefined, marketType: undefined }, undefined],
    [{ assetClass: 'COMMODITY' }, 'commodity'],
  ])('%o: class %o', async (fields, assetClass) => {
    const market = oneOf(await snapshotOf(contract('ANYUSDTM', fields)), 'market');
    expect(market).toMatchObject({ markPriceUsd: 200 });
    expect({ assetClass: undefined, ...market }).toMatchObject({ assetClass });
  });

  test('a class not known here is refused', async () => {
    const batch = await snapshotOf(contract('ANYUSDTM', { assetClass: 'WEATHER' }));
    expect(batch).toMatchObject({ observations: [], rowsSeen: 1, rowsDropped: 1 });
  });
});

describe('order books', () => {
  const venue = ({ path, query }: ScriptedRequest): unknown =>
    path.endsWith('active')
      ? good([contract('XBTUSDTM')])
      : good({
          symbol: query['symbol'],
          bids: [[99, 2]],
          asks: [[101, 2]],
          // As it comes over HTTP: digits too long for a double stay a text.
          ts: `${NOW - 1}999999999`.slice(0, 19),
        });

  test('read the sizes of lots once in ten minutes, which a snapshot does too', async () => {
    const http = scriptedHttp(venue);
    const asked = () => http.requests.filter(({ path }) => path.endsWith('active')).length;
    await kucoinFutures.fetchSnapshot(contextOver(http, NOW));
    const batch = await kucoinFutures.fetchDepth(contextOver(http, NOW + 599_000), [BTC]);
    expect(asked()).toBe(1);
    expect(batch.observations[0]).toMatchObject({ kind: 'depth', observedAt: NOW - 1 });
    expect(batch.observations[0]).toHaveProperty('levels.4.bidUsd', 99);
    await kucoinFutures.fetchDepth(contextOver(http, NOW + 600_000), [BTC]);
    expect(asked()).toBe(2);
  });

  test('a book whose lot is not known is a gap, the others go on', async () => {
    const other = { asset: assetId('ETH'), instrument: 'ETHUSDTM' };
    const context = contextOver(scriptedHttp(venue), NOW);
    const batch = await kucoinFutures.fetchDepth(context, [other, BTC]);
    expect(batch.observations).toHaveLength(1);
    expect(batch.gaps).toEqual([
      expect.objectContaining({ instrument: 'ETHUSDTM', reason: 'bad-payload' }),
    ]);
  });
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

  const venue = ({ path, query }: ScriptedRequest): unknown => {
    const all = stamps(Number(query['from']), Number(query['to']));
    if (path.endsWith('kline/query')) {
      return good(all.slice(0, 200).map((at) => [at, 1, 2, 1, 1.5, 40, 60]));
    }
    const newest = all.toReversed().slice(0, 100);
    return good(newest.map((timepoint) => ({ fundingRate: 0.00001, timepoint })));
  };

  test('sixty days come in pages, every hour once and oldest first', async () => {
    const http = scriptedHttp(venue);
    const { gaps, hours } = await kucoinFutures.fetchHistory(contextOver(http, TO), BTC, FROM, TO);
    expect(hours.map((hour) => hour.hourAt)).toEqual(stamps(FROM, TO - HOUR));
    for (const hour of hours) {
      expect(hour).toMatchObject({ closePriceUsd: 1.5, volumeUsd: 60 });
      expect(hour.fundingAnnualFraction).toBeCloseTo(0.0876, 12);
    }
    expect(gaps).toHaveLength(1);
    expect(http.requests).toHaveLength(Math.ceil(HOURS / 200) + Math.ceil((HOURS + 25) / 100));
  });

  test('the volume of inverse contracts is in lots of a dollar', async () => {
    const inverse = { ...BTC, instrument: 'XBTUSDM' };
    const context = contextOver(scriptedHttp(venue), TO);
    const { hours } = await kucoinFutures.fetchHistory(context, inverse, TO - HOUR, TO);
    expect(hours.map((hour) => hour.volumeUsd)).toEqual([40]);
  });
});

describe('margin tiers', () => {
  const tiersOver = (data: unknown) =>
    kucoinFutures.fetchMarginTiers?.(
      contextOver(
        scriptedHttp(() => good(data)),
        NOW,
      ),
      [BTC],
    );

  test('come in order, whichever way they are sent', async () => {
    const batch = await tiersOver([
      { level: 2, minRiskLimit: 250_000, maintainMargin: 0.005 },
      { level: 1, minRiskLimit: 0, maintainMargin: 0.004 },
    ]);
    expect(batch?.observations[0]).toHaveProperty('tiers', [
      { fromNotionalUsd: 0, maintenanceFraction: 0.004 },
      { fromNotionalUsd: 250_000, maintenanceFraction: 0.005 },
    ]);
  });

  test.each([
    [[]],
    [[{ minRiskLimit: 5, maintainMargin: 0.004 }]],
    [[{ minRiskLimit: 0, maintainMargin: 4 }]],
  ])('%j are none', async (levels) => {
    const batch = await tiersOver(levels);
    expect(batch).toMatchObject({ observations: [], rowsSeen: 1, rowsDropped: 1 });
  });
});

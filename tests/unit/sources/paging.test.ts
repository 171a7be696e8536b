import { describe, expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { binanceUsdm } from '../../../src/sources/exchanges/binance-usdm/binance-usdm.ts';
import { bybit } from '../../../src/sources/exchanges/bybit/bybit.ts';
import { hyperliquid } from '../../../src/sources/exchanges/hyperliquid/hyperliquid.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { type ScriptedRequest, scriptedHttp } from '../../fakes/scripted-http.ts';

const HOUR = 3_600_000;
const TO = Date.UTC(2026, 8, 1);
const HOURS = 60 * 24;
const FROM = TO - HOURS * HOUR;

/** Hour stamps within an inclusive range, as every venue here counts. */
function stamps(start: number, end: number): number[] {
  const found: number[] = [];
  for (let at = Math.ceil(start / HOUR) * HOUR; at <= end; at += HOUR) found.push(at);
  return found;
}

const binance = ({ path, query }: ScriptedRequest): unknown => {
  const { endTime, limit, startTime } = query;
  const all = stamps(Number(startTime), Number(endTime));
  const page = all.slice(0, Number(limit));
  if (path.endsWith('klines')) {
    return page.map((at) => [at, '1', '2', '1', '1.5', '3', at + HOUR - 1, '7', 1, '1', '1', '0']);
  }
  if (path.endsWith('openInterestHist')) {
    if (Number(startTime) < TO - 30 * 24 * HOUR) throw new SourceError('bad-payload', 'HTTP 400');
    return page.map((at) => ({ symbol: 'BTCUSDT', sumOpenInterest: '9', timestamp: at }));
  }
  return page.map((at) => ({ symbol: 'BTCUSDT', fundingRate: '0.00001', fundingTime: at + 5 }));
};

const bybitVenue = ({ path, query }: ScriptedRequest): unknown => {
  const limit = Number(query['limit']);
  const list = (rows: unknown[], more = {}) => ({
    retCode: 0,
    result: { category: 'linear', list: rows, ...more },
    time: TO,
  });
  if (path.endsWith('kline')) {
    const newestFirst = stamps(Number(query['start']), Number(query['end'])).toReversed();
    return list(
      newestFirst.slice(0, limit).map((at) => [String(at), '1', '2', '1', '1.5', '3', '7']),
    );
  }
  const newestFirst = stamps(Number(query['startTime']), Number(query['endTime'])).toReversed();
  if (path.endsWith('open-interest')) {
    const offset = Number(query['cursor'] ?? 0);
    const rows = newestFirst.slice(offset, offset + limit);
    const nextPageCursor = rows.length === limit ? String(offset + limit) : '';
    const both = (at: number) => ({ openInterest: '18', timestamp: String(at) });
    return list(rows.map(both), { nextPageCursor });
  }
  const rate = (at: number) => ({ fundingRate: '0.00001', fundingRateTimestamp: String(at) });
  return list(newestFirst.slice(0, limit).map(rate));
};

const hyperliquidVenue = ({ body }: ScriptedRequest): unknown => {
  const asked = body as { type: string; startTime: number; endTime: number; req?: typeof body };
  const range = (asked.req ?? asked) as { startTime: number; endTime: number };
  const all = stamps(range.startTime, range.endTime);
  if (asked.type === 'candleSnapshot') {
    return all
      .slice(-5000)
      .map((at) => ({ t: at, s: 'BTC', o: '1', h: '2', l: '1', c: '1.5', v: '4' }));
  }
  return all.slice(0, 500).map((at) => ({ coin: 'BTC', fundingRate: '0.00001', time: at + 12 }));
};

describe.each([
  { adapter: binanceUsdm, instrument: 'BTCUSDT', respond: binance, interestHours: 30 * 24 },
  { adapter: bybit, instrument: 'BTCUSDT', respond: bybitVenue, interestHours: HOURS },
  { adapter: hyperliquid, instrument: 'BTC', respond: hyperliquidVenue, interestHours: 0 },
])('$adapter.id', ({ adapter, instrument, interestHours, respond }) => {
  const ref = { instrument, asset: assetId('BTC') };

  test('sixty days come in pages, every hour once and oldest first', async () => {
    const http = scriptedHttp(respond);
    const { hours } = await adapter.fetchHistory(contextOver(http, TO), ref, FROM, TO);
    expect(hours.map((hour) => hour.hourAt)).toEqual(stamps(FROM, TO - HOUR));
    expect(hours.every((hour) => hour.closePriceUsd === 1.5)).toBe(true);
    const funded = hours.filter((hour) => hour.fundingAnnualFraction !== undefined);
    expect(funded).toHaveLength(HOURS);
    expect(funded[0]?.fundingAnnualFraction).toBeCloseTo(0.0876, 12);
    const known = hours.filter((hour) => hour.openInterestBase === 9).length;
    expect(known).toBeGreaterThanOrEqual(interestHours - 3);
    expect(known).toBeLessThanOrEqual(interestHours);
  });

  test('an hour that is not over yet is left out', async () => {
    const now = TO - 10 * HOUR + 60_000;
    const { hours } = await adapter.fetchHistory(
      contextOver(scriptedHttp(respond), now),
      ref,
      TO - 20 * HOUR,
      TO,
    );
    expect(hours.at(-1)?.hourAt).toBe(TO - 11 * HOUR);
  });

  test('a part that fails costs that part only and is a gap', async () => {
    const http = scriptedHttp((request) => {
      const funding = JSON.stringify(request).includes('unding');
      if (funding) throw new SourceError('timeout', 'no answer');
      return respond(request);
    });
    const result = await adapter.fetchHistory(contextOver(http, TO), ref, TO - 5 * HOUR, TO);
    expect(result.hours).toHaveLength(5);
    expect(result.gaps).toContainEqual(
      expect.objectContaining({ wanted: 'history', reason: 'timeout' }),
    );
  });
});

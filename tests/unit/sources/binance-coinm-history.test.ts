import { expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { binanceCoinm } from '../../../src/sources/exchanges/binance-coinm/binance-coinm.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { type ScriptedRequest, scriptedHttp } from '../../fakes/scripted-http.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TO = Date.UTC(2026, 8, 1);
const REF = { instrument: '1000SHIBUSD_PERP', asset: assetId('SHIB') };

/** Hour stamps within an inclusive range, oldest first. */
function stamps(start: number, end: number): number[] {
  const found: number[] = [];
  for (let at = Math.ceil(start / HOUR) * HOUR; at <= end; at += HOUR) found.push(at);
  return found;
}

const venue = ({ path, query }: ScriptedRequest): unknown => {
  const { contractType, limit, pair, symbol } = query;
  const start = Number(query['startTime']);
  const page = stamps(start, Number(query['endTime'])).slice(0, Number(limit));
  if (path.endsWith('exchangeInfo')) {
    const state = { contractStatus: 'TRADING', contractType: 'PERPETUAL', contractSize: 10 };
    return { symbols: [{ symbol: REF.instrument, ...state }] };
  }
  if (path.endsWith('klines')) {
    return page.map((at) => [at, '1', '2', '1', '1.5', '7', at + HOUR - 1, '4', 1, '1', '1', '0']);
  }
  if (path.endsWith('openInterestHist')) {
    if (start < TO - 30 * DAY) throw new SourceError('bad-payload', 'HTTP 400');
    const figures = { sumOpenInterest: '900', sumOpenInterestValue: '9' };
    return page.map((at) => ({ pair, contractType, ...figures, timestamp: at }));
  }
  return page.map((at) => ({ symbol, fundingRate: '0.00001', fundingTime: at + 5 }));
};

test('sixty days come in pages, every hour once, in single coins and USD', async () => {
  const http = scriptedHttp(venue);
  const from = TO - 60 * DAY;
  const { gaps, hours } = await binanceCoinm.fetchHistory(contextOver(http, TO), REF, from, TO);
  expect(hours.map((hour) => hour.hourAt)).toEqual(stamps(from, TO - HOUR));
  for (const hour of hours) {
    // Prices are of 1000 SHIB; 7 contracts of 10 USD.
    expect(hour).toMatchObject({ closePriceUsd: 0.0015, highPriceUsd: 0.002, volumeUsd: 70 });
    expect(hour.fundingAnnualFraction).toBeCloseTo(0.0876, 12);
  }
  const known = hours.filter((hour) => hour.openInterestBase === 9000).length;
  expect(known).toBeGreaterThanOrEqual(30 * 24 - 3);
  expect(known).toBeLessThanOrEqual(30 * 24);
  expect(gaps).toEqual([
    expect.objectContaining({
      reason: 'unsupported',
      detail: '1000SHIBUSD_PERP: open interest is kept for 30 days only',
    }),
  ]);
});

test('an hour that is not over yet is left out', async () => {
  const now = TO - 10 * HOUR + 60_000;
  const context = contextOver(scriptedHttp(venue), now);
  const { hours } = await binanceCoinm.fetchHistory(context, REF, TO - 20 * HOUR, TO);
  expect(hours.at(-1)?.hourAt).toBe(TO - 11 * HOUR);
});

test('a contract that is no longer listed costs the candles, whose unit is unknown', async () => {
  const http = scriptedHttp((request) =>
    request.path.endsWith('exchangeInfo') ? { symbols: [] } : venue(request),
  );
  const context = contextOver(http, TO);
  const { gaps, hours } = await binanceCoinm.fetchHistory(context, REF, TO - 5 * HOUR, TO);
  expect(gaps).toEqual([expect.objectContaining({ wanted: 'history', reason: 'unsupported' })]);
  expect(hours).toHaveLength(5);
  expect(hours.some((hour) => hour.closePriceUsd !== undefined)).toBe(false);
});

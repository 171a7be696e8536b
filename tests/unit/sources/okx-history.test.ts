import { expect, test } from 'vitest';
import { assetId } from '../../../src/signals/assets.ts';
import { okx } from '../../../src/sources/exchanges/okx/okx.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { type ScriptedRequest, scriptedHttp } from '../../fakes/scripted-http.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TO = Date.UTC(2026, 8, 1);
const REF = { instrument: 'BTC-USDT-SWAP', asset: assetId('BTC') };

/** Hour stamps strictly between, newest first, as the venue pages. */
function stamps(after: number, before: number): number[] {
  const found: number[] = [];
  for (let at = Math.floor((before - 1) / HOUR) * HOUR; at > after; at -= HOUR) found.push(at);
  return found;
}

const venue = ({ path, query }: ScriptedRequest): unknown => {
  const { after, before, begin, end, limit } = query;
  const rows = stamps(Number(before ?? begin), Number(after ?? end)).slice(0, Number(limit));
  const data = rows.map((at) => {
    if (path.endsWith('history-candles')) {
      return [String(at), '1', '2', '1', '1.5', '3', '4', '7', at >= TO ? '0' : '1'];
    }
    if (path.endsWith('open-interest-history')) return [String(at), '900', '9', '13'];
    return { instId: REF.instrument, realizedRate: '0.00001', fundingTime: String(at) };
  });
  return { code: '0', msg: '', data };
};

test('fifty days come in pages, every hour once and oldest first', async () => {
  const http = scriptedHttp(venue);
  const from = TO - 50 * DAY;
  const { gaps, hours } = await okx.fetchHistory(contextOver(http, TO), REF, from, TO);
  expect(gaps).toEqual([]);
  expect(hours.map((hour) => hour.hourAt)).toEqual(stamps(from - 1, TO).toReversed());
  for (const hour of hours) {
    expect(hour).toMatchObject({ closePriceUsd: 1.5, volumeUsd: 7, openInterestBase: 9 });
    expect(hour.fundingAnnualFraction).toBeCloseTo(0.0876, 12);
  }
});

test('what the venue no longer keeps is told once, and not asked for', async () => {
  const http = scriptedHttp(venue);
  const from = TO - 100 * DAY;
  const { gaps, hours } = await okx.fetchHistory(contextOver(http, TO), REF, from, TO);
  expect(gaps.map(({ detail, reason }) => [reason, detail])).toEqual([
    ['unsupported', 'BTC-USDT-SWAP: open interest is kept for 60 days only'],
    ['unsupported', 'BTC-USDT-SWAP: settled funding is kept for three months only'],
  ]);
  expect(hours).toHaveLength(100 * 24);
  expect(hours.filter((hour) => hour.openInterestBase !== undefined)).toHaveLength(60 * 24);
  const asked = http.requests.flatMap(({ query }) => Number(query['begin'] ?? TO));
  expect(Math.min(...asked)).toBe(TO - 60 * DAY - 1);
});

test('an hour that is not over yet is left out', async () => {
  const now = TO - 10 * HOUR + 60_000;
  const context = contextOver(scriptedHttp(venue), now);
  const { hours } = await okx.fetchHistory(context, REF, TO - 20 * HOUR, TO);
  expect(hours.at(-1)?.hourAt).toBe(TO - 11 * HOUR);
});

test('a page that does not lead further back is the last one', async () => {
  const row = { instId: REF.instrument, realizedRate: '0.00001', fundingTime: String(TO) };
  const http = scriptedHttp((request) =>
    request.path.endsWith('funding-rate-history')
      ? { code: '0', msg: '', data: Array.from({ length: 100 }, () => row) }
      : venue(request),
  );
  await okx.fetchHistory(contextOver(http, TO), REF, TO - 5 * HOUR, TO);
  const asked = http.requests.filter(({ path }) => path.endsWith('funding-rate-history'));
  expect(asked).toHaveLength(2);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MarketServer, startMarket } from '../../demo/market/server.ts';

const START = Date.UTC(2026, 10, 24, 12);
const HOUR_MS = 3_600_000;

let market: MarketServer;

beforeAll(async () => {
  market = await startMarket({
    port: 0,
    speed: 1,
    scenario: 'quiet',
    seed: 4,
    startAt: START,
    historyDays: 10,
  });
});

afterAll(() => market.close());

describe('the venues’ traps', () => {
  const json = async (path: string) => (await fetch(`${market.url}${path}`)).json();

  it('Bybit counts both sides, beside the fields that count one, and lists dated rows', async () => {
    const { result } = (await json('/bybit/v5/market/tickers?category=linear')) as {
      result: { list: Record<string, string>[] };
    };
    const perpetuals = result.list.filter((row) => row['deliveryTime'] === '0');
    expect(perpetuals).toHaveLength(8);
    for (const row of perpetuals) {
      expect(Number(row['openInterest']) / Number(row['singleOpenInterest'])).toBeCloseTo(2, 4);
    }
    const dated = result.list.filter((row) => row['deliveryTime'] !== '0');
    expect(dated).toMatchObject([{ fundingRate: '', nextFundingTime: '0' }]);
  });

  it('Bybit fails with HTTP 200', async () => {
    const answer = await fetch(`${market.url}/bybit/v5/market/tickers?category=nope`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ retCode: 10001 });
  });

  it('Bybit pages open interest backwards without losing or repeating an hour', async () => {
    const seen: number[] = [];
    let cursor = '';
    do {
      const { result } = (await json(
        `/bybit/v5/market/open-interest?category=linear&symbol=ETHUSDT&intervalTime=1h&limit=100&cursor=${cursor}`,
      )) as { result: { list: { timestamp: string }[]; nextPageCursor: string } };
      seen.push(...result.list.map((row) => Number(row.timestamp)));
      cursor = result.nextPageCursor;
    } while (cursor !== '');
    expect(seen).toEqual(
      Array.from({ length: seen.length }, (_, index) => (seen[0] ?? 0) - index * HOUR_MS),
    );
    expect(seen.length).toBeGreaterThanOrEqual(239);
  });

  it('Binance mixes funding intervals and lists dated and settling contracts', async () => {
    const rows = (await json('/binance-usdm/fapi/v1/premiumIndex')) as Record<string, unknown>[];
    expect(rows.filter((row) => row['nextFundingTime'] === 0)).toHaveLength(1);
    const intervals = (await json('/binance-usdm/fapi/v1/fundingInfo')) as {
      symbol: string;
      fundingIntervalHours: number;
    }[];
    expect(new Set(intervals.map((row) => row.fundingIntervalHours))).toEqual(new Set([4, 8]));
    expect(intervals.length).toBeLessThan(rows.length);
    const { symbols } = (await json('/binance-usdm/fapi/v1/exchangeInfo')) as {
      symbols: { status: string }[];
    };
    expect(symbols.filter((row) => row.status === 'SETTLING')).toHaveLength(1);
  });

  it('Morpho refuses fields and filters it does not have', async () => {
    for (const query of [
      '{ marketPositions(first: 1) { items { nope } } }',
      '{ marketPositions(where: { nope: 1 }) { items { healthFactor } } }',
    ]) {
      const answer = await fetch(`${market.url}/morpho-blue/graphql`, {
        method: 'POST',
        body: JSON.stringify({ query }),
      });
      expect(answer.status).toBe(400);
      expect(JSON.stringify(await answer.json())).toContain('nope');
    }
  });
});

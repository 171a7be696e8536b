import { expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { binanceUsdm } from '../../../src/sources/exchanges/binance-usdm/binance-usdm.ts';
import type { SourceBatch } from '../../../src/sources/kit/define.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { scriptedHttp } from '../../fakes/scripted-http.ts';

const NOW = Date.UTC(2026, 8, 13, 15);
const MINUTE = 60_000;

/** `count` perpetuals, the first one the most traded; `now` and `fails` may be changed between cycles. */
function venue(count: number) {
  const symbols = Array.from({ length: count }, (_, index) => `COIN${index}USDT`);
  const state = { now: NOW, fails: undefined as string | undefined, listed: symbols };
  const http = scriptedHttp(({ path, query }) => {
    const { now } = state;
    const premium = (symbol: string) => ({
      ...{ symbol, markPrice: '2', lastFundingRate: '0.0001' },
      ...{ nextFundingTime: now + 3_600_000, time: now },
    });
    switch (path) {
      case '/fapi/v1/premiumIndex':
        return state.listed.map(premium);
      case '/fapi/v1/exchangeInfo':
        return {
          symbols: symbols.map((symbol) => ({
            ...{ symbol, status: 'TRADING', contractType: 'PERPETUAL' },
          })),
        };
      case '/fapi/v1/ticker/24hr':
        return symbols.map((symbol, index) => ({ symbol, quoteVolume: String(1e6 - index) }));
      case '/fapi/v1/openInterest': {
        const symbol = query['symbol'] ?? '';
        if (symbol === state.fails) throw new SourceError('bad-payload', 'HTTP 400');
        const openInterest = String(1e6 - Number(/\d+/.exec(symbol)?.[0] ?? 0));
        return { symbol, openInterest, time: now };
      }
      default:
        return [];
    }
  });
  async function cycle(index: number): Promise<{ batch: SourceBatch; calls: string[] }> {
    state.now = NOW + index * MINUTE;
    const before = http.requests.length;
    const batch = await binanceUsdm.fetchSnapshot(contextOver(http, state.now));
    const calls = http.requests
      .slice(before)
      .filter(({ path }) => path === '/fapi/v1/openInterest')
      .map(({ query }) => query['symbol'] ?? '');
    return { batch, calls };
  }
  return { cycle, state };
}

function timesOf({ observations }: SourceBatch): Map<string, number> {
  const interest = observations.filter((one) => one.kind === 'open-interest');
  return new Map(interest.map((one) => [one.instrument, one.observedAt]));
}

test('an instrument that is not asked keeps its open interest, with its own time', async () => {
  const { cycle } = venue(200);
  await cycle(0);
  const { batch, calls } = await cycle(1);
  expect(calls).toHaveLength(155);
  const times = timesOf(batch);
  expect(times.size).toBe(200);
  expect(times.get('COIN0USDT')).toBe(NOW + MINUTE);
  expect(times.get('COIN199USDT')).toBe(NOW);
  expect(batch.gaps).toEqual([]);
});

test('after ten cycles nothing is older than ten minutes', async () => {
  const { cycle } = venue(300);
  let newest = await cycle(0);
  for (let index = 1; index <= 12; index += 1) newest = await cycle(index);
  expect(Math.min(...timesOf(newest.batch).values())).toBeGreaterThan(NOW + 2 * MINUTE);
});

test('a start reads the largest first and says what it has not come to yet', async () => {
  const { cycle } = venue(800);
  const first = await cycle(0);
  expect(first.calls).toHaveLength(450);
  expect(first.calls).not.toContain('COIN450USDT');
  expect(first.batch.gaps).toEqual([
    expect.objectContaining({
      wanted: 'open-interest',
      reason: 'rate-limited',
      detail: '350 smaller instruments are read in the next minutes',
    }),
  ]);
  await cycle(1);
  const third = await cycle(2);
  expect(timesOf(third.batch).size).toBe(800);
  expect(third.batch.gaps).toEqual([]);
});

test('one that fails is a gap and shows what was read before; the others are not delayed', async () => {
  const { cycle, state } = venue(5);
  await cycle(0);
  state.fails = 'COIN2USDT';
  const { batch, calls } = await cycle(1);
  expect(calls).toHaveLength(5);
  expect(timesOf(batch).get('COIN2USDT')).toBe(NOW);
  expect(timesOf(batch).get('COIN3USDT')).toBe(NOW + MINUTE);
  expect(batch.gaps).toEqual([expect.objectContaining({ instrument: 'COIN2USDT' })]);
});

test('an instrument that always fails does not keep others from their turn', async () => {
  const { cycle, state } = venue(300);
  state.fails = 'COIN299USDT';
  for (let index = 0; index <= 2; index += 1) await cycle(index);
  const asked = [await cycle(3), await cycle(4), await cycle(5)];
  expect(asked.filter(({ calls }) => calls.includes('COIN299USDT'))).toHaveLength(0);
});

test('a delisted instrument is not shown from memory', async () => {
  const { cycle, state } = venue(5);
  await cycle(0);
  state.listed = state.listed.slice(1);
  const { batch } = await cycle(1);
  expect([...timesOf(batch).keys()]).not.toContain('COIN0USDT');
});

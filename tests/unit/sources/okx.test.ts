import { expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { coinOf } from '../../../src/sources/exchanges/okx/name.ts';
import { okx } from '../../../src/sources/exchanges/okx/okx.ts';
import type { SourceBatch } from '../../../src/sources/kit/define.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { type ScriptedRequest, scriptedHttp } from '../../fakes/scripted-http.ts';

const NOW = Date.UTC(2026, 8, 13, 15);
const HOUR = 3_600_000;
const ok = (data: unknown[]) => ({ code: '0', msg: '', data });

const swap = (instId: string, more: Record<string, unknown> = {}) => ({
  ...{ instId, ctVal: '0.01', ctMult: '1', ctType: 'linear', state: 'live', ruleType: 'normal' },
  ctValCcy: instId.split('-')[0],
  instCategory: '1',
  ...more,
});
const rate = (instId: string, more: Record<string, unknown> = {}) => ({
  instId,
  fundingRate: '0.0001',
  fundingTime: String(NOW + HOUR),
  prevFundingTime: String(NOW - 7 * HOUR),
  nextFundingTime: String(NOW + 9 * HOUR),
  ts: String(NOW),
  ...more,
});
const mark = (instId: string) => ({ instId, markPx: '100', ts: String(NOW) });

interface Venue {
  instruments?: () => unknown[];
  funding?: unknown[];
  marks?: unknown[];
  more?: (request: ScriptedRequest) => unknown[] | undefined;
}

function venue({ funding = [], instruments, marks = [], more }: Venue) {
  return scriptedHttp((request) => {
    const other = more?.(request);
    if (other !== undefined) return ok(other);
    if (request.path.endsWith('public/instruments')) return ok(instruments?.() ?? []);
    if (request.path.endsWith('public/funding-rate')) return ok(funding);
    if (request.path.endsWith('public/mark-price')) return ok(marks);
    return ok([]);
  });
}

function hoursOf(batch: SourceBatch): Record<string, number> {
  const funding = batch.observations.filter((one) => one.kind === 'funding');
  return Object.fromEntries(funding.map((one) => [one.instrument, one.intervalHours]));
}

test.each([
  ['BTC-USDT-SWAP', 'BTC', 'BTC-USDT'],
  ['BTC-USDC-SWAP', 'BTC', 'BTC-USDC'],
  ['1INCH-USD-SWAP', '1INCH', '1INCH-USD'],
  ['BTC-USD_UM-SWAP', 'BTC', 'BTC-USD_UM'],
])('%s is %s', (instrument, asset, family) => {
  expect(coinOf(instrument)).toMatchObject({ asset, family, multiplier: 1 });
});

test.each([
  'BTC-USD-261225',
  'XAU-USD_UM_XPERP-310502',
  'BTC-EUR-SWAP',
  'ETH-BTC-SWAP',
  'BTC-USDT',
])('%s is no market of ours', (instrument) => {
  expect(coinOf(instrument)).toBeUndefined();
});

test('the interval is that of the running period, and unknown is not guessed', async () => {
  const names = ['A', 'B', 'C', 'D', 'E'].map((one) => `${one}-USDT-SWAP`);
  const [a = '', b = '', c = '', d = '', e = ''] = names;
  const http = venue({
    instruments: () => names.map((name) => swap(name)),
    funding: [
      rate(a),
      // Just shortened to 2 h: the settlement before is two hours away, the next but one as well.
      rate(b, {
        prevFundingTime: String(NOW - HOUR),
        nextFundingTime: String(NOW + 3 * HOUR),
      }),
      // Just lengthened: the running period still has 4 h.
      rate(c, { prevFundingTime: String(NOW - 3 * HOUR) }),
      rate(d, { prevFundingTime: '' }),
      rate(e, { prevFundingTime: String(NOW - 1000) }),
    ],
  });
  const batch = await okx.fetchSnapshot(contextOver(http, NOW));
  expect(hoursOf(batch)).toEqual({ [a]: 8, [b]: 2, [c]: 4 });
  expect(batch.rowsDropped).toBe(2);
});

test('contracts that are not traded are left out by rule, unreadable ones are counted', async () => {
  const instruments = [
    swap('BTC-USDT-SWAP'),
    swap('SUS-USDT-SWAP', { state: 'suspend' }),
    swap('SOON-USDT-SWAP', { state: 'preopen', ruleType: '', ctVal: '', instCategory: '' }),
    swap('EARLY-USDT-SWAP', { ruleType: 'pre_market' }),
    swap('ODD-USDT-SWAP', { ruleType: 'something new' }),
  ];
  const funding = [...instruments, swap('GONE-USDT-SWAP')].map(({ instId }) => rate(instId));
  const http = venue({ instruments: () => instruments, funding });
  const batch = await okx.fetchSnapshot(contextOver(http, NOW));
  expect(hoursOf(batch)).toEqual({ 'BTC-USDT-SWAP': 8 });
  expect(batch).toMatchObject({ rowsSeen: 3, rowsDropped: 2 });
});

test.each([
  ['BTC', '1', undefined],
  ['AAPL', '3', 'stock'],
  ['JP225', '3', 'index'],
  ['XAG', '4', 'metal'],
  ['WHEAT', '4', 'commodity'],
  ['SGD', '5', 'fx'],
  ['META', '1', undefined],
  ['TSLA', '', 'stock'],
  ['PEPE', '', undefined],
])('%s of category "%s" is of class %s', async (base, instCategory, expected) => {
  const instId = `${base}-USDT-SWAP`;
  const http = venue({
    instruments: () => [swap(instId, { instCategory })],
    marks: [mark(instId)],
  });
  const [market] = (await okx.fetchSnapshot(contextOver(http, NOW))).observations;
  expect(market).toMatchObject({ kind: 'market', instrument: instId });
  expect(market && 'assetClass' in market ? market.assetClass : undefined).toBe(expected);
});

test('contracts are read once in ten minutes, and known ones serve an hour when they cannot be', async () => {
  let down = false;
  const http = venue({
    instruments: () => {
      if (down) throw new SourceError('unavailable', 'down');
      return [swap('BTC-USDT-SWAP')];
    },
    funding: [rate('BTC-USDT-SWAP', { ts: String(NOW) })],
  });
  const reads = () => http.requests.filter(({ path }) => path.endsWith('instruments')).length;
  const snapshot = (at: number) => okx.fetchSnapshot(contextOver(http, at));
  await snapshot(NOW);
  await snapshot(NOW + 599_000);
  expect(reads()).toBe(1);
  down = true;
  expect(hoursOf(await snapshot(NOW + 600_000))).toEqual({ 'BTC-USDT-SWAP': 8 });
  expect(reads()).toBe(2);
  await expect(snapshot(NOW + HOUR)).rejects.toThrow('down');
});

test.each([
  { ctType: 'linear', ctValCcy: 'USDT' },
  { ctType: 'inverse', ctValCcy: 'BTC' },
  { ctType: 'inverse', ctValCcy: 'USD', ctMult: '' },
])('a book of a contract in a unit we do not know is refused: %j', async (unit) => {
  const http = venue({ instruments: () => [swap('BTC-USDT-SWAP', unit)] });
  const ref = { instrument: 'BTC-USDT-SWAP', asset: assetId('BTC') };
  const batch = await okx.fetchDepth(contextOver(http, NOW), [ref]);
  expect(batch.observations).toEqual([]);
  const detail = 'okx: contract size unknown';
  expect(batch.gaps).toEqual([expect.objectContaining({ reason: 'bad-payload', detail })]);
});

const closing = (more: Record<string, unknown>) => ({
  ...{ side: 'sell', posSide: 'long', bkPx: '100', sz: '5', ts: String(NOW - 1000) },
  ...more,
});

test('a forced closing whose two sides contradict each other is dropped', async () => {
  const ref = { instrument: 'BTC-USDT-SWAP', asset: assetId('BTC') };
  const details = [
    closing({}),
    closing({ side: 'buy', posSide: 'short', ts: String(NOW - 2000) }),
    closing({ side: 'buy', posSide: 'net', ts: String(NOW - 3000) }),
    closing({ side: 'buy' }),
    closing({ posSide: '' }),
  ];
  const http = venue({
    instruments: () => [swap(ref.instrument)],
    more: ({ path }) =>
      path.endsWith('liquidation-orders') ? [{ instId: ref.instrument, details }] : undefined,
  });
  const batch = await okx.fetchLiquidations?.(contextOver(http, NOW), [ref], 0);
  const told = batch?.observations.map((one) => one.kind === 'liquidation' && one.side);
  expect(told).toEqual(['long', 'short', 'short']);
  expect(batch).toMatchObject({ rowsSeen: 5, rowsDropped: 2 });
});

test('tiers that do not begin at 0 are refused', async () => {
  const ref = { instrument: 'BTC-USDT-SWAP', asset: assetId('BTC') };
  const tier = { instFamily: 'BTC-USDT', minSz: '10', mmr: '0.01', maxLever: '50' };
  const http = venue({
    instruments: () => [swap(ref.instrument)],
    marks: [mark(ref.instrument)],
    more: ({ path }) => (path.endsWith('position-tiers') ? [tier] : undefined),
  });
  const batch = await okx.fetchMarginTiers?.(contextOver(http, NOW), [ref]);
  expect(batch?.observations).toEqual([]);
  expect(batch?.gaps).toEqual([expect.objectContaining({ reason: 'bad-payload' })]);
});

test('a statistic the venue does not keep of a market is a gap, the others stand', async () => {
  const ref = { instrument: 'BTC-USDT-SWAP', asset: assetId('BTC') };
  const http = scriptedHttp(({ path }) => {
    if (path.endsWith('top-trader')) return { code: '51001', msg: '' };
    if (path.endsWith('taker-volume-contract')) return ok([[String(NOW - 300_000), '0', '3']]);
    return ok([[String(NOW - 300_000), '1.5']]);
  });
  const batch = await okx.fetchPositioning?.(contextOver(http, NOW), [ref]);
  expect(batch?.observations).toEqual([
    {
      kind: 'positioning',
      source: 'okx',
      ...ref,
      longShortAccountRatio: 1.5,
      observedAt: NOW - 300_000,
    },
  ]);
  expect(batch?.gaps.map((gap) => gap.reason)).toEqual(['unsupported', 'unsupported']);
});

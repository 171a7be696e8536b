import { expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { hyperliquid } from '../../../src/sources/exchanges/hyperliquid/hyperliquid.ts';
import { coinOf } from '../../../src/sources/exchanges/hyperliquid/name.ts';
import type { SourceBatch } from '../../../src/sources/kit/define.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { scriptedHttp } from '../../fakes/scripted-http.ts';

const NOW = Date.UTC(2026, 8, 13, 15);
const MINUTE = 60_000;

const figures = (markPx: number) => ({
  funding: '0.00001',
  openInterest: '10',
  markPx: String(markPx),
  midPx: String(markPx),
});

interface Venue {
  dexes: string[];
  /** Collateral by dex; 0 where not said. */
  collateral?: Record<string, number>;
  fails?: (type: string, dex: string | undefined) => boolean;
}

function venue({ collateral = {}, dexes, fails }: Venue) {
  let price = 100;
  const http = scriptedHttp(({ body }) => {
    const { dex, type } = body as { type: string; dex?: string };
    if (fails?.(type, dex) === true) throw new SourceError('unavailable', 'down');
    price += 1;
    if (type === 'perpDexs') return [null, ...dexes.map((name) => ({ name }))];
    if (type === 'perpCategories') return dexes.map((name) => [`${name}:TSLA`, 'stocks']);
    if (type === 'spotMeta') return { tokens: [{ index: 235, name: 'USDE' }] };
    const name = dex === undefined ? 'BTC' : `${dex}:TSLA`;
    const collateralToken = collateral[dex ?? ''] ?? 0;
    return [{ universe: [{ name }], collateralToken }, [figures(price)]];
  });
  const asked = () =>
    http.requests.flatMap(({ body }) => (body as { dex?: string }).dex ?? []).splice(0);
  return { http, asked };
}

function marketsOf(batch: SourceBatch): Map<string, { at: number; usd: number }> {
  const markets = batch.observations.filter((one) => one.kind === 'market');
  return new Map(
    markets.map((one) => [one.instrument, { at: one.observedAt, usd: one.markPriceUsd }]),
  );
}

test('a dex that is not asked in a cycle keeps its figures, with their own time', async () => {
  const { asked, http } = venue({ dexes: ['abc', 'xyz'] });
  const first = await hyperliquid.fetchSnapshot(contextOver(http, NOW));
  const second = await hyperliquid.fetchSnapshot(contextOver(http, NOW + MINUTE));
  expect(asked()).toEqual(['abc', 'xyz', 'abc']);
  expect([...marketsOf(second).keys()]).toEqual(['BTC', 'abc:TSLA', 'xyz:TSLA']);
  expect(marketsOf(second).get('BTC')?.at).toBe(NOW + MINUTE);
  expect(marketsOf(second).get('abc:TSLA')?.at).toBe(NOW + MINUTE);
  expect(marketsOf(second).get('xyz:TSLA')).toEqual(marketsOf(first).get('xyz:TSLA'));
  expect(second.gaps).toEqual([]);
});

test('a dex that fails costs only itself, and its instruments do not look delisted', async () => {
  let broken = false;
  const { http } = venue({ dexes: ['xyz'], fails: (_type, dex) => broken && dex === 'xyz' });
  const first = await hyperliquid.fetchSnapshot(contextOver(http, NOW));
  broken = true;
  const second = await hyperliquid.fetchSnapshot(contextOver(http, NOW + MINUTE));
  expect(marketsOf(second).get('xyz:TSLA')).toEqual(marketsOf(first).get('xyz:TSLA'));
  expect(marketsOf(second).get('BTC')?.at).toBe(NOW + MINUTE);
  expect(second.gaps).toHaveLength(3);
  for (const gap of second.gaps) {
    expect(gap).toMatchObject({
      reason: 'unavailable',
      detail: 'dex xyz: down',
      instrument: 'xyz:',
    });
  }
});

test('while a dex was never read its gap is not excused by an instrument', async () => {
  const { http } = venue({ dexes: ['abc', 'xyz'], fails: (_type, dex) => dex === 'xyz' });
  const batch = await hyperliquid.fetchSnapshot(contextOver(http, NOW));
  expect([...marketsOf(batch).keys()]).toEqual(['BTC', 'abc:TSLA']);
  expect(batch.gaps.map((gap) => gap.instrument)).toEqual([undefined, undefined, undefined]);
});

test('without the list of dexes the own markets are read, and the rest is a gap', async () => {
  const { http } = venue({ dexes: ['xyz'], fails: (type) => type === 'perpCategories' });
  const batch = await hyperliquid.fetchSnapshot(contextOver(http, NOW));
  expect([...marketsOf(batch).keys()]).toEqual(['BTC']);
  expect(batch.gaps.map((gap) => gap.wanted)).toEqual(['funding', 'open-interest', 'market']);
});

test('the list of dexes is read every ten minutes; one that fails leaves the old one', async () => {
  let broken = false;
  const { http } = venue({ dexes: ['xyz'], fails: (type) => broken && type === 'perpDexs' });
  const lists = () =>
    http.requests.filter(({ body }) => (body as { type: string }).type === 'perpDexs').length;
  await hyperliquid.fetchSnapshot(contextOver(http, NOW));
  await hyperliquid.fetchSnapshot(contextOver(http, NOW + 9 * MINUTE));
  expect(lists()).toBe(1);
  broken = true;
  const batch = await hyperliquid.fetchSnapshot(contextOver(http, NOW + 10 * MINUTE));
  expect(lists()).toBe(2);
  expect([...marketsOf(batch).keys()]).toEqual(['BTC', 'xyz:TSLA']);
  expect(batch.gaps).toEqual([]);
});

test('a dollar by its name is taken as one; a token without a name is refused', async () => {
  const { http } = venue({ dexes: ['abc', 'xyz'], collateral: { abc: 235, xyz: 999 } });
  const batch = await hyperliquid.fetchSnapshot(contextOver(http, NOW));
  expect([...marketsOf(batch).keys()]).toEqual(['BTC', 'abc:TSLA']);
  expect(batch.gaps[0]).toMatchObject({ reason: 'bad-payload' });
  expect(batch.gaps[0]?.detail).toContain('dex xyz: ');
});

test.each([
  ['xyz:TSLA', 'stocks', { asset: 'TSLA', assetClass: 'stock' }],
  ['xyz:GOLD', 'commodities', { asset: 'XAU', assetClass: 'metal' }],
  ['flx:OIL', 'commodities', { asset: 'OIL', assetClass: 'commodity' }],
  ['xyz:EUR', 'FX', { asset: 'EUR', assetClass: 'fx' }],
  ['km:US500', 'indices', { asset: 'US500', assetClass: 'index' }],
  ['vntl:OPENAI', 'preipo', { asset: 'OPENAI', assetClass: 'stock' }],
  ['xyz:NVDA', undefined, { asset: 'NVDA', assetClass: 'stock' }],
  ['xyz:NVDA', 'ai', { asset: 'NVDA', assetClass: 'stock' }],
  ['hyna:BTC', 'crypto', { asset: 'BTC', assetClass: undefined }],
  ['hyna:kPEPE', 'crypto', { asset: 'PEPE', multiplier: 1000 }],
  ['META', undefined, { asset: 'META', assetClass: undefined }],
])('%s, filed under %s', (instrument, category, expected) => {
  expect(coinOf(instrument, category)).toMatchObject(
    Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)),
  );
  if ('assetClass' in expected && expected.assetClass === undefined) {
    expect(coinOf(instrument, category)).not.toHaveProperty('assetClass');
  }
});

test.each(['a:b:C', ':BTC', 'xyz:', 'XYZ:TSLA', 'xyz:tsla', 'xyz:A/B'])(
  '%s is no market here',
  (name) => {
    expect(coinOf(name)).toBeUndefined();
  },
);

import { expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { formatTokenAmount } from '../../../src/sources/kit/token-amount.ts';
import { morphoBlue } from '../../../src/sources/lending/morpho-blue/morpho-blue.ts';
import { liquidationBonusFraction } from '../../../src/sources/lending/morpho-blue/position.ts';
import { runSource } from '../../../src/sources/run.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { scriptedHttp } from '../../fakes/scripted-http.ts';

const NOW = Date.UTC(2026, 8, 13, 15);
const hex = (value: number, digits: number) => `0x${value.toString(16).padStart(digits, '0')}`;

function row(account: number, overrides: Record<string, unknown> = {}) {
  return {
    healthFactor: 1.2,
    user: { address: hex(account, 40) },
    market: {
      marketId: hex(1, 64),
      lltv: '860000000000000000',
      loanAsset: { symbol: 'USDC', decimals: 6, address: hex(2, 40) },
      collateralAsset: { symbol: 'WETH', decimals: 18, address: hex(3, 40) },
    },
    state: {
      collateral: '1000000000000000000',
      collateralUsd: 2500,
      borrowAssets: '1800000000',
      borrowAssetsUsd: 1800,
    },
    ...overrides,
  };
}

/** `total` positions behind the API, served in pages. */
function api(total: number, options: { failAfter?: number; pageRows?: number } = {}) {
  return scriptedHttp(({ body }) => {
    const { first, skip } = (body as { variables: { first: number; skip: number } }).variables;
    if (skip >= (options.failAfter ?? Infinity)) throw new SourceError('timeout', 'no answer');
    const rows = options.pageRows ?? first;
    const count = Math.max(0, Math.min(rows, total - skip));
    const items = Array.from({ length: count }, (_, index) => row(skip + index));
    return { data: { marketPositions: { items } } };
  });
}

test('pages are read until one is not full', async () => {
  const http = api(2300);
  const batch = await morphoBlue.fetchPositions(contextOver(http, NOW, { maxPages: 10 }));
  expect(batch.observations).toHaveLength(2300);
  expect(http.requests).toHaveLength(3);
  expect(batch.gaps).toEqual([]);
});

test('the page cap leaves a gap that says coverage is partial', async () => {
  const batch = await morphoBlue.fetchPositions(contextOver(api(5000), NOW, { maxPages: 2 }));
  expect(batch.observations).toHaveLength(2000);
  expect(batch.gaps).toEqual([
    expect.objectContaining({ wanted: 'position', reason: 'unsupported' }),
  ]);
});

test('a page that fails later keeps what was read and leaves a gap', async () => {
  const http = api(5000, { failAfter: 2000 });
  const batch = await morphoBlue.fetchPositions(contextOver(http, NOW));
  expect(batch.observations).toHaveLength(2000);
  expect(batch.gaps).toEqual([expect.objectContaining({ wanted: 'position', reason: 'timeout' })]);
});

test.each([
  ['half of them on a short page', 1200, [{ reason: 'bad-payload', wanted: 'position' }]],
  ['a few closed between two pages', 610, []],
  ['a total that is no number', 'many', []],
  ['no total', undefined, []],
])('fewer positions than the API says there are leave a gap: %s', async (_, countTotal, gaps) => {
  const items = Array.from({ length: 600 }, (_, index) => row(index));
  const http = scriptedHttp(() => ({
    data: { marketPositions: { items, pageInfo: { count: 600, countTotal } } },
  }));
  const batch = await morphoBlue.fetchPositions(contextOver(http, NOW));
  expect(batch.observations).toHaveLength(600);
  expect(batch.gaps).toMatchObject(gaps);
  expect(batch.gaps).toHaveLength(gaps.length);
});

test('a page of 135,000 rows is refused: the server ignored what was asked', async () => {
  const http = api(135_000, { pageRows: 135_000 });
  const batch = await runSource(morphoBlue, 'position', contextOver(http, NOW));
  expect(batch.observations).toEqual([]);
  expect(batch.gaps).toEqual([expect.objectContaining({ reason: 'bad-payload' })]);
});

test('a position that moved between two pages is kept once', async () => {
  const http = scriptedHttp(({ body }) => {
    const { skip } = (body as { variables: { skip: number } }).variables;
    const first = Array.from({ length: 1000 }, (_, index) => row(index));
    return { data: { marketPositions: { items: skip === 0 ? first : [row(999), row(1000)] } } };
  });
  const batch = await morphoBlue.fetchPositions(contextOver(http, NOW));
  expect(batch.observations).toHaveLength(1001);
});

test('an account never reaches a log, a sample or a gap', async () => {
  const broken = row(0xabcdef, { state: null });
  const http = scriptedHttp(() => ({ data: { marketPositions: { items: [broken] } } }));
  const batch = await morphoBlue.fetchPositions(contextOver(http, NOW));
  expect(batch.rowsDropped).toBe(1);
  expect(JSON.stringify(batch)).not.toContain('abcdef');
});

test('wrong settings are a gap, not a crash', async () => {
  const batch = await runSource(
    morphoBlue,
    'position',
    contextOver(api(1), NOW, { chains: 'all' }),
  );
  expect(batch.gaps).toEqual([expect.objectContaining({ reason: 'bad-payload' })]);
});

test.each([
  [0.86, 0.04384],
  [0.945, 0.01678],
  [0.385, 0.15],
])('at an lltv of %f the liquidator gets %f on top', (lltv, bonus) => {
  expect(liquidationBonusFraction(lltv)).toBeCloseTo(bonus, 5);
});

test.each([
  [0n, 18, '0'],
  [1n, 18, '0.000000000000000001'],
  [1_500_000n, 6, '1.5'],
  [12_000_000n, 6, '12'],
  [123n, 0, '123'],
  [
    340_282_366_920_938_463_463_374_607_431_768_211_455n,
    18,
    '340282366920938463463.374607431768211455',
  ],
])('%d raw units with %i decimals are %s', (raw, decimals, text) => {
  expect(formatTokenAmount(raw, decimals)).toBe(text);
});

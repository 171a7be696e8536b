import { expect, test } from 'vitest';
import { hyperliquid } from '../../../src/sources/exchanges/hyperliquid/hyperliquid.ts';
import { runSource } from '../../../src/sources/run.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { scriptedHttp } from '../../fakes/scripted-http.ts';

const NOW = Date.UTC(2026, 8, 13, 15);
const figures = (markPx: string) => ({
  funding: '0.00001',
  openInterest: '10',
  markPx,
  midPx: markPx,
});

const snapshot = (universe: unknown[], rows: unknown[]) =>
  runSource(
    hyperliquid,
    'market',
    contextOver(
      scriptedHttp(() => [{ universe }, rows]),
      NOW,
    ),
  );

test('names and figures are matched by their place', async () => {
  const { observations } = await snapshot(
    [{ name: 'BTC' }, { name: 'ETH' }],
    [figures('70000'), figures('2000')],
  );
  const marks = observations.filter((one) => one.kind === 'market');
  expect(marks.map((one) => [one.asset, one.markPriceUsd])).toEqual([
    ['BTC', 70_000],
    ['ETH', 2_000],
  ]);
});

test.each([
  ['one name too many', [{ name: 'BTC' }, { name: 'ETH' }], [figures('2000')]],
  ['one row too many', [{ name: 'ETH' }], [figures('70000'), figures('2000')]],
])('with %s no figure can be trusted to be its own: all are refused', async (_, names, rows) => {
  const batch = await snapshot(names, rows);
  expect(batch.observations).toEqual([]);
  expect(new Set(batch.gaps.map((gap) => gap.reason))).toEqual(new Set(['bad-payload']));
});

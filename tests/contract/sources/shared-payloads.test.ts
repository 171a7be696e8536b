import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bybit } from '../../../src/sources/exchanges/bybit/bybit.ts';
import { hyperliquid } from '../../../src/sources/exchanges/hyperliquid/hyperliquid.ts';
import { scriptedHttp } from '../../fakes/scripted-http.ts';
import { contextOver } from './fixture.ts';

/** Whole recorded answers, where the folder with them lies beside the project; else skipped. */
const FOLDER = join(import.meta.dirname, '../../../../shared/data/payloads');

function recorded(file: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
}

describe.skipIf(!existsSync(FOLDER))('recorded payloads outside the project', () => {
  test('bybit: linear and inverse tickers of September 2026', async () => {
    const http = scriptedHttp(({ query }) =>
      recorded(
        query['category'] === 'linear'
          ? 'bybit/tickers_linear_2026-09-11.json'
          : 'bybit/tickers_inverse.json',
      ),
    );
    const batch = await bybit.fetchSnapshot(contextOver(http, Date.UTC(2026, 8, 12)));
    expect(batch).toMatchObject({ rowsSeen: 5, rowsDropped: 0, gaps: [] });
    const interest = batch.observations.filter((one) => one.kind === 'open-interest');
    expect(interest.map((one) => [one.instrument, one.counting, one.openInterestUsd])).toEqual([
      ['BTCUSDT', 'one-sided as published', 2071038505.15],
      ['ETHUSDT', 'one-sided as published', 1037152450.62],
      ['0GUSDT', 'one-sided as published', 989896.38],
      ['1000BONKPERP', 'one-sided as published', 85764.9],
      ['BTCUSD', 'halved', 120056983.5],
    ]);
  });

  test('hyperliquid: names and figures of September 2026', async () => {
    const http = scriptedHttp(({ body }) =>
      (body as { type: string }).type === 'perpDexs'
        ? [null]
        : recorded('hyperliquid/metaAndAssetCtxs_mainnet_2026-09-11.json'),
    );
    const batch = await hyperliquid.fetchSnapshot(contextOver(http, Date.UTC(2026, 8, 12)));
    expect(batch).toMatchObject({ rowsSeen: 2, rowsDropped: 0, gaps: [] });
    expect(batch.observations).toHaveLength(6);
  });

  test.each(['bybit/errors_http200_2026-09.json'])(
    '%s: each body is a failure though its status is 200',
    async (file) => {
      for (const body of recorded(file) as unknown[]) {
        const batch = await bybit.fetchSnapshot(
          contextOver(
            scriptedHttp(() => body),
            Date.now(),
          ),
        );
        expect(batch.observations).toEqual([]);
        expect(new Set(batch.gaps.map((gap) => gap.reason))).toEqual(new Set(['unsupported']));
      }
    },
  );
});

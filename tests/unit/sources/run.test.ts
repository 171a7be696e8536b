import { expect, test } from 'vitest';
import { z } from 'zod';
import { SourceError } from '../../../src/errors.ts';
import { assetId } from '../../../src/signals/assets.ts';
import {
  defineExchange,
  type ExchangeAdapter,
  type FetchContext,
} from '../../../src/sources/kit/define.ts';
import { morphoBlue } from '../../../src/sources/lending/morpho-blue/morpho-blue.ts';
import { runHistory, runSource } from '../../../src/sources/run.ts';
import { contextOver } from '../../contract/sources/fixture.ts';
import { scriptedHttp } from '../../fakes/scripted-http.ts';

const BTC = { instrument: 'BTCUSDT', asset: assetId('BTC') };

function context(overrides: Partial<FetchContext> = {}): FetchContext {
  return {
    ...contextOver(
      scriptedHttp(() => ({})),
      0,
    ),
    ...overrides,
  };
}

function exchangeThatThrows(error: () => unknown): ExchangeAdapter {
  const fail = () => Promise.reject(error());
  return defineExchange({
    id: 'venue',
    title: 'Venue',
    baseUrl: 'http://127.0.0.1',
    budget: { weightPerMinute: 1, published: '' },
    periodSeconds: 60,
    calls: '',
    fetchSnapshot: fail,
    fetchDepth: fail,
    fetchHistory: fail,
  });
}

const timeout = () => new SourceError('timeout', 'no answer within 10000 ms');

test.each([
  ['market', ['funding', 'open-interest', 'market']],
  ['depth', ['depth']],
] as const)('a failed %s job is a gap of everything it was to bring', async (job, kinds) => {
  const batch = await runSource(exchangeThatThrows(timeout), job, context(), {
    instruments: [BTC],
  });
  expect(batch.observations).toEqual([]);
  expect(batch.gaps).toEqual(
    kinds.map((wanted) => ({
      kind: 'gap',
      source: 'venue',
      wanted,
      reason: 'timeout',
      detail: 'no answer within 10000 ms',
    })),
  );
});

test('failed history is a gap that names the instrument', async () => {
  const result = await runHistory(exchangeThatThrows(timeout), context(), BTC, 0, 1);
  expect(result).toMatchObject({ hours: [], gaps: [{ wanted: 'history', instrument: 'BTCUSDT' }] });
});

test('what does not decode is a bad payload', async () => {
  const zodError = () =>
    z.object({ list: z.array(z.string()) }).safeParse({ list: 'secret' }).error;
  const batch = await runSource(exchangeThatThrows(zodError), 'market', context());
  expect(batch.gaps[0]).toMatchObject({ reason: 'bad-payload' });
  expect(JSON.stringify(batch)).not.toContain('secret');
});

test('a bug is nobody’s gap', async () => {
  const bug = new TypeError('bug');
  await expect(
    runSource(
      exchangeThatThrows(() => bug),
      'market',
      context(),
    ),
  ).rejects.toBe(bug);
});

test('an abort ends the run with its reason, whatever the source said of it', async () => {
  const reason = new Error('stopping');
  const stopped = context({ signal: AbortSignal.abort(reason) });
  const run = runSource(exchangeThatThrows(timeout), 'market', stopped);
  await expect(run).rejects.toBe(reason);
});

test('what a source cannot do is unsupported', async () => {
  const depth = await runSource(morphoBlue, 'depth', context());
  expect(depth.gaps).toMatchObject([{ wanted: 'depth', reason: 'unsupported' }]);
  const history = await runHistory(morphoBlue, context(), BTC, 0, 1);
  expect(history.gaps).toMatchObject([{ wanted: 'history', reason: 'unsupported' }]);
});

test('a depth job without instruments asks nothing', async () => {
  const batch = await runSource(exchangeThatThrows(timeout), 'depth', context(), {
    instruments: [],
  });
  expect(batch).toMatchObject({ observations: [], gaps: [] });
});

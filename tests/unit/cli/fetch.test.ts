import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runFetch } from '../../../src/cli/fetch.ts';
import { type FixtureCall, startFixtureServer } from '../../fakes/fixture-server.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/sources');

interface Fixture {
  now: number;
  calls: FixtureCall[];
}

function load(name: string): Fixture {
  return JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8')) as Fixture;
}

async function fetchFrom(
  source: string,
  calls: readonly FixtureCall[],
  options: { json: boolean; now: number; depth?: number },
): Promise<{ exitCode: number; lines: string[]; asked: string[] }> {
  const server = await startFixtureServer(calls);
  const lines: string[] = [];
  try {
    const exitCode = await runFetch({
      source,
      baseUrl: server.baseUrl,
      clock: new InstantClock(options.now),
      log: new RecordingLogger(),
      write: (line) => lines.push(line),
      ...options,
    });
    const asked = server.requests.map(({ path, query }) => `${path} ${query['symbol'] ?? ''}`);
    return { exitCode, lines, asked };
  } finally {
    await server.close();
  }
}

test('prints one JSON line per observation and gap, in the order of the contract', async () => {
  const { calls, now } = load('bybit/market');
  const { exitCode, lines } = await fetchFrom('bybit', calls, { json: true, now, depth: 0 });
  expect(exitCode).toBe(0);
  expect(lines).toHaveLength(24);
  expect(lines[0]).toBe(
    '{"kind":"funding","source":"bybit","asset":"BTC","instrument":"BTCUSDT","rateFraction":0.00004936,"intervalHours":8,"phase":"predicted","nextFundingAt":1789171200000,"annualFraction":0.0540492,"observedAt":1789147120443}',
  );
  expect(lines).toContain(
    '{"kind":"open-interest","source":"bybit","asset":"BTC","instrument":"BTCUSDT","openInterestBase":26631.431,"openInterestUsd":2071038505.15,"counting":"one-sided as published","observedAt":1789147120443}',
  );
});

test('reads the order books of the largest instruments, three unless told otherwise', async () => {
  const { calls, now } = load('bybit/market');
  const three = await fetchFrom('bybit', calls, { json: true, now });
  const books = three.asked.filter((line) => line.startsWith('/v5/market/orderbook'));
  expect(books).toEqual([
    '/v5/market/orderbook BTCUSDT',
    '/v5/market/orderbook ETHUSDT',
    '/v5/market/orderbook BTCUSD',
  ]);
  const gaps = three.lines
    .map((line) => JSON.parse(line))
    .filter(({ kind, wanted }) => kind === 'gap' && wanted === 'depth');
  expect(gaps).toHaveLength(3);
  expect(gaps[0]).toMatchObject({ source: 'bybit', wanted: 'depth', reason: 'unsupported' });
});

test('the table for people names the figures and keeps accounts out', async () => {
  const { calls, now } = load('morpho-blue/position');
  const { exitCode, lines } = await fetchFrom('morpho-blue', calls, { json: false, now });
  const text = lines.join('\n');
  expect(exitCode).toBe(0);
  expect(text).toContain('1.0123');
  expect(text).toContain('$43k wstETH');
  expect(text).toContain('86.0 %');
  expect(text).not.toMatch(/0x[0-9a-f]{6}/i);
});

test('an exchange table shows funding with its interval', async () => {
  const { calls, now } = load('hyperliquid/market');
  const { lines } = await fetchFrom('hyperliquid', calls, { json: false, now, depth: 0 });
  expect(lines.join('\n')).toMatch(/PEPE +kPEPE +0\.000012600 +\$63\.0m .*-0\.0020 % \/ 1 h/);
});

test('nothing to be had is exit 69, with the gaps printed', async () => {
  const { exitCode, lines } = await fetchFrom('hyperliquid', [], { json: true, now: Date.now() });
  expect(exitCode).toBe(69);
  expect(lines.map((line) => JSON.parse(line).wanted)).toEqual([
    'funding',
    'open-interest',
    'market',
  ]);
});

test('an unknown source is wrong usage and the known ones are listed', async () => {
  await expect(fetchFrom('binance', [], { json: true, now: 0 })).rejects.toMatchObject({
    exitCode: 64,
    message: expect.stringContaining('binance-usdm, bybit, deribit, dydx, hyperliquid'),
  });
});

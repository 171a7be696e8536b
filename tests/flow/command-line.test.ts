import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type MarketServer, startMarket } from '../../demo/market/server.ts';
import { startDiscord } from '../fakes/discord/discord-server.ts';
import { startTelegram } from '../fakes/telegram/telegram-server.ts';
import { tempFolder } from '../fakes/temp-store.ts';
import { startProcess } from './support/real-process.ts';

/** Port 9 is nobody's on loopback. */
const DEAD_URL = 'http://127.0.0.1:9';

let market: MarketServer;

beforeAll(async () => {
  market = await startMarket({ port: 0, speed: 1, scenario: 'quiet', seed: 3, historyDays: 2 });
  return () => market.close();
});

/** A command of the real program, from its start to its end. */
async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input = '',
) {
  const program = startProcess(args, environment);
  program.endInput(input);
  const { code } = await program.exited;
  const lines = program.stdout().split('\n').slice(0, -1);
  return { code, lines, err: program.stderr() };
}

async function withDatabase(environment: Readonly<Record<string, string>> = {}) {
  return { DATABASE_URL: join(await tempFolder(), 'watch.db'), ...environment };
}

const isObject = (line: string) => typeof JSON.parse(line) === 'object';

describe('fetch', () => {
  it('against the market: 0, and with --json nothing but JSON lines', async () => {
    const from = (source: string) => ['fetch', source, '--base-url', `${market.url}/${source}`];
    const [exchange, lending] = await Promise.all([
      run([...from('bybit'), '--json']),
      run([...from('morpho-blue')]),
    ]);
    expect(exchange).toMatchObject({ code: 0, err: '' });
    expect(exchange.lines.length).toBeGreaterThan(20);
    expect(exchange.lines.every(isObject)).toBe(true);
    expect(lending).toMatchObject({ code: 0, err: '' });
    expect(lending.lines[0]).toMatch(/^Morpho Blue: \d+ observations, 0 gaps$/);
  });

  it('from what is no address: 64', async () => {
    const end = await run(['fetch', 'bybit', '--base-url', 'not-a-url', '--json']);
    expect(end).toEqual({
      code: 64,
      lines: [],
      err: 'cascade-watch: --base-url must be an http(s) URL\n',
    });
  });

  it('from where nobody answers: 69, with the gaps as JSON lines', async () => {
    const { code, lines } = await run(['fetch', 'bybit', '--base-url', DEAD_URL, '--json']);
    expect(code).toBe(69);
    const gaps = lines.map((line) => JSON.parse(line));
    expect(gaps).toContainEqual({
      kind: 'gap',
      source: 'bybit',
      wanted: 'funding',
      reason: 'unavailable',
      detail: expect.any(String),
    });
    expect(gaps.every(({ kind }) => kind === 'gap')).toBe(true);
  });

  it('stopped with Ctrl-C while it waits for an answer: 130', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const asked = once(silent, 'request');
    const { port } = silent.address() as AddressInfo;
    const program = startProcess(['fetch', 'bybit', '--base-url', `http://127.0.0.1:${port}`], {});
    await asked;
    program.signal('SIGINT');
    expect(await program.exited).toEqual({ code: 130, signal: null });
    expect([program.stdout(), program.stderr()]).toEqual(['', '']);
  });
});

describe('simulate', () => {
  const input = (usd: unknown) =>
    JSON.stringify({
      triggers: [
        { distance: 0.01, usd: 5e7 },
        { distance: 0.02, usd },
      ],
      impact: { depthUsdPerUnit: 1e10, latentUsdPerUnit2: 0 },
      shocks: [0, 0.02],
    });

  it('of good input: 0 and one JSON line; of bad input: 65 and the field', async () => {
    const [good, bad] = await Promise.all([
      run(['simulate'], {}, input(1e8)),
      run(['simulate'], {}, input('1e8')),
    ]);
    expect(good).toMatchObject({ code: 0, err: '' });
    expect(good.lines).toHaveLength(1);
    expect(JSON.parse(good.lines[0] ?? '').results).toMatchObject([
      { shock: 0, amplification: null },
      { shock: 0.02, forcedUsd: 1.5e8 },
    ]);
    expect(bad).toMatchObject({ code: 65, lines: [] });
    expect(bad.err).toBe(
      'cascade-watch: simulate: triggers[1].usd: must be a number, is a string\n',
    );
  });
});

describe('doctor', () => {
  it('is 0 where all is well, and 1 while one source is not, which it names', async () => {
    const environment = await withDatabase({ SOURCES_BASE_URL: market.url });
    const well = await run(['doctor'], environment);
    expect(well).toMatchObject({ code: 0, err: '' });
    expect(well.lines).toHaveLength(6);
    for (const line of well.lines) expect(line).toMatch(/^ok {3}/);

    market.control({ fault: { source: 'hyperliquid', kind: 'html' } });
    const { code, lines } = await run(['doctor', '--json'], environment);
    market.control({ fault: { source: 'hyperliquid', kind: 'none' } });
    expect(code).toBe(1);
    const findings = lines.map((line) => JSON.parse(line));
    expect(findings.filter(({ ok }) => !ok)).toEqual([
      {
        check: 'source hyperliquid',
        ok: false,
        detail: expect.stringContaining('a web page, not data'),
      },
    ]);
  });

  it('with tokens: who the bots are and how to add them; a wrong token is 1, and never shown', async () => {
    const tokens = {
      DISCORD_TOKEN: 'MTIz.right.token-of-discord-0123456789',
      TELEGRAM_TOKEN: '700700700:right-token-of-telegram-0123456789',
    };
    const [discord, telegram] = await Promise.all([
      startDiscord({ token: tokens.DISCORD_TOKEN }),
      startTelegram({ token: tokens.TELEGRAM_TOKEN }),
    ]);
    onTestFinished(async () => {
      await Promise.all([discord.close(), telegram.close()]);
    });
    const environment = await withDatabase({
      SOURCES_BASE_URL: market.url,
      DISCORD_API_URL: discord.url,
      TELEGRAM_API_URL: telegram.url,
    });
    const right = await run(['doctor'], { ...environment, ...tokens });
    expect(right).toMatchObject({ code: 0, err: '' });
    expect(right.lines).toContainEqual(
      expect.stringMatching(
        /^ok {3}platform discord: .+; add it to a server with https:\/\/discord/,
      ),
    );
    expect(right.lines.join()).toContain(`client_id=${discord.applicationId}`);
    expect(right.lines).toContain(
      `ok   platform telegram: @${telegram.botUsername}, add it: https://t.me/${telegram.botUsername}?startgroup=true`,
    );

    const wrongTokens = {
      DISCORD_TOKEN: 'MTIz.wrong.token-of-discord-0123456789',
      TELEGRAM_TOKEN: '700700700:wrong-token-of-telegram-0123456789',
    };
    const wrong = await run(['doctor', '--json'], { ...environment, ...wrongTokens });
    expect(wrong).toMatchObject({ code: 1, err: '' });
    const findings = wrong.lines.map((line) => JSON.parse(line));
    expect(findings.filter(({ ok }) => !ok)).toEqual([
      {
        check: 'platform discord',
        ok: false,
        detail: expect.stringMatching(/^the token was refused; a new one comes from/),
      },
      {
        check: 'platform telegram',
        ok: false,
        detail: expect.stringMatching(/^the token was refused: Telegram answered 401/),
      },
    ]);
    for (const said of [right.lines.join(), wrong.lines.join()]) {
      expect(said).not.toMatch(/(?:right|wrong)[.-]token/);
    }
  });
});

describe('start', () => {
  it('with a bad configuration: 78, every problem at once', async () => {
    const { code, lines, err } = await run(['start'], {
      LOG_LEVEL: 'loud',
      HTTP_PORT: '99999',
      SOURCES_BASE_URL: 'nowhere',
      DATABASE_URL: 'postgres://watch:hush-hush@db.test/watch',
      CONFIG_FILE: '/nonexistent/config.yaml',
    });
    expect({ code, lines }).toEqual({ code: 78, lines: [] });
    const problems = err.split('\n').filter((line) => line.startsWith('  - '));
    expect(problems).toHaveLength(5);
    for (const name of [
      'LOG_LEVEL',
      'HTTP_PORT',
      'SOURCES_BASE_URL',
      'DATABASE_URL',
      'CONFIG_FILE',
    ]) {
      expect(
        problems.filter((line) => line.includes(name)),
        name,
      ).toHaveLength(1);
    }
    expect(err).not.toContain('hush-hush');
  });

  it('on a port that is taken, or with a database it may not have: 69 and what to change', async () => {
    const { port } = new URL(market.url);
    const [taken, database] = await Promise.all([
      run(['start'], await withDatabase({ SOURCES_BASE_URL: market.url, HTTP_PORT: port })),
      run(['start'], { SOURCES_BASE_URL: market.url, DATABASE_URL: '/dev/null/watch.db' }),
    ]);
    expect(taken).toMatchObject({ code: 69, lines: [] });
    expect(taken.err).toContain(
      `cascade-watch: cannot listen on 127.0.0.1 port ${port}: the port is in use; change HTTP_HOST or HTTP_PORT\n`,
    );
    expect(database).toMatchObject({ code: 69, lines: [] });
    expect(database.err).toContain('cascade-watch: the folder of the database cannot be created');
  });
});

describe('market', () => {
  it('serves until it is told to stop; with --json its only line says where', async () => {
    const program = startProcess(['market', '--port', '0', '--json', '--seed', '7'], {});
    const line = await program.until(() => /^(.+)\n/.exec(program.stdout())?.[1]);
    const { event, url, seed, speed } = JSON.parse(line);
    expect({ event, seed, speed }).toEqual({ event: 'listening', seed: 7, speed: 1 });
    const clock = await (await fetch(`${url}/clock`)).json();
    expect(clock).toEqual({ nowMs: expect.any(Number), speed: 1 });
    program.signal('SIGINT');
    expect(await program.exited).toEqual({ code: 130, signal: null });
    expect(program.stdout()).toBe(`${line}\n`);
  });

  it('on a port that is taken: 69', async () => {
    const { port } = new URL(market.url);
    const { code, lines, err } = await run(['market', '--port', port]);
    expect({ code, lines }).toEqual({ code: 69, lines: [] });
    expect(err).toContain(`cannot listen on port ${port}`);
  });
});

import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { ALL_SOURCES, KNOWN_SOURCE_IDS } from '../../../src/configured-sources.ts';
import { load, loadYaml, refusal, textFile } from './config-files.ts';

/** Off until the demo's market serves them. */
const OFF = new Set(['okx', 'deribit', 'kraken-futures', 'kucoin-futures', 'dydx']);

describe('where a setting comes from', () => {
  it('the defaults alone are a whole configuration', () => {
    const { config, sourcesBaseUrl, secrets, tokens } = load();
    expect(config.http).toEqual({ host: '127.0.0.1', port: 8787 });
    expect(config.database.url).toBe('data/cascade-watch.db');
    expect(config.alerts.levelFloorPoints).toEqual(config.score.levels);
    expect(sourcesBaseUrl).toBeUndefined();
    expect(secrets).toEqual([]);
    expect(tokens).toEqual({});
  });

  it('every source of the program has its defaults, with the period it asks for', () => {
    const { config } = loadConfig({ environment: {}, ...KNOWN_SOURCE_IDS });
    for (const { id, kind, periodSeconds } of ALL_SOURCES) {
      const section = kind === 'exchange' ? config.sources : config.lending;
      expect(section[id], id).toMatchObject({ enabled: !OFF.has(id), periodSeconds });
    }
  });

  it('the file beats the defaults, and leaves what it does not name', async () => {
    const { config } = await loadYaml(
      'http: { port: 9000 }\nsources: { bybit: { enabled: false } }\ndepth: { always: [SOL] }\n',
    );
    expect(config.http).toEqual({ host: '127.0.0.1', port: 9000 });
    expect(config.sources['bybit']).toEqual({ enabled: false, periodSeconds: 60 });
    expect(config.sources['hyperliquid']?.enabled).toBe(true);
    expect(config.depth.always).toEqual(['SOL']);
  });

  it('the environment beats the file', async () => {
    const { config } = await loadYaml('http: { port: 9000, host: localhost }\nlogLevel: debug\n', {
      HTTP_PORT: '9100',
    });
    expect(config.http).toEqual({ host: 'localhost', port: 9100 });
    expect(config.logLevel).toBe('debug');
  });

  it('an empty variable counts as not set', () => {
    expect(load({ HTTP_PORT: '', DATABASE_URL_FILE: '' }).config.http.port).toBe(8787);
  });

  it('a variable is read from the file NAME_FILE names, without the line end', async () => {
    const file = await textFile('https://beats.test/abc-secret\r\n');
    expect(load({ HEARTBEAT_URL_FILE: file }).config.heartbeatUrl).toBe(
      'https://beats.test/abc-secret',
    );
  });

  it('an empty configuration file changes nothing', async () => {
    expect((await loadYaml('# nothing yet\n')).config).toEqual(load().config);
  });

  it('settings of the model are changed one by one', async () => {
    const { config } = await loadYaml('alerts: { repeatMs: { high: 7200000 } }\n');
    expect(config.alerts.repeatMs.high).toBe(7_200_000);
    expect(config.alerts.repeatMs.critical).toBe(3_600_000);
  });

  it.each([
    ['http://127.0.0.1:9/', 'http://127.0.0.1:9'],
    ['http://127.0.0.1:9/simulated//', 'http://127.0.0.1:9/simulated'],
    ['https://proxy.test', 'https://proxy.test'],
  ])('SOURCES_BASE_URL %s becomes %s', (given, used) => {
    expect(load({ SOURCES_BASE_URL: given }).sourcesBaseUrl).toBe(used);
  });

  it('the addresses of both chat platforms can be changed', () => {
    const { config } = load({
      DISCORD_API_URL: 'http://127.0.0.1:4000/api',
      TELEGRAM_API_URL: 'http://127.0.0.1:5000',
    });
    expect(config.discord.apiUrl).toBe('http://127.0.0.1:4000/api');
    expect(config.telegram.apiUrl).toBe('http://127.0.0.1:5000');
  });
});

describe('what is refused', () => {
  it('all problems at once, each with its place, exit code 78', async () => {
    const { exitCode, text } = await refusal(() =>
      loadYaml(
        'colour: red\nhttp: { port: 99999 }\nsources: { bybit: { periodSeconds: 50 } }\n' +
          'alerts: { stepDownReadings: -1 }\nlending: { aave: { enabled: true } }\n',
        { LOG_LEVEL: 'loud', HTTP_PORT: 'http', SOURCES_BASE_URL: 'market' },
      ),
    );
    expect(exitCode).toBe(78);
    const [headline, ...problems] = text.split('\n');
    expect(headline).toBe('the configuration has 8 problems:');
    expect(problems).toHaveLength(8);
    for (const place of [
      'colour: there is no such setting',
      'http.port: ',
      'HTTP_PORT: must be a port number',
      'sources.bybit.periodSeconds: must divide a minute, an hour or a day evenly',
      'alerts.stepDownReadings: ',
      'lending.aave: no such source; there is morpho-blue',
      'LOG_LEVEL (logLevel): ',
      'SOURCES_BASE_URL: must be an http(s) URL',
    ]) {
      expect(text).toContain(`\n  - ${place}`);
    }
  });

  it('one problem is told in the singular', async () => {
    const { text } = await refusal(() => load({ LOG_LEVEL: 'loud' }));
    expect(text).toMatch(/^the configuration has 1 problem:\n/);
  });

  it('a variable and its _FILE twin at once', async () => {
    const file = await textFile('9000');
    const { text } = await refusal(() => load({ HTTP_PORT: '9000', HTTP_PORT_FILE: file }));
    expect(text).toContain('HTTP_PORT and HTTP_PORT_FILE are both set: keep one');
  });

  it('a _FILE that is not there or holds nothing', async () => {
    const empty = await textFile('\n');
    const { text } = await refusal(() =>
      load({ HEARTBEAT_URL_FILE: '/nowhere/hush-hush', DATABASE_URL_FILE: empty }),
    );
    expect(text).toContain('HEARTBEAT_URL_FILE: cannot read that file (ENOENT)');
    expect(text).toContain('DATABASE_URL_FILE: that file is empty');
    expect(text).not.toContain('hush-hush');
  });

  it('a configuration file that is not there, or is no mapping', async () => {
    const missing = await refusal(() => load({ CONFIG_FILE: '/nowhere/config.yaml' }));
    expect(missing.text).toContain('CONFIG_FILE: cannot read /nowhere/config.yaml (ENOENT)');
    const list = await refusal(() => loadYaml('- a\n- b\n'));
    expect(list.text).toContain('must hold a mapping at its top level');
  });

  it.each([
    ['http: { port: 1\n', /not valid YAML: .* at line \d+, column \d+$/m],
    ['logLevel: info\nlogLevel: warn\n', /not valid YAML: Map keys must be unique at line 2/],
    ['http: *nowhere\n', /not valid YAML: an alias has no anchor/],
  ])('bad YAML %j, with the place', async (yaml, reason) => {
    const { exitCode, text } = await refusal(() => loadYaml(yaml));
    expect(exitCode).toBe(78);
    expect(text).toMatch(reason);
  });

  it('an unknown setting inside of a known source, by its whole path', async () => {
    const { text } = await refusal(() => loadYaml('sources: { bybit: { perodSeconds: 60 } }\n'));
    expect(text).toContain('sources.bybit.perodSeconds: there is no such setting');
  });

  it('an unknown source by its name alone, whatever else is wrong in it', async () => {
    const { text } = await refusal(() => loadYaml('sources: { kraken: { enabled: maybe } }\n'));
    expect(text.split('\n').slice(1)).toEqual([
      '  - sources.kraken: no such source; there is binance-usdm, bybit, deribit, dydx, hyperliquid, kraken-futures, kucoin-futures, okx',
    ]);
  });

  it.each([4, 7, 45, 61, 90, 5000, 7000, 90_000, 60.5])('a period of %d s', async (seconds) => {
    const { text } = await refusal(() => loadYaml(`evaluation: { periodSeconds: ${seconds} }\n`));
    expect(text).toContain('evaluation.periodSeconds: ');
  });

  it.each([5, 15, 60, 120, 900, 3600, 7200, 86_400])('not a period of %d s', async (seconds) => {
    const { config } = await loadYaml(`evaluation: { periodSeconds: ${seconds} }\n`);
    expect(config.evaluation.periodSeconds).toBe(seconds);
  });

  it('a kind of database that is not supported', async () => {
    const { text } = await refusal(() => load({ DATABASE_URL: 'postgres://db.test/watch' }));
    expect(text).toContain(
      'DATABASE_URL (database.url): databases of kind "postgres" are not supported; use sqlite:PATH',
    );
  });

  it('a name that cannot be a coin', async () => {
    const { text } = await refusal(() => loadYaml('depth: { always: [BTC, "not a coin"] }\n'));
    expect(text).toContain('depth.always.1: must be a coin, such as BTC');
  });

  it('the order-book period a second time, where it would change nothing', async () => {
    const { text } = await refusal(() => loadYaml('observe: { depthPeriodSeconds: 5 }\n'));
    expect(text).toContain('observe.depthPeriodSeconds: there is no such setting');
  });
});

import { describe, expect, it } from 'vitest';
import { load, loadYaml, refusal, textFile } from './config-files.ts';

const SECRET = 'hush-hush-4711';

describe('secrets', () => {
  it('are known wherever they were set', async () => {
    const file = await textFile(`${SECRET}-discord\n`);
    const { secrets } = await loadYaml(`heartbeatUrl: https://beats.test/${SECRET}\n`, {
      DISCORD_TOKEN_FILE: file,
      TELEGRAM_TOKEN: `1:${SECRET}`,
      DATABASE_URL: `sqlite:///data/${SECRET}/watch.db`,
    });
    expect(secrets.toSorted()).toEqual(
      [
        `${SECRET}-discord`,
        `1:${SECRET}`,
        `https://beats.test/${SECRET}`,
        `sqlite:///data/${SECRET}/watch.db`,
      ].toSorted(),
    );
  });

  it('a plain database path is none: messages about it must say which file', () => {
    expect(load({ DATABASE_URL: '/data/cascade-watch.db' }).secrets).toEqual([]);
  });

  it('short values are not treated as secret, or ordinary words would vanish from the log', () => {
    expect(load({ TELEGRAM_TOKEN: 'error' }).secrets).toEqual([]);
  });

  it.each([
    { HEARTBEAT_URL: SECRET },
    { HEARTBEAT_URL: `ftp://${SECRET}` },
    { DISCORD_TOKEN: SECRET, LOG_LEVEL: 'loud' },
    { DISCORD_TOKEN_FILE: SECRET },
    { DISCORD_TOKEN: SECRET, DISCORD_TOKEN_FILE: SECRET },
    { LOG_LEVEL: SECRET },
    { HTTP_PORT: SECRET },
    { SOURCES_BASE_URL: SECRET },
    { DATABASE_URL: `postgres://user:${SECRET}@db.test/watch` },
  ])('are in no message about %o', async (environment) => {
    const { text } = await refusal(() => load(environment as Record<string, string>));
    expect(text).not.toContain(SECRET);
  });

  it.each([
    `heartbeatUrl: ${SECRET}\n`,
    `heartbeatUrl: "https://beats.test/${SECRET}\n`,
    `heartbeatUrl: https://beats.test/${SECRET}\n  oops: [\n`,
    `heartbeatUrl: [${SECRET}]\n`,
  ])('are in no message about the file %j', async (yaml) => {
    const { text } = await refusal(() => loadYaml(yaml));
    expect(text).not.toContain(SECRET);
  });
});

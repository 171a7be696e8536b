import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { parseDatabaseUrl } from '../../../src/store/database-url.ts';

describe('DATABASE_URL', () => {
  it.each([
    ['data/cascade-watch.db', 'data/cascade-watch.db'],
    ['/var/lib/cascade watch/x.db', '/var/lib/cascade watch/x.db'],
    ['sqlite:data/x.db', 'data/x.db'],
    ['SQLite:/abs/x.db', '/abs/x.db'],
    ['sqlite:///abs/x.db', '/abs/x.db'],
    ['  sqlite:x.db\n', 'x.db'],
    ['C:\\data\\x.db', 'C:\\data\\x.db'],
    [':memory:', ':memory:'],
    ['sqlite::memory:', ':memory:'],
  ])('%j is the SQLite file %j', (text, path) => {
    expect(parseDatabaseUrl(text)).toEqual({ kind: 'sqlite', path });
  });

  it.each([
    'postgres://user:secret@host/db',
    'postgresql:secret',
    'mysql://secret',
    'file:secret.db',
    'sqlite:',
    'sqlite://',
    '  ',
  ])('%j is refused without being repeated', (text) => {
    let error: unknown;
    try {
      parseDatabaseUrl(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'store/bad-url', retryable: false });
    expect(JSON.stringify([String(error), (error as AppError).context])).not.toContain('secret');
  });
});

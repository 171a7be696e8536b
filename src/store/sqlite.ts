import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
  sql,
} from 'kysely';
import { AppError } from '../errors.ts';
import type { StoreDialect } from './dialect.ts';

/**
 * WAL with FULL: every commit reaches the disk before it returns, so that neither `kill -9` nor a
 * power cut takes back a commit (NORMAL would survive the first only, and a settled message would
 * be sent twice after the second). The price is one fsync a commit, and commits are few.
 */
const PRAGMAS = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma foreign_keys = on;
  pragma journal_size_limit = 67108864;
`;

/** Marks the file as ours (`CWat`), so that a wrong path never mixes our tables into another program's. */
const APPLICATION_ID = 0x43576174;

/** How long a write waits for another process (`doctor`, a backup) that is writing. */
const BUSY_TIMEOUT_MS = 5000;

const CACHED_STATEMENTS = 200;

/** Opens or creates the file and its folder. Throws AppError `store/…` (see `toAppError`). */
export function openSqlite(path: string): StoreDialect {
  if (path !== ':memory:') makeFolder(dirname(path));
  const database = guard(() => new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS }));
  try {
    guard(() => prepareFile(database));
  } catch (error) {
    database.close();
    throw error;
  }
  const adapter = adaptDatabase(database);
  return {
    kysely: {
      createAdapter: () => new TransactionalDdlAdapter(),
      createDriver: () => new ImmediateDriver(adapter, database),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    bytesType: 'blob',
    // Only a key of exactly this type is the table's own order, without a second index.
    rowKeyType: 'integer',
    skipsLockedRows: false,
    listed: (texts) => sql`(select value from json_each(${JSON.stringify(texts)}))`,
  };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new AppError('store/unwritable', 'the folder of the database cannot be created', {
      cause,
    });
  }
}

function prepareFile(database: DatabaseSync): void {
  const objects = database.prepare('select count(*) as n from sqlite_schema').get()?.['n'];
  const owner = database.prepare('pragma application_id').get()?.['application_id'];
  if (objects !== 0 && owner !== APPLICATION_ID) {
    throw new AppError(
      'store/unreadable',
      'the database file belongs to another program; point DATABASE_URL at a different path',
    );
  }
  database.exec(PRAGMAS);
  if (owner !== APPLICATION_ID) database.exec(`pragma application_id = ${APPLICATION_ID}`);
}

/** SQLite can undo schema changes; Kysely's own adapter does not say so. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/**
 * Takes the write lock at the start: a transaction that reads first and writes later could
 * otherwise fail in its middle because another process wrote in between. Kysely itself lets only
 * one transaction at a time use the single connection.
 */
class ImmediateDriver extends SqliteDriver {
  readonly #database: DatabaseSync;

  constructor(adapter: SqliteDatabase, database: DatabaseSync) {
    super({ database: adapter });
    this.#database = database;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // On a full disk SQLite has rolled back by itself, and a second time would hide the first error.
    if (this.#database.isTransaction) await super.rollbackTransaction(connection);
  }
}

function adaptDatabase(database: DatabaseSync): SqliteDatabase {
  const cache = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(text) {
      const cached = cache.get(text);
      if (cached !== undefined) return cached;
      const statement = adaptStatement(guard(() => database.prepare(text)));
      const oldest = cache.keys().next().value;
      if (cache.size >= CACHED_STATEMENTS && oldest !== undefined) cache.delete(oldest);
      cache.set(text, statement);
      return statement;
    },
  };
}

function adaptStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => guard(() => statement.all(...values(parameters))),
    run: (parameters) => guard(() => statement.run(...values(parameters))),
    iterate: (parameters) => guard(() => statement.iterate(...values(parameters))),
  };
}

function guard<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw error instanceof AppError ? error : toAppError(error);
  }
}

/** Primary result codes, https://www.sqlite.org/rescode.html */
const KINDS: Readonly<Record<number, { code: string; text: string; retryable?: boolean }>> = {
  5: { code: 'store/busy', text: 'another process is writing to the database', retryable: true },
  6: { code: 'store/busy', text: 'the database is locked', retryable: true },
  8: { code: 'store/unwritable', text: 'the database cannot be written: it is read-only' },
  // A full disk is one of its causes: the index of the log could not be extended.
  10: { code: 'store/unwritable', text: 'the disk of the database is full or fails' },
  11: { code: 'store/unreadable', text: 'the database is damaged; restore a backup' },
  13: { code: 'store/unwritable', text: 'the database cannot be written: the disk is full' },
  14: { code: 'store/unreadable', text: 'the database file cannot be opened' },
  19: { code: 'store/constraint', text: 'the database refused a row' },
  26: { code: 'store/unreadable', text: 'the file is not a database of this program' },
};

function toAppError(error: unknown): AppError {
  const extended = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0;
  const kind = KINDS[extended & 0xff] ?? { code: 'store/failed', text: 'the database failed' };
  return new AppError(kind.code, kind.text, {
    retryable: kind.retryable ?? false,
    context: { sqliteCode: extended },
    cause: error,
  });
}

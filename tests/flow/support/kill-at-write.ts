/**
 * Preloaded into a real process (`NODE_OPTIONS=--import <this file>`): it kills its own process with
 * SIGKILL at a chosen write to the database, so that a test can die at every write in turn.
 *
 * KILL_TABLES    comma-separated; only writes to these tables are counted
 * KILL_AT_WRITE  name of the write to die at: where it runs (`inside` a transaction, `alone`, or
 *                `commit`) and the beginning of its SQL (of a commit: of its first counted write).
 *                The order of different writes depends on the machine, that of equal ones does not
 * KILL_AT_COUNT  the how manieth of that name, from 1
 * KILL_WHEN      `before`: nothing of that write is durable yet; `after`: it was just done
 * KILL_TRACE     file that gets the name of each counted write, for the test to know what there was
 *
 * Counted are statements that change a row, and commits of transactions in which one did. Whether a
 * statement changes anything is known only afterwards, so it runs first and `before` dies while it
 * can still be rolled back: in its transaction, or in a savepoint made for it.
 */
import { appendFileSync } from 'node:fs';
import { DatabaseSync, StatementSync } from 'node:sqlite';

const TABLES = (process.env['KILL_TABLES'] ?? '').split(',');
const KILL_AT_WRITE = process.env['KILL_AT_WRITE'];
const KILL_AT_COUNT = Number(process.env['KILL_AT_COUNT'] ?? 1);
const KILL_BEFORE = process.env['KILL_WHEN'] === 'before';
const TRACE = process.env['KILL_TRACE'];

interface Origin {
  database: DatabaseSync;
  sql: string;
}

const origins = new WeakMap<StatementSync, Origin>();
/** Enough to tell the statements of the program apart. */
const NAME_CHARACTERS = 70;

/** First counted write of the transaction that is under way. */
let firstInside: string | undefined;
const counts = new Map<string, number>();

const original = {
  prepare: DatabaseSync.prototype.prepare,
  get: StatementSync.prototype.get,
  run: StatementSync.prototype.run,
  all: StatementSync.prototype.all,
};

DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string) {
  const statement = original.prepare.call(this, sql);
  origins.set(statement, { database: this, sql });
  return statement;
};
StatementSync.prototype.run = function (this: StatementSync, ...values) {
  return watched(this, () => Reflect.apply(original.run, this, values));
};
StatementSync.prototype.all = function (this: StatementSync, ...values) {
  return watched(this, () => Reflect.apply(original.all, this, values));
};

function watched<T>(statement: StatementSync, work: () => T): T {
  const origin = origins.get(statement);
  if (origin === undefined) return work();
  if (/^rollback\b/i.test(origin.sql)) firstInside = undefined;
  if (/^commit\b/i.test(origin.sql)) return commit(work);
  if (!isCounted(origin.sql)) return work();
  return origin.database.isTransaction ? inTransaction(origin, work) : alone(origin, work);
}

function isCounted(sql: string): boolean {
  const table = /^\s*(?:insert(?: or \w+)? into|update|delete from)\s+"?(\w+)"?/i.exec(sql)?.[1];
  return table !== undefined && TABLES.includes(table);
}

function commit<T>(work: () => T): T {
  if (firstInside === undefined) return work();
  const dies = count('commit', firstInside);
  firstInside = undefined;
  if (dies && KILL_BEFORE) die();
  const result = work();
  if (dies) die();
  return result;
}

function inTransaction<T>({ database, sql }: Origin, work: () => T): T {
  const changesBefore = totalChanges(database);
  const result = work();
  if (totalChanges(database) > changesBefore) {
    firstInside ??= sql;
    if (count('inside', sql)) die();
  }
  return result;
}

function alone<T>({ database, sql }: Origin, work: () => T): T {
  const changesBefore = totalChanges(database);
  database.exec('savepoint kill_at_write');
  let result: T;
  try {
    result = work();
  } catch (error) {
    database.exec('rollback to kill_at_write; release kill_at_write');
    throw error;
  }
  const dies = totalChanges(database) > changesBefore && count('alone', sql);
  if (dies && KILL_BEFORE) die();
  database.exec('release kill_at_write');
  if (dies) die();
  return result;
}

/** Is this the one to die at? */
function count(where: 'inside' | 'alone' | 'commit', sql: string): boolean {
  const name = `${where} ${sql.slice(0, NAME_CHARACTERS)}`;
  const times = (counts.get(name) ?? 0) + 1;
  counts.set(name, times);
  if (TRACE !== undefined) appendFileSync(TRACE, `${name}\n`);
  return name === KILL_AT_WRITE && times === KILL_AT_COUNT;
}

function totalChanges(database: DatabaseSync): number {
  const statement = original.prepare.call(database, 'select total_changes() as changes');
  return Number(Reflect.apply(original.get, statement, [])?.['changes']);
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The kernel ends the process before that call comes back.
  throw new Error('still alive after SIGKILL');
}

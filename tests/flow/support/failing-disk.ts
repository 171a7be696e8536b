/**
 * Preloaded into a real process (`NODE_OPTIONS=--import <this file>`): what the file DISK_STATE_FILE
 * holds is how its database behaves: `full` and `read-only` refuse writes with the errors SQLite
 * gives then, anything else is well. Reading works throughout.
 */
import { readFileSync } from 'node:fs';
import { DatabaseSync, StatementSync } from 'node:sqlite';

const STATE_FILE = process.env['DISK_STATE_FILE'] ?? '';

/** Primary result codes, https://www.sqlite.org/rescode.html */
const FULL = { errcode: 13, errstr: 'database or disk is full' };
const READ_ONLY = { errcode: 8, errstr: 'attempt to write a readonly database' };

const CHANGES_ROWS = /^\s*(?:insert|update|delete|create|drop|alter)\b/i;
/** A database that is read-only refuses the write lock already. */
const LOCKS = /^\s*begin\s+immediate\b/i;

const texts = new WeakMap<StatementSync, string>();
const original = {
  prepare: DatabaseSync.prototype.prepare,
  run: StatementSync.prototype.run,
  all: StatementSync.prototype.all,
};

DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string) {
  const statement = original.prepare.call(this, sql);
  texts.set(statement, sql);
  return statement;
};
StatementSync.prototype.run = function (this: StatementSync, ...values) {
  refuseWhereNotWritable(this);
  return Reflect.apply(original.run, this, values);
};
StatementSync.prototype.all = function (this: StatementSync, ...values) {
  refuseWhereNotWritable(this);
  return Reflect.apply(original.all, this, values);
};

function refuseWhereNotWritable(statement: StatementSync): void {
  const sql = texts.get(statement) ?? '';
  const isChange = CHANGES_ROWS.test(sql);
  if (!isChange && !LOCKS.test(sql)) return;
  const state = readFileSync(STATE_FILE, 'utf8').trim();
  const failure =
    state === 'read-only' ? READ_ONLY : state === 'full' && isChange ? FULL : undefined;
  if (failure === undefined) return;
  throw Object.assign(new Error(failure.errstr), { code: 'ERR_SQLITE_ERROR', ...failure });
}

import { type Kysely, sql } from 'kysely';
import type { Database } from './schema.ts';

/**
 * Rows of a series are kept in the order of time, then member (instrument or asset):
 * `row_key = step x stride + member`, a step being a UTC day or a minute.
 *
 * A tick then writes neighbouring rows at the end of the table (by instrument it would touch one
 * page a row: 24 MB a tick for 6,000 instruments instead of 4 MB), old rows go as one range, and no
 * second index is needed. A member's rows are found by one look-up a step; the instruments of one
 * asset are neighbours within each.
 */
export interface SeriesTable {
  name: 'instrument_days' | 'asset_minutes';
  stepMs: number;
  /** Members are below it. */
  stride: number;
}

/** 16,384 assets of 4,096 instruments: row keys stay exact integers for thousands of years. */
export const MAX_ASSETS = 2 ** 14;
export const INSTRUMENTS_PER_ASSET = 2 ** 12;

export const DAYS: SeriesTable = {
  name: 'instrument_days',
  stepMs: 86_400_000,
  stride: MAX_ASSETS * INSTRUMENTS_PER_ASSET,
};
export const MINUTES: SeriesTable = { name: 'asset_minutes', stepMs: 60_000, stride: MAX_ASSETS };

export interface SeriesEntry {
  step: number;
  member: number;
  figures: Uint8Array;
}

/** Rows of the members `low` to `high` (inclusive) in the steps that touch `from` to `to` (exclusive), epoch ms. */
export async function readRange(
  db: Kysely<Database>,
  table: SeriesTable,
  [from, to]: readonly [number, number],
  [low, high]: readonly [number, number],
): Promise<SeriesEntry[]> {
  const stored = await storedSteps(db, table);
  if (stored === undefined) return [];
  // Stored steps bound the walk, so that a wish for "everything" does not count from 1970.
  const first = Math.max(stored.first, Math.floor(from / table.stepMs));
  const last = Math.min(stored.last, Math.ceil(to / table.stepMs) - 1);
  if (!(first <= last)) return [];
  const { stride } = table;
  const { rows } = await sql<{ row_key: number; figures: Uint8Array }>`
    with recursive steps(step) as (
      select cast(${first} as bigint) union all select step + 1 from steps where step < ${last}
    )
    select row_key, figures from steps
    join ${sql.table(table.name)}
      on row_key between step * ${stride} + ${low} and step * ${stride} + ${high}
    order by row_key`.execute(db);
  return rows.map(({ row_key, figures }) => ({
    step: Math.floor(row_key / stride),
    member: row_key % stride,
    figures,
  }));
}

/** Oldest and newest step with any row; undefined when there is none. */
export async function storedSteps(
  db: Kysely<Database>,
  { name, stride }: SeriesTable,
): Promise<{ first: number; last: number } | undefined> {
  const oldest = db.selectFrom(name).select('row_key').orderBy('row_key', 'asc').limit(1);
  const newest = db.selectFrom(name).select('row_key').orderBy('row_key', 'desc').limit(1);
  const first = await oldest.executeTakeFirst();
  const last = await newest.executeTakeFirst();
  if (first === undefined || last === undefined) return undefined;
  return { first: Math.floor(first.row_key / stride), last: Math.floor(last.row_key / stride) };
}

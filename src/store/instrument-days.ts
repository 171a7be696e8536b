import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import type { InstrumentHour } from '../signals/model/history.ts';
import { chunks } from './chunks.ts';
import { emptyDay, mergeHour, packDay, unpackDay } from './pack.ts';
import type { Database } from './schema.ts';
import { DAYS } from './series-keys.ts';
import { type InstrumentIds, instrumentKey } from './series-names.ts';

const HOUR_MS = 3_600_000;
const HOURS_PER_DAY = 24;

/** Few enough that the event loop is held for a few ms only, and then let go. */
const ROWS_PER_STATEMENT = 200;

/** Merges the hours into their rows; gives the ids with their newest days brought up to date. */
export async function writeDays(
  trx: Transaction<Database>,
  hours: readonly InstrumentHour[],
  ids: InstrumentIds,
): Promise<InstrumentIds> {
  const byRow = new Map<number, InstrumentHour[]>();
  const newestDays = new Map<string, number>();
  for (const hour of hours) {
    const key = instrumentKey(hour);
    const id = ids.get(key)?.id;
    if (id === undefined) throw new RangeError('an instrument without an id');
    const day = dayOf(hour);
    const row = byRow.get(day * DAYS.stride + id);
    if (row === undefined) byRow.set(day * DAYS.stride + id, [hour]);
    else row.push(hour);
    newestDays.set(key, Math.max(newestDays.get(key) ?? 0, day));
  }
  const rows = [...byRow].sort(([a], [b]) => a - b);
  for (const chunk of chunks(rows, ROWS_PER_STATEMENT)) {
    await mergeRows(trx, chunk);
    await nextTurn();
  }
  return await noteNewestDays(trx, ids, newestDays);
}

function dayOf({ hourAt, source, instrument }: InstrumentHour): number {
  if (!Number.isSafeInteger(hourAt) || hourAt % HOUR_MS !== 0 || hourAt < 0) {
    throw new RangeError(`${source} ${instrument}: ${hourAt} is not the start of an hour`);
  }
  return Math.floor(hourAt / DAYS.stepMs);
}

async function mergeRows(
  trx: Transaction<Database>,
  rows: readonly (readonly [number, readonly InstrumentHour[]])[],
): Promise<void> {
  const keys = rows.map(([key]) => key);
  const stored = await trx
    .selectFrom('instrument_days')
    .selectAll()
    .where('row_key', 'in', keys)
    .execute();
  const present = new Map(stored.map(({ row_key, figures }) => [row_key, figures]));
  const values = rows.map(([row_key, hours]) => {
    const packed = present.get(row_key);
    const day = packed === undefined ? emptyDay() : unpackDay(packed);
    for (const hour of hours) mergeHour(day, (hour.hourAt / HOUR_MS) % HOURS_PER_DAY, hour);
    return { row_key, figures: packDay(day) };
  });
  await trx
    .insertInto('instrument_days')
    .values(values)
    .onConflict((conflict) =>
      conflict.column('row_key').doUpdateSet(({ ref }) => ({ figures: ref('excluded.figures') })),
    )
    .execute();
}

async function noteNewestDays(
  trx: Transaction<Database>,
  ids: InstrumentIds,
  newestDays: ReadonlyMap<string, number>,
): Promise<InstrumentIds> {
  const later = new Map<number, number[]>();
  const updated = new Map(ids);
  for (const [key, day] of newestDays) {
    const known = ids.get(key);
    if (known === undefined || known.newestDay >= day) continue;
    updated.set(key, { id: known.id, newestDay: day });
    const sameDay = later.get(day);
    if (sameDay === undefined) later.set(day, [known.id]);
    else sameDay.push(known.id);
  }
  if (later.size === 0) return ids;
  for (const [day, members] of later) {
    for (const chunk of chunks(members, ROWS_PER_STATEMENT)) {
      await trx
        .updateTable('instruments')
        .set({ newest_day: day })
        .where('id', 'in', chunk)
        .where('newest_day', '<', day)
        .execute();
    }
  }
  return updated;
}

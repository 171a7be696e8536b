import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { createAssetMinutes } from './asset-minutes.ts';
import { createInstrumentHours } from './instrument-hours.ts';
import type { Database } from './schema.ts';
import { DAYS, MINUTES, type SeriesTable, storedSteps } from './series-keys.ts';
import type { SeriesStore } from './store.ts';

const HOUR_MS = 3_600_000;

export function createSeriesStore(db: Kysely<Database>): SeriesStore {
  return {
    ...createInstrumentHours(db),
    ...createAssetMinutes(db),
    /** Whole rows only: a day goes once its last hour is too old. */
    async prune(now, { minutesHours, hoursDays }) {
      const minutes = await pruneTable(db, MINUTES, now - minutesHours * HOUR_MS, 60);
      const days = await pruneTable(db, DAYS, now - hoursDays * DAYS.stepMs, 1);
      return minutes + days;
    },
  };
}

/** A few steps at a time, so that neither a lock nor the event loop is held for long. */
async function pruneTable(
  db: Kysely<Database>,
  table: SeriesTable,
  before: number,
  stepsAtOnce: number,
): Promise<number> {
  const end = Math.floor(before / table.stepMs);
  let deleted = 0;
  for (;;) {
    const first = (await storedSteps(db, table))?.first;
    if (first === undefined || first >= end) return deleted;
    const result = await db
      .deleteFrom(table.name)
      .where('row_key', '<', Math.min(first + stepsAtOnce, end) * table.stride)
      .executeTakeFirst();
    deleted += Number(result.numDeletedRows);
    await nextTurn();
  }
}

import type { Kysely } from 'kysely';
import type { InstrumentHour } from '../signals/model/history.ts';
import type { AssetId } from '../signals/model/ids.ts';
import { writeDays } from './instrument-days.ts';
import { hasFigures, hourFigures, unpackDay } from './pack.ts';
import type { Database } from './schema.ts';
import { DAYS, INSTRUMENTS_PER_ASSET, readRange, type SeriesEntry } from './series-keys.ts';
import { type InstrumentIds, instrumentKey, internInstruments } from './series-names.ts';
import type { SeriesStore } from './store.ts';

const HOUR_MS = 3_600_000;
const HOURS_OF_DAY = Array.from({ length: 24 }, (_, hour) => hour);

type HourStore = Pick<SeriesStore, 'writeInstrumentHours' | 'readInstrumentHours' | 'newestHours'>;

/** Throws RangeError when an `hourAt` is not the start of an hour. Hours without a figure are left out. */
export function createInstrumentHours(db: Kysely<Database>): HourStore {
  let cached: InstrumentIds = new Map();
  return {
    async writeInstrumentHours(given) {
      const hours = given.filter(hasFigures);
      if (hours.length === 0) return;
      const names = new Map(hours.map((hour) => [instrumentKey(hour), hour]));
      // Kept only once committed: an id given in a transaction that failed belongs to nobody.
      cached = await db.transaction().execute(async (trx) => {
        const ids = await internInstruments(trx, cached, names);
        return await writeDays(trx, hours, ids);
      });
    },
    async readInstrumentHours(asset, from, to) {
      const instruments = await instrumentsOf(db, asset);
      const first = (instruments[0]?.asset_id ?? 0) * INSTRUMENTS_PER_ASSET;
      const members = [first, first + INSTRUMENTS_PER_ASSET - 1] as const;
      const entries = await readRange(db, DAYS, [from, to], members);
      const names = new Map(instruments.map((row, rank) => [row.id, { ...row, rank }]));
      const hours: InstrumentHour[] = [];
      for (const day of days(entries)) {
        const known = day.flatMap(({ step, member, figures }) => {
          const name = names.get(member);
          return name === undefined ? [] : [{ ...name, step, figures: unpackDay(figures) }];
        });
        known.sort((a, b) => a.rank - b.rank);
        for (const hourOfDay of HOURS_OF_DAY) {
          for (const { source, instrument, step, figures } of known) {
            const hourAt = step * DAYS.stepMs + hourOfDay * HOUR_MS;
            if (hourAt < from || hourAt >= to) continue;
            const values = hourFigures(figures, hourOfDay);
            if (values !== undefined) hours.push({ source, instrument, asset, hourAt, ...values });
          }
        }
      }
      return hours;
    },
    async newestHours(source) {
      const rows = await db
        .selectFrom('instruments')
        .innerJoin('instrument_days', (join) =>
          join.on('row_key', '=', (eb) =>
            eb(eb('newest_day', '*', DAYS.stride), '+', eb.ref('instruments.id')),
          ),
        )
        .select(['instrument', 'newest_day', 'figures'])
        .where('source', '=', source)
        .execute();
      const newest = new Map<string, number>();
      for (const { instrument, newest_day, figures } of rows) {
        const day = unpackDay(figures);
        const hour = HOURS_OF_DAY.findLast((candidate) => hourFigures(day, candidate)) ?? 0;
        const hourAt = newest_day * DAYS.stepMs + hour * HOUR_MS;
        newest.set(instrument, Math.max(newest.get(instrument) ?? 0, hourAt));
      }
      return newest;
    },
  };
}

/** In the order of source, then instrument. */
async function instrumentsOf(db: Kysely<Database>, asset: AssetId) {
  const rows = await db
    .selectFrom('instruments')
    .innerJoin('assets', 'assets.id', 'instruments.asset_id')
    .select(['instruments.id', 'asset_id', 'source', 'instrument'])
    .where('asset', '=', asset)
    .execute();
  // Sorted here, since databases differ in how they compare text.
  return rows.sort(
    (a, b) => compareText(a.source, b.source) || compareText(a.instrument, b.instrument),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Entries in the order of time, cut into runs of the same step. */
function* days(entries: readonly SeriesEntry[]): Generator<SeriesEntry[]> {
  let run: SeriesEntry[] = [];
  for (const entry of entries) {
    if (run[0] !== undefined && run[0].step !== entry.step) {
      yield run;
      run = [];
    }
    run.push(entry);
  }
  if (run.length > 0) yield run;
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { chunks } from './chunks.ts';
import { packMinute, unpackMinute } from './pack-minute.ts';
import type { Database } from './schema.ts';
import { MINUTES, readRange } from './series-keys.ts';
import { type AssetIds, internAssets } from './series-names.ts';
import type { SeriesStore } from './store.ts';

const ROWS_PER_STATEMENT = 200;

type MinuteStore = Pick<SeriesStore, 'writeAssetMinutes' | 'readAssetMinutes'>;

/** One row per asset and minute: the last written within a minute stands, with its exact `at`. */
export function createAssetMinutes(db: Kysely<Database>): MinuteStore {
  let cached: AssetIds = new Map();
  return {
    async writeAssetMinutes(minutes) {
      if (minutes.length === 0) return;
      const assets = minutes.map(({ asset }) => asset);
      cached = await db.transaction().execute(async (trx) => {
        const ids = await internAssets(trx, cached, assets);
        const rows = new Map<number, Uint8Array>();
        for (const minute of minutes) {
          const step = Math.floor(minute.at / MINUTES.stepMs);
          rows.set(step * MINUTES.stride + (ids.get(minute.asset) ?? 0), packMinute(minute));
        }
        const values = [...rows].map(([row_key, figures]) => ({ row_key, figures }));
        values.sort((a, b) => a.row_key - b.row_key);
        for (const chunk of chunks(values, ROWS_PER_STATEMENT)) {
          await trx
            .insertInto('asset_minutes')
            .values(chunk)
            .onConflict((conflict) =>
              conflict
                .column('row_key')
                .doUpdateSet(({ ref }) => ({ figures: ref('excluded.figures') })),
            )
            .execute();
          await nextTurn();
        }
        return ids;
      });
    },
    async readAssetMinutes(asset, from, to) {
      const row = await db
        .selectFrom('assets')
        .select('id')
        .where('asset', '=', asset)
        .executeTakeFirst();
      if (row === undefined) return [];
      const entries = await readRange(db, MINUTES, [from, to], [row.id, row.id]);
      return entries
        .map(({ figures }) => unpackMinute(asset, figures))
        .filter(({ at }) => at >= from && at < to);
    },
  };
}

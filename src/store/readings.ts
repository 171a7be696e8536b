import type { Kysely } from 'kysely';
import { describeCause } from '../errors.ts';
import type { Logger } from '../ports.ts';
import type { AssetState } from '../signals/model/reading.ts';
import { chunks } from './chunks.ts';
import { gunzipText, gzipText } from './compress.ts';
import type { Database } from './schema.ts';
import type { ReadingStore } from './store.ts';

/** A reading is up to 60 kB of JSON: this many are compressed, then written, at a time. */
const READINGS_AT_ONCE = 16;

/** All states of one call are saved together, or none. */
export function createReadingStore(db: Kysely<Database>, log?: Logger): ReadingStore {
  return {
    async save(states) {
      // A statement may not touch a row twice, so of one asset only the last counts.
      const newest = new Map(states.map((state) => [assetOf(state), state]));
      const packed: { asset: string; body: Uint8Array }[] = [];
      for (const chunk of chunks([...newest], READINGS_AT_ONCE)) {
        const values = chunk.map(async ([asset, state]) => {
          return { asset, body: await gzipText(JSON.stringify(state)) };
        });
        packed.push(...(await Promise.all(values)));
      }
      if (packed.length === 0) return;
      await db.transaction().execute(async (trx) => {
        for (const values of chunks(packed, READINGS_AT_ONCE)) {
          await trx
            .insertInto('readings')
            .values(values)
            .onConflict((conflict) =>
              conflict.column('asset').doUpdateSet(({ ref }) => ({ body: ref('excluded.body') })),
            )
            .execute();
        }
      });
    },
    async get(asset) {
      const row = await db
        .selectFrom('readings')
        .select('body')
        .where('asset', '=', asset)
        .executeTakeFirst();
      return row === undefined ? undefined : await decode(row.body);
    },
    async all() {
      const rows = await db.selectFrom('readings').selectAll().orderBy('asset').execute();
      const states: AssetState[] = [];
      for (const { asset, body } of rows) {
        try {
          states.push(await decode(body));
        } catch (error) {
          // The next evaluation replaces it.
          log?.error({ asset, error: describeCause(error) }, 'a damaged reading is left out');
        }
      }
      return states;
    },
  };
}

function assetOf(state: AssetState): string {
  return state.status === 'ready' ? state.reading.asset : state.warming.asset;
}

async function decode(body: Uint8Array): Promise<AssetState> {
  return JSON.parse(await gunzipText(body)) as AssetState;
}

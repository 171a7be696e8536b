import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';
import { decodeSnapshot, encodeSnapshot } from './snapshot-body.ts';
import type { SnapshotStore, SourceSnapshot } from './store.ts';

export function createSnapshotStore(db: Kysely<Database>): SnapshotStore {
  return {
    async save(snapshot) {
      const { source, job } = snapshot;
      const body = await encodeSnapshot(snapshot);
      await db
        .insertInto('snapshots')
        .values({ source, job, body })
        .onConflict((conflict) => conflict.columns(['source', 'job']).doUpdateSet({ body }))
        .execute();
    },
    async all() {
      const keys = await db
        .selectFrom('snapshots')
        .select(['source', 'job'])
        .orderBy('source')
        .orderBy('job')
        .execute();
      const snapshots: SourceSnapshot[] = [];
      // One at a time: all bodies together would be held in memory twice.
      for (const { source, job } of keys) {
        const row = await db
          .selectFrom('snapshots')
          .select('body')
          .where('source', '=', source)
          .where('job', '=', job)
          .executeTakeFirst();
        if (row !== undefined) snapshots.push(await decodeSnapshot(row.body));
      }
      return snapshots;
    },
  };
}

import type { Kysely } from 'kysely';
import { describeCause } from '../errors.ts';
import type { Logger } from '../ports.ts';
import type { Database } from './schema.ts';
import { decodeSnapshot, encodeSnapshot } from './snapshot-body.ts';
import type { SnapshotStore, SourceSnapshot } from './store.ts';

export function createSnapshotStore(db: Kysely<Database>, log?: Logger): SnapshotStore {
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
        if (row === undefined) continue;
        try {
          snapshots.push(await decodeSnapshot(row.body));
        } catch (error) {
          // It is replaced by the next fetch: better a source too few at start than no service.
          log?.error(
            { source, job, error: describeCause(error) },
            'a damaged snapshot is left out',
          );
        }
      }
      return snapshots;
    },
  };
}

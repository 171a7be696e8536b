import type { Kysely, Transaction } from 'kysely';
import type { Database } from './schema.ts';

/** See `OutboxStore.prune`. */
export async function pruneOutbox(
  db: Kysely<Database>,
  before: number,
  repliesBefore: number,
): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    let deleted = 0n;
    for (const [lane, end] of [
      ['alerts', before],
      ['replies', repliesBefore],
    ] as const) {
      const result = await trx
        .deleteFrom('outbox')
        .where('lane', '=', lane)
        .where('settled_at', '<', end)
        .executeTakeFirst();
      deleted += result.numDeletedRows;
    }
    await deleteUnusedDocs(trx);
    return Number(deleted);
  });
}

/** Deletes documents that no message has any more. */
export async function deleteUnusedDocs(trx: Transaction<Database>): Promise<void> {
  await trx
    .deleteFrom('message_docs')
    .where('id', 'not in', (eb) => eb.selectFrom('outbox').select('doc_id'))
    .execute();
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { StoreDialect } from './dialect.ts';
import type { Database } from './schema.ts';

/** Of a transaction, which other work has to wait for. */
const ROWS_PER_TRANSACTION = 500;

interface Ends {
  before: number;
  repliesBefore: number;
  passingBefore: number;
}

/** See `OutboxStore.prune`. */
export async function pruneOutbox(
  db: Kysely<Database>,
  dialect: StoreDialect,
  { before, repliesBefore, passingBefore }: Ends,
): Promise<number> {
  let deleted = await pruneLane(db, dialect, 'alerts', before);
  deleted += await pruneLane(db, dialect, 'replies', repliesBefore);
  deleted += await prunePassing(db, dialect, passingBefore);
  await deleteUnusedDocs(db, dialect);
  return deleted;
}

async function pruneLane(
  db: Kysely<Database>,
  dialect: StoreDialect,
  lane: 'alerts' | 'replies',
  end: number,
): Promise<number> {
  let deleted = 0;
  for (;;) {
    const rows = await db.transaction().execute(async (trx) => {
      const found = await trx
        .selectFrom('outbox')
        .select('id')
        .where('lane', '=', lane)
        .where('settled_at', '<', end)
        .limit(ROWS_PER_TRANSACTION)
        .execute();
      const ids = dialect.listed(found.map(({ id }) => id));
      if (found.length > 0) await trx.deleteFrom('outbox').where('id', 'in', ids).execute();
      return found.length;
    });
    deleted += rows;
    if (rows < ROWS_PER_TRANSACTION) return deleted;
    await nextTurn();
  }
}

/**
 * There are many of these and nobody asks for them later. The newest message that stands in a chat
 * is kept: what comes next in its group changes that one.
 */
async function prunePassing(
  db: Kysely<Database>,
  dialect: StoreDialect,
  end: number,
): Promise<number> {
  let deleted = 0n;
  let last = { settled_at: Number.MIN_SAFE_INTEGER, id: '' };
  for (;;) {
    const { rows, gone } = await db.transaction().execute(async (trx) => {
      const found = await trx
        .selectFrom('outbox')
        .select(['id', 'settled_at'])
        // Written as the index has it, so that the database sees that it will do.
        .where(sql<boolean>`(kind = 'update' or state = 'superseded')`)
        .where('settled_at', '<', end)
        .where(sql<boolean>`(settled_at, id) > (${last.settled_at}, ${last.id})`)
        .orderBy('settled_at')
        .orderBy('id')
        .limit(ROWS_PER_TRANSACTION)
        .execute();
      const result = await trx
        .deleteFrom('outbox')
        .where('id', 'in', dialect.listed(found.map(({ id }) => id)))
        .where((eb) => eb.or([eb('retires', '=', 0), eb('state', '=', 'superseded')]))
        .where((eb) => eb.or([eb('platform_message_id', 'is', null), hasSuccessor(eb)]))
        .executeTakeFirst();
      return { rows: found, gone: result.numDeletedRows };
    });
    deleted += gone;
    const newest = rows.at(-1);
    if (rows.length < ROWS_PER_TRANSACTION || newest === undefined) return Number(deleted);
    last = { id: newest.id, settled_at: newest.settled_at ?? last.settled_at };
    await nextTurn();
  }
}

/** Has a later message of the group arrived in the chat? */
function hasSuccessor(eb: ExpressionBuilder<Database, 'outbox'>) {
  return eb.exists(
    eb
      .selectFrom('outbox as later')
      .select('later.id')
      .whereRef('later.chat_key', '=', 'outbox.chat_key')
      .whereRef('later.group_id', '=', 'outbox.group_id')
      .whereRef('later.sequence', '>', 'outbox.sequence')
      .where('later.retires', '=', 0)
      .where('later.platform_message_id', 'is not', null),
  );
}

/** Deletes documents that no message has any more, a part of them at a time. */
export async function deleteUnusedDocs(db: Kysely<Database>, dialect: StoreDialect): Promise<void> {
  let last = '';
  for (;;) {
    const docs = await db
      .selectFrom('message_docs')
      .select('id')
      .where('id', '>', last)
      .orderBy('id')
      .limit(ROWS_PER_TRANSACTION)
      .execute();
    await db
      .deleteFrom('message_docs')
      .where('id', 'in', dialect.listed(docs.map(({ id }) => id)))
      .where((eb) =>
        eb.not(
          eb.exists(
            eb.selectFrom('outbox').select('outbox.id').whereRef('doc_id', '=', 'message_docs.id'),
          ),
        ),
      )
      .execute();
    const newest = docs.at(-1);
    if (docs.length < ROWS_PER_TRANSACTION || newest === undefined) return;
    last = newest.id;
    await nextTurn();
  }
}

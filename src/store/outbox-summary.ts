import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { StoreDialect } from './dialect.ts';
import { insertMessages } from './outbox-changes.ts';
import { readRows } from './outbox-rows.ts';
import type { Database } from './schema.ts';
import type { OutboxStore } from './store.ts';

type Summaries = Pick<OutboxStore, 'crowded' | 'summarise'>;

/** Many messages that wait for one room become one. What may have arrived is not among them. */
export function createSummaries(db: Kysely<Database>, dialect: StoreDialect): Summaries {
  return {
    /** The fullest rooms first. */
    async crowded(platform, now, from, most) {
      const rooms = await db
        .selectFrom('outbox')
        .select('chat_key')
        .where((eb) => waits(eb, now))
        .where('platform', '=', platform)
        .groupBy('chat_key')
        .having(({ fn }) => fn.countAll(), '>=', from)
        .orderBy(({ fn }) => fn.countAll(), 'desc')
        .orderBy('chat_key')
        .limit(most)
        .execute();
      const found = [];
      for (const { chat_key } of rooms) {
        const rows = await readRows(db, (query) =>
          query
            .where((eb) => waits(eb, now))
            .where('platform', '=', platform)
            .where('chat_key', '=', chat_key)
            .orderBy('severity', 'desc')
            .orderBy('created_at')
            .orderBy('sequence')
            .orderBy('outbox.id'),
        );
        // Some may have been claimed in between.
        if (rows.length >= from) found.push(rows);
      }
      return found;
    },
    /** One that may have arrived counts as not pending: it cannot be taken back. */
    async summarise(given, summary, reason, at) {
      const ids = [...new Set(given)];
      return await db.transaction().execute(async (trx) => {
        let open = trx
          .selectFrom('outbox')
          .select('id')
          .where('id', 'in', dialect.listed(ids))
          .where('state', '=', 'pending')
          .where('uncertain', '=', 0);
        if (dialect.skipsLockedRows) open = open.forUpdate();
        if ((await open.execute()).length !== ids.length) return false;
        await trx
          .updateTable('outbox')
          .set({ state: 'superseded', settled_at: at, reason })
          .where('id', 'in', dialect.listed(ids))
          .execute();
        await insertMessages(trx, [summary]);
        return true;
      });
    },
  };
}

/**
 * Due, nobody's, and fit to be put together: posts only, as edits replace each other silently and
 * must not hide a room in which many warnings wait. The flags are written out for the index's sake.
 */
function waits(eb: ExpressionBuilder<Database, 'outbox'>, now: number) {
  return eb.and([
    eb('state', '=', sql.lit('pending')),
    eb('joinable', '=', sql.lit(1)),
    eb('delivery', 'is', null),
    eb('uncertain', '=', 0),
    eb('next_attempt_at', '<=', now),
    eb('expires_at', '>', now),
  ]);
}

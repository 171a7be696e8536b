import type { Kysely } from 'kysely';
import type { StoreDialect } from './dialect.ts';
import { insertMessages } from './outbox-changes.ts';
import { createOutboxClaims } from './outbox-claims.ts';
import { readRows } from './outbox-rows.ts';
import type { Database } from './schema.ts';
import { chatKey, type OutboxState, type OutboxStore } from './store.ts';

export function createOutboxStore(db: Kysely<Database>, dialect: StoreDialect): OutboxStore {
  return {
    ...createOutboxClaims(db, dialect),
    async enqueue(messages) {
      await db.transaction().execute((trx) => insertMessages(trx, messages));
    },
    async expire(now) {
      const expired = { state: 'expired', settled_at: now, worker: null } as const;
      const waiting = await db
        .updateTable('outbox')
        .set(expired)
        .where('state', '=', 'pending')
        .where('expires_at', '<=', now)
        .executeTakeFirst();
      const abandoned = await db
        .updateTable('outbox')
        .set({
          ...expired,
          state: 'unverified',
          reason: 'its sender stopped while sending: it may have arrived',
        })
        .where('state', '=', 'claimed')
        .where('lease_until_at', '<=', now)
        .where('expires_at', '<=', now)
        .executeTakeFirst();
      return Number(waiting.numUpdatedRows + abandoned.numUpdatedRows);
    },
    async ofChat(chat, limit) {
      return await readRows(db, (query) =>
        query
          .where('chat_key', '=', chatKey(chat))
          .orderBy('created_at', 'desc')
          .orderBy('sequence', 'desc')
          .orderBy('outbox.id')
          .limit(limit),
      );
    },
    async counts() {
      const rows = await db
        .selectFrom('outbox')
        .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
        .groupBy('state')
        .execute();
      const counts: Record<OutboxState, number> = {
        pending: 0,
        claimed: 0,
        sent: 0,
        refused: 0,
        expired: 0,
        superseded: 0,
        unverified: 0,
      };
      for (const { state, count } of rows) counts[state] = Number(count);
      return counts;
    },
    /** Those past their time count too until `expire` has run: else a dead delivery would look well. */
    async oldestDueAgeMs(now) {
      const row = await db
        .selectFrom('outbox')
        .select(({ fn }) => fn.min('created_at').as('oldest'))
        .where((eb) =>
          eb.or([
            eb.and([eb('state', '=', 'pending'), eb('next_attempt_at', '<=', now)]),
            eb.and([eb('state', '=', 'claimed'), eb('lease_until_at', '<=', now)]),
          ]),
        )
        .executeTakeFirst();
      return Math.max(0, now - (row?.oldest ?? now));
    },
    async prune(before) {
      return await db.transaction().execute(async (trx) => {
        const result = await trx
          .deleteFrom('outbox')
          .where('settled_at', '<', before)
          .executeTakeFirst();
        await trx
          .deleteFrom('message_docs')
          .where('id', 'not in', (eb) => eb.selectFrom('outbox').select('doc_id'))
          .execute();
        return Number(result.numDeletedRows);
      });
    },
  };
}

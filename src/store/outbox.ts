import { type Kysely, sql } from 'kysely';
import type { StoreDialect } from './dialect.ts';
import { insertMessages } from './outbox-changes.ts';
import { createOutboxClaims } from './outbox-claims.ts';
import { expireOutbox } from './outbox-expiry.ts';
import { pruneOutbox } from './outbox-prune.ts';
import { readRows } from './outbox-rows.ts';
import { createSummaries } from './outbox-summary.ts';
import { createWithdrawals } from './outbox-withdraw.ts';
import type { Database } from './schema.ts';
import { chatKey, type OutboxState, type OutboxStore } from './store.ts';

export function createOutboxStore(db: Kysely<Database>, dialect: StoreDialect): OutboxStore {
  return {
    ...createOutboxClaims(db, dialect),
    ...createSummaries(db, dialect),
    ...createWithdrawals(db),
    async enqueue(messages) {
      await db.transaction().execute((trx) => insertMessages(trx, messages));
    },
    expire: (now) => expireOutbox(db, now),
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
      const byState = db
        .selectFrom('outbox')
        .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
        .groupBy('state');
      // Two halves, each with an index of its own.
      const unsettled = await byState.where('settled_at', 'is', null).execute();
      const settled = await byState.where('settled_at', 'is not', null).execute();
      const counts: Record<OutboxState, number> = {
        pending: 0,
        claimed: 0,
        sent: 0,
        refused: 0,
        expired: 0,
        superseded: 0,
        unverified: 0,
      };
      for (const { state, count } of [...unsettled, ...settled]) counts[state] = Number(count);
      return counts;
    },
    /** Those past their time count too until `expire` has run: else a dead delivery would look well. */
    async oldestDueAgeMs(now) {
      const waiting = await db
        .selectFrom('outbox')
        .select(({ fn }) => fn.min('created_at').as('oldest'))
        .where('state', '=', sql.lit('pending'))
        .where('next_attempt_at', '<=', now)
        .executeTakeFirst();
      const abandoned = await db
        .selectFrom('outbox')
        .select(({ fn }) => fn.min('created_at').as('oldest'))
        .where('state', '=', sql.lit('claimed'))
        .where('lease_until_at', '<=', now)
        .executeTakeFirst();
      const oldest = Math.min(waiting?.oldest ?? now, abandoned?.oldest ?? now);
      return Math.max(0, now - oldest);
    },
    prune: (before, repliesBefore = before, passingBefore = before) =>
      pruneOutbox(db, dialect, { before, repliesBefore, passingBefore }),
  };
}

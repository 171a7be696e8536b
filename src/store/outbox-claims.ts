import type { ExpressionBuilder, ExpressionWrapper, Kysely, SqlBool, Transaction } from 'kysely';
import type { StoreDialect } from './dialect.ts';
import { readRows } from './outbox-rows.ts';
import type { Database } from './schema.ts';
import type { OutboxStore } from './store.ts';

type Claims = Pick<OutboxStore, 'claim' | 'settle' | 'release' | 'releaseAbandoned'>;

/** pending -> claimed by a worker until its lease ends -> a final state, or pending again. */
export function createOutboxClaims(db: Kysely<Database>, dialect: StoreDialect): Claims {
  return {
    async claim(platform, worker, now, leaseUntil, limit) {
      return await db.transaction().execute(async (trx) => {
        let due = trx
          .selectFrom('outbox as message')
          .select('message.id')
          .where('message.platform', '=', platform)
          .where('message.expires_at', '>', now)
          .where((eb) =>
            eb.or([
              eb.and([
                eb('message.state', '=', 'pending'),
                eb('message.next_attempt_at', '<=', now),
              ]),
              eb.and([
                eb('message.state', '=', 'claimed'),
                eb('message.lease_until_at', '<=', now),
              ]),
            ]),
          )
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('outbox as earlier')
                  .select('earlier.id')
                  .whereRef('earlier.chat_key', '=', 'message.chat_key')
                  .whereRef('earlier.group_id', '=', 'message.group_id')
                  .whereRef('earlier.sequence', '<', 'message.sequence')
                  .where((eb) => holdsUpLater(eb, now)),
              ),
            ),
          )
          .orderBy('message.severity', 'desc')
          .orderBy('message.created_at')
          .orderBy('message.sequence')
          .orderBy('message.id')
          .limit(limit);
        if (dialect.skipsLockedRows) due = due.forUpdate().skipLocked();
        const ids = (await due.execute()).map(({ id }) => id);
        if (ids.length === 0) return [];
        await trx
          .updateTable('outbox')
          .set((eb) => ({
            state: 'claimed',
            worker,
            lease_until_at: leaseUntil,
            attempts: eb('attempts', '+', 1),
          }))
          .where('id', 'in', ids)
          .execute();
        const rows = await readRows(trx, (query) => query.where('outbox.id', 'in', ids));
        const place = new Map(ids.map((id, index) => [id, index]));
        return rows.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
      });
    },
    async settle(id, worker, { state, reason, platformMessageId }, at) {
      const result = await db
        .updateTable('outbox')
        .set({
          state,
          settled_at: at,
          reason: reason ?? null,
          platform_message_id: platformMessageId ?? null,
          worker: null,
          lease_until_at: null,
        })
        .where('id', '=', id)
        .where('worker', '=', worker)
        .where('state', '=', 'claimed')
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    async release(id, worker, nextAttemptAt, reason, at = nextAttemptAt) {
      return await db.transaction().execute(async (trx) => {
        const result = await trx
          .updateTable('outbox')
          .set({
            state: 'pending',
            next_attempt_at: nextAttemptAt,
            reason,
            worker: null,
            lease_until_at: null,
          })
          .where('id', '=', id)
          .where('worker', '=', worker)
          .where('state', '=', 'claimed')
          .executeTakeFirst();
        if (result.numUpdatedRows !== 1n) return false;
        await supersedeIfOlder(trx, id, at);
        return true;
      });
    },
    async releaseAbandoned(platform, now) {
      const result = await db
        .updateTable('outbox')
        .set({ state: 'pending', next_attempt_at: now, worker: null, lease_until_at: null })
        .where('platform', '=', platform)
        .where('state', '=', 'claimed')
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    },
  };
}

/**
 * A newer message may have come while this one was being sent, and then it could not be superseded:
 * without this, an escalation would wait for all the retries of the warning before it.
 */
async function supersedeIfOlder(trx: Transaction<Database>, id: string, at: number): Promise<void> {
  const newer = await trx
    .selectFrom('outbox as message')
    .innerJoin('outbox as later', (join) =>
      join
        .onRef('later.chat_key', '=', 'message.chat_key')
        .onRef('later.group_id', '=', 'message.group_id')
        .onRef('later.sequence', '>', 'message.sequence'),
    )
    .select('later.id')
    .where('message.id', '=', id)
    .limit(1)
    .executeTakeFirst();
  if (newer === undefined) return;
  await trx
    .updateTable('outbox')
    .set({ state: 'superseded', settled_at: at })
    .where('id', '=', id)
    .execute();
}

/** Unsettled, and not merely waiting to be marked expired. */
function holdsUpLater(
  eb: ExpressionBuilder<Database & { earlier: Database['outbox'] }, 'earlier'>,
  now: number,
): ExpressionWrapper<Database, 'outbox', SqlBool> {
  const beingSent = eb.and([
    eb('earlier.state', '=', 'claimed'),
    eb('earlier.lease_until_at', '>', now),
  ]);
  const willBeSent = eb.and([
    eb('earlier.state', 'in', ['pending', 'claimed']),
    eb('earlier.expires_at', '>', now),
  ]);
  return eb.or([beingSent, willBeSent]);
}

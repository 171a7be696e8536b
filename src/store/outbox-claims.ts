import { type Kysely, sql, type Transaction } from 'kysely';
import type { StoreDialect } from './dialect.ts';
import { findDue } from './outbox-due.ts';
import { readClaimed } from './outbox-rows.ts';
import { supersedeIfOlder } from './outbox-superseding.ts';
import { endIfWithdrawn } from './outbox-withdraw.ts';
import type { Database } from './schema.ts';
import type { OutboxStore } from './store.ts';

type Claims = Pick<OutboxStore, 'claim' | 'begin' | 'settle' | 'release' | 'releaseAbandoned'>;

/** What a row is like that nobody has claimed. */
const UNCLAIMED = { worker: null, lease_until_at: null, begun: 0 } as const;

/**
 * pending -> claimed by a worker until its lease ends -> a final state, or pending again. While
 * claimed, `begin` notes that sending has begun; from then on the message may have arrived.
 */
export function createOutboxClaims(db: Kysely<Database>, dialect: StoreDialect): Claims {
  return {
    async claim(request) {
      const { platform, worker, now, leaseUntil } = request;
      return await db.transaction().execute(async (trx) => {
        await endClaims(trx, platform, now, now, worker);
        const ids = await findDue(trx, dialect, request);
        if (ids.length === 0) return [];
        await trx
          .updateTable('outbox')
          .set({ state: 'claimed', worker, lease_until_at: leaseUntil, begun: 0 })
          .where('id', 'in', dialect.listed(ids))
          .execute();
        const rows = await readClaimed(trx, dialect.listed(ids));
        const place = new Map(ids.map((id, index) => [id, index]));
        return rows.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
      });
    },
    async begin(id, worker) {
      const result = await db
        .updateTable('outbox')
        .set((eb) => ({ begun: 1, uncertain: 1, attempts: eb('attempts', '+', 1) }))
        .where('id', '=', id)
        .where('worker', '=', worker)
        .where('state', '=', 'claimed')
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    async settle(id, worker, { state, reason, platformMessageId }, at) {
      const result = await db
        .updateTable('outbox')
        .set({
          ...UNCLAIMED,
          state,
          settled_at: at,
          reason: reason ?? null,
          platform_message_id: platformMessageId ?? null,
        })
        .where('id', '=', id)
        .where('worker', '=', worker)
        .where('state', '=', 'claimed')
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    /**
     * Without `keep` the sender says that what it has begun did not arrive. Of an attempt before
     * this claim it says nothing unless it has begun another one.
     */
    async release(
      id,
      worker,
      nextAttemptAt,
      reason,
      at = nextAttemptAt,
      keep = false,
      perhapsChanged = false,
    ) {
      return await db.transaction().execute(async (trx) => {
        const result = await trx
          .updateTable('outbox')
          .set((eb) => ({
            ...UNCLAIMED,
            state: 'pending',
            next_attempt_at: nextAttemptAt,
            reason,
            uncertain: keep
              ? 1
              : perhapsChanged
                ? 2
                : eb.case().when('begun', '=', 1).then(0).else(eb.ref('uncertain')).end(),
          }))
          .where('id', '=', id)
          .where('worker', '=', worker)
          .where('state', '=', 'claimed')
          .executeTakeFirst();
        if (result.numUpdatedRows !== 1n) return false;
        if (!keep) await supersedeIfOlder(trx, id, at);
        await endIfWithdrawn(trx, id, at);
        return true;
      });
    },
    async releaseAbandoned(platform, now) {
      return await db
        .transaction()
        .execute((trx) => endClaims(trx, platform, now, Number.MAX_SAFE_INTEGER));
    },
  };
}

/**
 * Claims whose lease ends by `leaseEnd` are over: the messages wait as before. One that was never
 * begun is as if it had not been claimed, so that a newer one takes its place where there is one.
 * Not those of the worker that asks: it is alive and knows what it is sending, so that a lease that
 * ran out can only mean that the clock was put forward.
 */
async function endClaims(
  trx: Transaction<Database>,
  platform: string,
  now: number,
  leaseEnd: number,
  asking?: string,
): Promise<number> {
  let ending = trx
    .updateTable('outbox')
    .set({ ...UNCLAIMED, state: 'pending' })
    .where('platform', '=', platform)
    .where('state', '=', sql.lit('claimed'))
    .where('lease_until_at', '<=', leaseEnd);
  if (asking !== undefined) ending = ending.where('worker', '!=', asking);
  const ended = await ending.returning('id').execute();
  for (const { id } of ended) {
    await supersedeIfOlder(trx, id, now);
    await endIfWithdrawn(trx, id, now);
  }
  return ended.length;
}

import type { ExpressionBuilder, Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Database } from './schema.ts';

const REASON = 'its time was up after an attempt that may have arrived';

/**
 * See `OutboxStore.expire`. A message is `unverified` when it may have arrived: its sender stopped
 * while sending, or was waiting to find out. A claim that was never begun leaves no doubt.
 */
export async function expireOutbox(db: Kysely<Database>, now: number): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    const waiting = await trx
      .updateTable('outbox')
      .set((eb) => ended(eb, now))
      .where('state', '=', sql.lit('pending'))
      .where('expires_at', '<=', now)
      .executeTakeFirst();
    const abandoned = await trx
      .updateTable('outbox')
      .set((eb) => ended(eb, now))
      .where('state', '=', sql.lit('claimed'))
      .where('lease_until_at', '<=', now)
      .where('expires_at', '<=', now)
      .executeTakeFirst();
    return Number(waiting.numUpdatedRows + abandoned.numUpdatedRows);
  });
}

function ended(eb: ExpressionBuilder<Database, 'outbox'>, now: number) {
  const mayHaveArrived = eb('uncertain', '!=', 0);
  return {
    state: eb
      .case()
      .when(mayHaveArrived)
      .then(sql.lit('unverified' as const))
      .else(sql.lit('expired' as const))
      .end(),
    reason: eb.case().when(mayHaveArrived).then(REASON).else(eb.ref('reason')).end(),
    settled_at: now,
    worker: null,
    lease_until_at: null,
    begun: 0,
  };
}

import type { Kysely } from 'kysely';
import { insertMessages } from './outbox-changes.ts';
import type { Database } from './schema.ts';
import type { InboundStore } from './store.ts';

export function createInboundStore(db: Kysely<Database>): InboundStore {
  return {
    async position(platform) {
      const row = await db
        .selectFrom('inbound_positions')
        .select('position')
        .where('platform', '=', platform)
        .executeTakeFirst();
      return row?.position;
    },
    async commit(platform, position, messages) {
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('inbound_positions')
          .values({ platform, position })
          .onConflict((conflict) =>
            conflict
              .column('platform')
              .doUpdateSet({ position })
              .where('inbound_positions.position', '<', position),
          )
          .execute();
        await insertMessages(trx, messages);
      });
    },
  };
}

import type { Kysely } from 'kysely';
import { insertMessages } from './outbox-changes.ts';
import type { Database } from './schema.ts';
import type { InboundStore } from './store.ts';

export function createInboundStore(db: Kysely<Database>): InboundStore {
  async function knownBot(platform: string): Promise<string | undefined> {
    const row = await db
      .selectFrom('bots')
      .select('bot_id')
      .where('platform', '=', platform)
      .executeTakeFirst();
    return row?.bot_id;
  }

  return {
    async position(platform) {
      const row = await db
        .selectFrom('inbound_positions')
        .select('position')
        .where('platform', '=', platform)
        .executeTakeFirst();
      return row?.position;
    },
    async isSameBot(platform, botId) {
      await db
        .insertInto('bots')
        .values({ platform, bot_id: botId })
        .onConflict((conflict) => conflict.column('platform').doNothing())
        .execute();
      return (await knownBot(platform)) === botId;
    },
    knownBot,
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

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import { chatOfKey } from './chat-of-key.ts';
import { closeRoom } from './closing.ts';
import type { StoreDialect } from './dialect.ts';
import { movePlace } from './move-place.ts';
import { insertMessages } from './outbox-changes.ts';
import { deleteUnusedDocs } from './outbox-prune.ts';
import type { PlaceStore } from './place-store.ts';
import type { Database } from './schema.ts';
import { placeKey } from './store.ts';

/** Other work has to wait for a transaction. */
const ROOMS_PER_TRANSACTION = 20;

const ROOM_TABLES = ['subscriptions', 'mutes', 'closed_chats', 'outbox'] as const;

export function createPlaceStore(db: Kysely<Database>, dialect: StoreDialect): PlaceStore {
  return {
    async enter(place, at, greeting) {
      const place_key = placeKey(place);
      return await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('closed_chats').where('place_key', '=', place_key).execute();
        const result = await trx
          .insertInto('places')
          .values({ place_key, entered_at: at })
          .onConflict((conflict) => conflict.column('place_key').doNothing())
          .executeTakeFirst();
        const isNew = result.numInsertedOrUpdatedRows === 1n;
        if (isNew && greeting !== undefined) await insertMessages(trx, [greeting]);
        return isNew;
      });
    },
    async leave(place, reason, at) {
      const place_key = placeKey(place);
      await db.transaction().execute(async (trx) => {
        for (const chat_key of await roomsOf(trx, place_key)) {
          await closeRoom(trx, { chat_key, place_key }, reason, at);
        }
        await trx.deleteFrom('places').where('place_key', '=', place_key).execute();
      });
    },
    async move(place, toChatId, at) {
      await db.transaction().execute((trx) => movePlace(trx, place, toChatId, at));
    },
    async forgetClosed(before) {
      let forgotten = 0;
      for (;;) {
        const rooms = await db.transaction().execute(async (trx) => {
          const closed = await trx
            .selectFrom('closed_chats')
            .select(['chat_key', 'place_key'])
            .where('closed_at', '<', before)
            .limit(ROOMS_PER_TRANSACTION)
            .execute();
          for (const room of closed) await forgetRoom(trx, room.chat_key, room.place_key);
          return closed.length;
        });
        forgotten += rooms;
        if (rooms < ROOMS_PER_TRANSACTION) break;
        await nextTurn();
      }
      if (forgotten > 0) await deleteUnusedDocs(db, dialect);
      return forgotten;
    },
    async known(platform) {
      const rows = await db.selectFrom('places').select('place_key').execute();
      return rows.flatMap(({ place_key }) => {
        const place = JSON.parse(place_key) as [string, string];
        return place[0] === platform ? [place[1]] : [];
      });
    },
    async subscriptionCount(place) {
      const { count } = await db
        .selectFrom('subscriptions')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('place_key', '=', placeKey(place))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
  };
}

/** Every room of which anything is kept. */
async function roomsOf(trx: Transaction<Database>, place_key: string): Promise<Set<string>> {
  const rooms = new Set<string>();
  for (const table of ROOM_TABLES) {
    const rows = await trx
      .selectFrom(table)
      .select('chat_key')
      .distinct()
      .where('place_key', '=', place_key)
      .execute();
    for (const { chat_key } of rows) rooms.add(chat_key);
  }
  return rooms;
}

/** What is still being sent to it is left to its sender. */
async function forgetRoom(
  trx: Transaction<Database>,
  chat_key: string,
  place_key: string,
): Promise<void> {
  for (const table of ['subscriptions', 'mutes', 'closed_chats'] as const) {
    await trx.deleteFrom(table).where('chat_key', '=', chat_key).execute();
  }
  await trx
    .deleteFrom('outbox')
    .where('chat_key', '=', chat_key)
    .where('settled_at', 'is not', null)
    .execute();
  // A room without a thread is its whole place (or its main room): unreachable, so is the place.
  if (chatOfKey(chat_key).thread === undefined) {
    await trx.deleteFrom('places').where('place_key', '=', place_key).execute();
  }
}

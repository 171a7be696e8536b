import type { Kysely } from 'kysely';
import { chatOfKey } from './chat-of-key.ts';
import { closeRoom } from './closing.ts';

import type { Database } from './schema.ts';
import { chatKey, placeKey, type SubscriptionStore } from './store.ts';

type ChatStates = Pick<SubscriptionStore, 'mute' | 'unmute' | 'mutes' | 'closeChat' | 'reopenChat'>;

/** What is known of a chat apart from its subscriptions: muted until, closed because. */
export function createChatStates(db: Kysely<Database>): ChatStates {
  return {
    async mute(chat, until) {
      await db
        .insertInto('mutes')
        .values({ chat_key: chatKey(chat), place_key: placeKey(chat), until_at: until })
        .onConflict((conflict) => conflict.column('chat_key').doUpdateSet({ until_at: until }))
        .execute();
    },
    async unmute(chat) {
      const result = await db
        .deleteFrom('mutes')
        .where('chat_key', '=', chatKey(chat))
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
    async mutes(now) {
      const rows = await db
        .selectFrom('mutes')
        .selectAll()
        .where('until_at', '>', now)
        .orderBy('chat_key')
        .execute();
      return rows.map(({ chat_key, until_at }) => ({ chat: chatOfKey(chat_key), until: until_at }));
    },
    /** Messages waiting for the chat are settled `refused` with it, so that each is accounted for. */
    async closeChat(chat, reason, at) {
      const keys = { chat_key: chatKey(chat), place_key: placeKey(chat) };
      await db.transaction().execute((trx) => closeRoom(trx, keys, reason, at));
    },
    async reopenChat(chat) {
      await db.deleteFrom('closed_chats').where('chat_key', '=', chatKey(chat)).execute();
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { AlertRule, Subscription } from '../alerts/model.ts';
import type { Side } from '../signals/model/ids.ts';
import { chatOfKey } from './chat-of-key.ts';
import { createChatStates } from './chat-states.ts';
import type { Database } from './schema.ts';
import { chatKey, placeKey, type SubscriptionStore } from './store.ts';

type Row = Selectable<Database['subscriptions']>;

export function createSubscriptionStore(db: Kysely<Database>): SubscriptionStore {
  return {
    ...createChatStates(db),
    async add({ chat, asset, rule, sides, createdAt }) {
      const sides_json = JSON.stringify(sides);
      const row = await db
        .insertInto('subscriptions')
        .values({
          id: randomUUID(),
          chat_key: chatKey(chat),
          place_key: placeKey(chat),
          asset,
          rule_key: ruleText(rule),
          rule_json: JSON.stringify(rule),
          sides_json,
          created_at: createdAt,
        })
        .onConflict((conflict) =>
          conflict.columns(['chat_key', 'asset', 'rule_key']).doUpdateSet({ sides_json }),
        )
        .returningAll()
        .executeTakeFirstOrThrow();
      return toSubscription(row);
    },
    async remove(chat, assets) {
      if (assets?.length === 0) return [];
      let removal = db.deleteFrom('subscriptions').where('chat_key', '=', chatKey(chat));
      if (assets !== undefined) removal = removal.where('asset', 'in', assets);
      return (await removal.returningAll().execute()).map(toSubscription).sort(byAge);
    },
    async ofChat(chat) {
      const rows = await db
        .selectFrom('subscriptions')
        .selectAll()
        .where('chat_key', '=', chatKey(chat))
        .execute();
      return rows.map(toSubscription).sort(byAge);
    },
    async all() {
      const rows = await db
        .selectFrom('subscriptions')
        .selectAll()
        .where('chat_key', 'not in', (eb) => eb.selectFrom('closed_chats').select('chat_key'))
        .execute();
      return rows.map(toSubscription).sort(byAge);
    },
  };
}

function ruleText(rule: AlertRule): string {
  return rule.kind === 'level' ? `level:${rule.level}` : `shock-below:${rule.fraction}`;
}

function toSubscription(row: Row): Subscription {
  return {
    id: row.id,
    chat: chatOfKey(row.chat_key),
    asset: row.asset as Subscription['asset'],
    rule: JSON.parse(row.rule_json) as AlertRule,
    sides: JSON.parse(row.sides_json) as Side[],
    createdAt: row.created_at,
  };
}

/** Oldest first; those of one moment by asset, then id, so that lists do not jump. */
function byAge(a: Subscription, b: Subscription): number {
  if (a.createdAt !== b.createdAt) return a.createdAt - b.createdAt;
  if (a.asset !== b.asset) return a.asset < b.asset ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What this migration sees of the tables it changes; frozen with it. */
type Tables = {
  outbox: {
    id: string;
    chat_key: string;
    place_key: string;
    kind: string;
    joinable: number;
    state: string;
    attempts: number;
    reason: string | null;
    begun: number;
    uncertain: number;
  };
  subscriptions: { chat_key: string; place_key: string };
  mutes: { chat_key: string; place_key: string };
  closed_chats: { chat_key: string; place_key: string };
};

const CHAT_TABLES = ['outbox', 'subscriptions', 'mutes', 'closed_chats'] as const;

/** Places, bots, numbered updates, edits, lanes, and which messages may have arrived. */
export function chatPlatforms(): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await addColumns(db);
      await db.schema
        .createTable('places')
        .addColumn('place_key', 'text', (column) => column.primaryKey())
        .addColumn('entered_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('inbound_positions')
        .addColumn('platform', 'text', (column) => column.primaryKey())
        .addColumn('position', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('bots')
        .addColumn('platform', 'text', (column) => column.primaryKey())
        .addColumn('bot_id', 'text', (column) => column.notNull())
        .execute();
      const tables = db.withTables<Tables>();
      for (const table of CHAT_TABLES) await fillPlaceKeys(tables, table);
      await tables.updateTable('outbox').set({ joinable: 0 }).where('kind', '=', 'test').execute();
      await markUncertain(tables);
      await replaceIndexes(db);
    },
  };
}

async function addColumns(db: Kysely<unknown>): Promise<void> {
  for (const table of CHAT_TABLES) {
    await db.schema
      .alterTable(table)
      .addColumn('place_key', 'text', (column) => column.notNull().defaultTo(''))
      .execute();
  }
  await db.schema
    .alterTable('outbox')
    .addColumn('lane', 'text', (column) => column.notNull().defaultTo('alerts'))
    .execute();
  for (const flag of ['retires', 'begun', 'uncertain']) {
    await db.schema
      .alterTable('outbox')
      .addColumn(flag, 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  }
  await db.schema
    .alterTable('outbox')
    .addColumn('joinable', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
  for (const text of ['delivery', 'reply_to', 'withdrawn_json']) {
    await db.schema.alterTable('outbox').addColumn(text, 'text').execute();
  }
}

/** Chats were stored as `["platform","chatId",thread]`; the place is that without the thread. */
async function fillPlaceKeys(
  db: Kysely<Tables>,
  table: (typeof CHAT_TABLES)[number],
): Promise<void> {
  const rows = await db.selectFrom(table).select('chat_key').distinct().execute();
  for (const { chat_key } of rows) {
    const [platform, chatId] = JSON.parse(chat_key) as string[];
    const place_key = JSON.stringify([platform, chatId]);
    await db.updateTable(table).set({ place_key }).where('chat_key', '=', chat_key).execute();
  }
}

const NOTE = /^attempt (\d+)(, perhaps arrived)?/;

/**
 * The first version counted an attempt on every claim and kept what it knew of it in the note of
 * the release only. What it left claimed may have been sent.
 */
async function markUncertain(db: Kysely<Tables>): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ begun: 1, uncertain: 1 })
    .where('state', '=', 'claimed')
    .execute();
  const waiting = await db
    .selectFrom('outbox')
    .select(['id', 'attempts', 'reason'])
    .where('state', '=', 'pending')
    .where('attempts', '>', 0)
    .execute();
  for (const { id, attempts, reason } of waiting) {
    const [, noted, perhaps] = NOTE.exec(reason ?? '') ?? [];
    if (attempts <= Number(noted ?? 0) && perhaps === undefined) continue;
    await db.updateTable('outbox').set({ uncertain: 1 }).where('id', '=', id).execute();
  }
}

/**
 * Most rows of the outbox are settled and only kept to be shown, so what delivery asks for all the
 * time has indexes that hold nothing but the rows that are not.
 */
async function replaceIndexes(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('outbox_due').execute();
  await db.schema.dropIndex('outbox_settled').execute();
  const pending = sql<boolean>`state = 'pending'`;
  await db.schema
    .createIndex('outbox_pending')
    .on('outbox')
    .columns(['platform', 'lane', 'severity desc', 'created_at', 'sequence', 'id'])
    .columns(['next_attempt_at', 'expires_at', 'chat_key', 'place_key', 'group_id', 'retires'])
    .where(pending)
    .execute();
  await db.schema
    .createIndex('outbox_expiring')
    .on('outbox')
    .column('expires_at')
    .where(pending)
    .execute();
  await db.schema
    .createIndex('outbox_claimed')
    .on('outbox')
    .columns(['platform', 'lease_until_at'])
    .where(sql<boolean>`state = 'claimed'`)
    .execute();
  await db.schema
    .createIndex('outbox_unsettled')
    .on('outbox')
    .columns(['chat_key', 'group_id', 'sequence', 'retires', 'state', 'expires_at'])
    .where(sql<boolean>`settled_at is null`)
    .execute();
  await db.schema
    .createIndex('outbox_settled')
    .on('outbox')
    .columns(['lane', 'settled_at'])
    .where(sql<boolean>`settled_at is not null`)
    .execute();
  await db.schema
    .createIndex('outbox_passing')
    .on('outbox')
    .columns(['settled_at', 'id'])
    .where(sql<boolean>`(kind = 'update' or state = 'superseded') and settled_at is not null`)
    .execute();
  await db.schema
    .createIndex('outbox_final')
    .on('outbox')
    .columns(['state', 'settled_at'])
    .where(sql<boolean>`settled_at is not null`)
    .execute();
  await db.schema
    .createIndex('outbox_crowded')
    .on('outbox')
    .columns(['platform', 'chat_key', 'uncertain', 'next_attempt_at', 'expires_at'])
    .where(sql<boolean>`state = 'pending' and joinable = 1 and delivery is null`)
    .execute();
  for (const table of CHAT_TABLES) {
    await db.schema
      .createIndex(`${table}_place`)
      .on(table)
      .columns(['place_key', 'chat_key'])
      .execute();
  }
}

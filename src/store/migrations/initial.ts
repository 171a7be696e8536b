import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { StoreDialect } from '../dialect.ts';

/** The first tables of `schema.ts`; what their columns mean is said there. */
export function initial(dialect: StoreDialect): Migration {
  return {
    async up(db) {
      await createSeries(db, dialect);
      await createLatest(db, dialect);
      await createSubscriptions(db);
      await createAlerts(db);
      await createOutbox(db);
    },
  };
}

async function createSeries(db: Kysely<unknown>, dialect: StoreDialect): Promise<void> {
  const { bytesType, rowKeyType } = dialect;
  await db.schema
    .createTable('assets')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('asset', 'text', (column) => column.notNull().unique())
    .execute();
  await db.schema
    .createTable('instruments')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('asset_id', 'integer', (column) => column.notNull().references('assets.id'))
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('instrument', 'text', (column) => column.notNull())
    .addColumn('newest_day', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('instruments_name', ['source', 'instrument', 'asset_id'])
    .execute();
  for (const table of ['instrument_days', 'asset_minutes']) {
    await db.schema
      .createTable(table)
      .addColumn('row_key', rowKeyType, (column) => column.primaryKey())
      .addColumn('figures', bytesType, (column) => column.notNull())
      .execute();
  }
}

async function createLatest(db: Kysely<unknown>, { bytesType }: StoreDialect): Promise<void> {
  await db.schema
    .createTable('snapshots')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('job', 'text', (column) => column.notNull())
    .addColumn('body', bytesType, (column) => column.notNull())
    .addPrimaryKeyConstraint('snapshots_key', ['source', 'job'])
    .execute();
  await db.schema
    .createTable('readings')
    .addColumn('asset', 'text', (column) => column.primaryKey())
    .addColumn('body', bytesType, (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('write_probe')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('writes', 'bigint', (column) => column.notNull())
    .execute();
}

async function createSubscriptions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('subscriptions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('chat_key', 'text', (column) => column.notNull())
    .addColumn('asset', 'text', (column) => column.notNull())
    .addColumn('rule_key', 'text', (column) => column.notNull())
    .addColumn('rule_json', 'text', (column) => column.notNull())
    .addColumn('sides_json', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('subscriptions_once', ['chat_key', 'asset', 'rule_key'])
    .execute();
  await chatTable(db, 'mutes')
    .addColumn('until_at', 'bigint', (column) => column.notNull())
    .execute();
  await chatTable(db, 'closed_chats')
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('closed_at', 'bigint', (column) => column.notNull())
    .execute();
}

function chatTable(db: Kysely<unknown>, name: string): CreateTableBuilder<string, 'chat_key'> {
  return db.schema.createTable(name).addColumn('chat_key', 'text', (column) => column.primaryKey());
}

async function createAlerts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert_states')
    .addColumn('rule_key', 'text', (column) => column.notNull())
    .addColumn('asset', 'text', (column) => column.notNull())
    .addColumn('side', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('state_json', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('alert_states_key', ['rule_key', 'asset', 'side'])
    .execute();
  await db.schema
    .createTable('outages')
    .addColumn('source', 'text', (column) => column.primaryKey())
    .addColumn('outage_json', 'text', (column) => column.notNull())
    .execute();
}

async function createOutbox(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('message_docs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('doc_json', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('outbox')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('chat_key', 'text', (column) => column.notNull())
    .addColumn('platform', 'text', (column) => column.notNull())
    .addColumn('group_id', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('severity', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('doc_id', 'text', (column) => column.notNull().references('message_docs.id'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_attempt_at', 'bigint', (column) => column.notNull())
    .addColumn('worker', 'text')
    .addColumn('lease_until_at', 'bigint')
    .addColumn('reason', 'text')
    .addColumn('settled_at', 'bigint')
    .addColumn('platform_message_id', 'text')
    .execute();
  await index(db, 'outbox_due', ['state', 'platform', 'severity', 'created_at']);
  await index(db, 'outbox_group', ['chat_key', 'group_id', 'sequence']);
  await index(db, 'outbox_settled', ['settled_at']);
  await index(db, 'outbox_doc', ['doc_id']);
}

async function index(db: Kysely<unknown>, name: string, columns: string[]): Promise<void> {
  await db.schema.createIndex(name).on('outbox').columns(columns).execute();
}

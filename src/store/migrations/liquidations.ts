import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Forced closings by minute, and the minutes in which their feeds were up. */
export function liquidations(): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('liquidation_minutes')
        .addColumn('asset_id', 'integer', (column) => column.notNull().references('assets.id'))
        .addColumn('minute', 'integer', (column) => column.notNull())
        .addColumn('source', 'text', (column) => column.notNull())
        .addColumn('side', 'text', (column) => column.notNull())
        .addColumn('usd', 'double precision', (column) => column.notNull())
        .addColumn('events', 'integer', (column) => column.notNull())
        .addColumn('lower_bound', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('liquidation_minutes_key', [
          'asset_id',
          'minute',
          'source',
          'side',
        ])
        .execute();
      await db.schema
        .createIndex('liquidation_minutes_minute')
        .on('liquidation_minutes')
        .column('minute')
        .execute();
      await db.schema
        .createTable('liquidation_feeds')
        .addColumn('hour', 'integer', (column) => column.notNull())
        .addColumn('source', 'text', (column) => column.notNull())
        .addColumn('minutes', 'integer', (column) => column.notNull())
        .addColumn('last_minute', 'integer', (column) => column.notNull())
        .addColumn('lower_bound', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('liquidation_feeds_key', ['hour', 'source'])
        .execute();
    },
  };
}

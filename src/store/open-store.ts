import { Kysely } from 'kysely';
import type { Logger } from '../ports.ts';
import { createAlertStore } from './alerts.ts';
import { parseDatabaseUrl } from './database-url.ts';
import type { StoreDialect } from './dialect.ts';
import { createInboundStore } from './inbound.ts';
import { createLiquidationStore } from './liquidations.ts';
import { migrate } from './migrate.ts';
import { allMigrations } from './migrations/all-migrations.ts';
import { createOutboxStore } from './outbox.ts';
import { createPlaceStore } from './places.ts';
import { createReadingStore } from './readings.ts';
import type { Database } from './schema.ts';
import { createSeriesStore } from './series.ts';
import { createSnapshotStore } from './snapshots.ts';
import { openSqlite } from './sqlite.ts';
import type { Store } from './store.ts';
import { createSubscriptionStore } from './subscriptions.ts';

/**
 * Opens the database of `url` (see `parseDatabaseUrl`), creating it and its folder where needed,
 * and migrates it. Throws AppError: `store/bad-url`, `store/unreadable` (damaged, or another
 * program's file), `store/newer` (written by a newer version), `store/unwritable`, `store/busy`.
 * The same codes come from every later call. Open a file once in a process: a second connection
 * would wait for the first one's transaction on the same thread, in vain.
 */
export async function openStore({ url, log }: { url: string; log?: Logger }): Promise<Store> {
  const { path } = parseDatabaseUrl(url);
  const dialect = openSqlite(path);
  const db = new Kysely<Database>({ dialect: dialect.kysely });
  try {
    await migrate(db, allMigrations(dialect), log);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return createStore(db, dialect, log);
}

function createStore(db: Kysely<Database>, dialect: StoreDialect, log?: Logger): Store {
  let closing: Promise<void> | undefined;
  return {
    series: createSeriesStore(db),
    liquidations: createLiquidationStore(db),
    snapshots: createSnapshotStore(db, log),
    readings: createReadingStore(db, log),
    subscriptions: createSubscriptionStore(db),
    alerts: createAlertStore(db, dialect),
    outbox: createOutboxStore(db, dialect),
    places: createPlaceStore(db, dialect),
    inbound: createInboundStore(db),
    async checkWritable() {
      // A real write: only that finds a full disk or a file that has become read-only.
      await db
        .insertInto('write_probe')
        .values({ id: 1, writes: 1 })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet((eb) => ({ writes: eb('write_probe.writes', '+', 1) })),
        )
        .execute();
    },
    close() {
      closing ??= finish(db);
      return closing;
    },
  };
}

/** Waits for transactions that are under way, then closes. */
async function finish(db: Kysely<Database>): Promise<void> {
  await db.connection().execute(() => Promise.resolve());
  await db.destroy();
}

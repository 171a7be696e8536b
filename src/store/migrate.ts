import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { AppError } from '../errors.ts';
import type { Logger } from '../ports.ts';
import type { Database } from './schema.ts';

const MIGRATION_TABLE = 'schema_migrations';

/**
 * Brings the database to the newest schema, all in one transaction: a crash in the middle leaves
 * it as it was. Throws AppError `store/newer` when a newer version of the program has written it.
 */
export async function migrate(
  db: Kysely<Database>,
  migrations: Record<string, Migration>,
  log?: Logger,
): Promise<void> {
  await refuseNewer(db, new Set(Object.keys(migrations)));
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: 'schema_migration_lock',
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error instanceof AppError) throw error;
  if (error !== undefined) {
    throw new AppError('store/failed', 'the database could not be migrated', { cause: error });
  }
  for (const { migrationName } of results ?? []) {
    log?.info({ migration: migrationName }, 'database migrated');
  }
}

async function refuseNewer(db: Kysely<Database>, known: ReadonlySet<string>): Promise<void> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === MIGRATION_TABLE)) return;
  const rows = await db
    .withTables<{ [MIGRATION_TABLE]: { name: string } }>()
    .selectFrom(MIGRATION_TABLE)
    .select('name')
    .execute();
  const unknown = rows.map(({ name }) => name).find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new AppError(
    'store/newer',
    `a newer version of this program has written the database (migration ${unknown}): install that version, or restore an older backup`,
    { context: { migration: unknown } },
  );
}

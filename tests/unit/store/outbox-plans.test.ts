import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { createAlertStore } from '../../../src/store/alerts.ts';
import type { StoreDialect } from '../../../src/store/dialect.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { allMigrations } from '../../../src/store/migrations/all-migrations.ts';
import { createOutboxStore } from '../../../src/store/outbox.ts';
import type { Database } from '../../../src/store/schema.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import { makeClaim, makeMessage, T0 } from '../../contract/store/builders.ts';
import { tempFolder } from '../../fakes/temp-store.ts';

/** What delivery asks for all the time; with a backlog of 20,000 none of it may read every row. */
it('no statement of a delivery round reads or sorts the whole outbox', async () => {
  const path = join(await tempFolder(), 'plans.db');
  const dialect = openSqlite(path);
  const seen = new Map<string, readonly unknown[]>();
  const db = new Kysely<Database>({
    dialect: dialect.kysely,
    log: ({ query }) => {
      if (/^(insert|select|update|delete)/.test(query.sql)) seen.set(query.sql, query.parameters);
    },
  });
  onTestFinished(() => db.destroy());
  await migrate(db, allMigrations(dialect));
  seen.clear();
  await deliveryRound(db, dialect);
  expect(seen.size).toBeGreaterThan(10);

  const file = new DatabaseSync(path);
  onTestFinished(() => file.close());
  const plans = [...seen].map(([statement, parameters]) => {
    const steps = file
      .prepare(`explain query plan ${statement}`)
      .all(...(parameters as string[]))
      .map(({ detail }) => String(detail));
    return { statement, steps };
  });
  const slow = plans.filter(({ steps }) =>
    steps.some((step) => /^SCAN (?!json_each|outbox USING INDEX outbox_claimed)|B-TREE/.test(step)),
  );
  expect(slow).toEqual([]);
  const claim = plans.find(({ statement }) => statement.includes('order by "message"."severity"'));
  expect(claim?.steps[0]).toMatch(/^SEARCH message USING COVERING INDEX outbox_pending/);
});

async function deliveryRound(db: Kysely<Database>, dialect: StoreDialect): Promise<void> {
  const outbox = createOutboxStore(db, dialect);
  await createAlertStore(db, dialect).commit({ states: [], messages: [makeMessage()] });
  await outbox.releaseAbandoned('console', T0);
  await outbox.expire(T0);
  for (const onePer of ['room', 'place'] as const) {
    const [row] = await outbox.claim(makeClaim({ onePer, except: ['another'] }));
    expect(row?.id).toBe('m1');
    await outbox.begin('m1', 'w');
    await outbox.release('m1', 'w', T0, 'rate limited');
  }
  await outbox.claim(makeClaim());
  await outbox.settle('m1', 'w', { state: 'sent' }, T0);
  const update = { id: 'm2', sequence: 2, kind: 'update', delivery: 'edit' } as const;
  await createAlertStore(db, dialect).commit({ states: [], messages: [makeMessage(update)] });
  await outbox.prune(T0, T0, T0);
}

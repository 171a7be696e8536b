import type { Kysely, Transaction } from 'kysely';
import type { AlertState, OutageState } from '../alerts/model.ts';
import { AppError } from '../errors.ts';
import type { StoreDialect } from './dialect.ts';
import { insertMessages } from './outbox-changes.ts';
import { supersedeOlder } from './outbox-superseding.ts';
import { dropIdleUpdates } from './outbox-updates.ts';
import type { Database } from './schema.ts';
import type { AlertChange, AlertStore } from './store.ts';

export function createAlertStore(db: Kysely<Database>, dialect: StoreDialect): AlertStore {
  return {
    async all() {
      const rows = await db
        .selectFrom('alert_states')
        .select(['version', 'state_json'])
        .orderBy('rule_key')
        .orderBy('asset')
        .orderBy('side')
        .execute();
      return rows.map(({ version, state_json }) => {
        return { ...(JSON.parse(state_json) as AlertState), version };
      });
    },
    async commit({ states, messages, outages }) {
      await db.transaction().execute(async (trx) => {
        for (const state of states) await saveState(trx, state);
        await insertMessages(trx, messages);
        const stored = await dropIdleUpdates(trx, dialect, messages);
        await supersedeOlder(trx, dialect, stored);
        if (outages !== undefined) await saveOutages(trx, outages);
      });
    },
    async outages() {
      const rows = await db.selectFrom('outages').selectAll().orderBy('source').execute();
      return rows.map(({ outage_json }) => JSON.parse(outage_json) as OutageState);
    },
  };
}

async function saveState(trx: Transaction<Database>, state: AlertState): Promise<void> {
  const { ruleKey, asset, side, version } = state;
  const next = { version: version + 1, state_json: JSON.stringify(state) };
  const changed = version === 0 ? await insert() : await update();
  if (changed !== 1n) {
    throw new AppError('store/conflict', 'an alert state was changed by somebody else meanwhile', {
      retryable: true,
      context: { ruleKey, asset, side, version },
    });
  }

  async function insert(): Promise<bigint | undefined> {
    const result = await trx
      .insertInto('alert_states')
      .values({ rule_key: ruleKey, asset, side, ...next })
      .onConflict((conflict) => conflict.columns(['rule_key', 'asset', 'side']).doNothing())
      .executeTakeFirst();
    return result.numInsertedOrUpdatedRows;
  }

  async function update(): Promise<bigint> {
    const result = await trx
      .updateTable('alert_states')
      .set(next)
      .where('rule_key', '=', ruleKey)
      .where('asset', '=', asset)
      .where('side', '=', side)
      .where('version', '=', version)
      .executeTakeFirst();
    return result.numUpdatedRows;
  }
}

async function saveOutages(
  trx: Transaction<Database>,
  { upsert, remove }: NonNullable<AlertChange['outages']>,
): Promise<void> {
  if (remove.length > 0) {
    await trx.deleteFrom('outages').where('source', 'in', remove).execute();
  }
  for (const outage of upsert) {
    const outage_json = JSON.stringify(outage);
    await trx
      .insertInto('outages')
      .values({ source: outage.source, outage_json })
      .onConflict((conflict) => conflict.column('source').doUpdateSet({ outage_json }))
      .execute();
  }
}

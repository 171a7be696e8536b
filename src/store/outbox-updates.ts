import { setImmediate as nextTurn } from 'node:timers/promises';
import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { OutgoingMessage } from '../alerts/model.ts';
import { chunks } from './chunks.ts';
import type { StoreDialect } from './dialect.ts';
import type { Database } from './schema.ts';

/*
 * An update shows that the figures of an incident have moved, in the message that stands there. It
 * tells nothing else, so that no other message may be lost for its sake.
 */

const IDS_PER_STATEMENT = 500;

export function isUpdate({ kind, delivery }: Pick<OutgoingMessage, 'kind' | 'delivery'>): boolean {
  return kind === 'update' && delivery === 'edit';
}

/** The same of a row of the outbox, under the name it has in the statement. */
export function isUpdateRow(table: string): RawBuilder<boolean> {
  const [kind, delivery] = [sql.ref(`${table}.kind`), sql.ref(`${table}.delivery`)];
  return sql`(${kind} = 'update' and ${delivery} is not distinct from 'edit')`;
}

/**
 * Takes out again, of messages just inserted, updates for chats in which nothing of their group
 * stands or may still come to stand; gives the others.
 */
export async function dropIdleUpdates(
  trx: Transaction<Database>,
  dialect: StoreDialect,
  messages: readonly OutgoingMessage[],
): Promise<readonly OutgoingMessage[]> {
  const updates = messages.filter(isUpdate).map(({ id }) => id);
  const dropped = new Set<string>();
  for (const ids of chunks(updates, IDS_PER_STATEMENT)) {
    const rows = await trx
      .deleteFrom('outbox')
      .where('id', 'in', dialect.listed(ids))
      // One known before may have been under way already.
      .where('attempts', '=', 0)
      .where('worker', 'is', null)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('outbox as earlier')
              .select('earlier.id')
              .whereRef('earlier.chat_key', '=', 'outbox.chat_key')
              .whereRef('earlier.group_id', '=', 'outbox.group_id')
              .whereRef('earlier.sequence', '<', 'outbox.sequence')
              .where('earlier.retires', '=', 0)
              .where((or) =>
                or.or([
                  or('earlier.platform_message_id', 'is not', null),
                  or.and([
                    or('earlier.settled_at', 'is', null),
                    or('earlier.delivery', 'is distinct from', 'edit'),
                  ]),
                ]),
              ),
          ),
        ),
      )
      .returning('id')
      .execute();
    for (const { id } of rows) dropped.add(id);
    await nextTurn();
  }
  return dropped.size === 0 ? messages : messages.filter(({ id }) => !dropped.has(id));
}

import type { Kysely, RawBuilder, SelectQueryBuilder } from 'kysely';
import type { MessageDoc } from '../alerts/message-doc.ts';
import { chatOfKey } from './chat-of-key.ts';
import type { Database, OutboxTableRow } from './schema.ts';
import type { OutboxRow } from './store.ts';

type Row = OutboxTableRow & { doc_json: string };
type Query = SelectQueryBuilder<Database, 'outbox' | 'message_docs', Row>;

/** Outbox rows with their documents. */
export async function readRows(
  db: Kysely<Database>,
  narrow: (query: Query) => Query,
): Promise<OutboxRow[]> {
  return (await narrow(rowsQuery(db)).execute()).map(toOutboxRow);
}

/**
 * The same with `previous`. Retirements are not counted: the message that one has changed is an
 * older one than the post it came with.
 */
export async function readClaimed(
  db: Kysely<Database>,
  ids: RawBuilder<string>,
): Promise<OutboxRow[]> {
  const rows = await rowsQuery(db)
    .select((eb) =>
      eb
        .selectFrom('outbox as before')
        .select('before.platform_message_id')
        .whereRef('before.chat_key', '=', 'outbox.chat_key')
        .whereRef('before.group_id', '=', 'outbox.group_id')
        .whereRef('before.sequence', '<', 'outbox.sequence')
        .where('before.retires', '=', 0)
        .where('before.platform_message_id', 'is not', null)
        .orderBy('before.sequence', 'desc')
        .limit(1)
        .as('previous'),
    )
    .where('outbox.id', 'in', ids)
    .execute();
  return rows.map(({ previous, ...row }) => {
    const found = toOutboxRow(row);
    return previous === null ? found : { ...found, previous };
  });
}

function rowsQuery(db: Kysely<Database>): Query {
  return db
    .selectFrom('outbox')
    .innerJoin('message_docs', 'message_docs.id', 'outbox.doc_id')
    .selectAll('outbox')
    .select('message_docs.doc_json');
}

function toOutboxRow(row: Row): OutboxRow {
  const found: OutboxRow = {
    id: row.id,
    chat: chatOfKey(row.chat_key),
    groupId: row.group_id,
    sequence: row.sequence,
    severity: row.severity,
    kind: row.kind as OutboxRow['kind'],
    doc: JSON.parse(row.doc_json) as MessageDoc,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
  };
  if (row.delivery !== null) found.delivery = row.delivery;
  if (row.reply_to !== null) found.replyTo = row.reply_to;
  if (row.reason !== null) found.reason = row.reason;
  if (row.settled_at !== null) found.settledAt = row.settled_at;
  if (row.platform_message_id !== null) found.platformMessageId = row.platform_message_id;
  return found;
}

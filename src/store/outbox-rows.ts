import type { Kysely, SelectQueryBuilder } from 'kysely';
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
  const query = db
    .selectFrom('outbox')
    .innerJoin('message_docs', 'message_docs.id', 'outbox.doc_id')
    .selectAll('outbox')
    .select('message_docs.doc_json');
  return (await narrow(query).execute()).map(toOutboxRow);
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
  if (row.reason !== null) found.reason = row.reason;
  if (row.settled_at !== null) found.settledAt = row.settled_at;
  if (row.platform_message_id !== null) found.platformMessageId = row.platform_message_id;
  return found;
}

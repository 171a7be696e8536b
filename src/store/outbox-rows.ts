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
 * The same with `previous` and `rungSeverity`. Retirements are not counted: the message that one has
 * changed is an older one than the post it came with. A retirement itself gets none when a newer
 * message has changed the one it is for (its own post never arrived): that one stands for the
 * present again.
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
    .select((eb) =>
      eb
        .selectFrom('outbox as rung')
        .select(({ fn }) => fn.max('rung.severity').as('severity'))
        .whereRef('rung.chat_key', '=', 'outbox.chat_key')
        .whereRef('rung.group_id', '=', 'outbox.group_id')
        .whereRef('rung.sequence', '<', 'outbox.sequence')
        .where('rung.platform_message_id', 'is not', null)
        .where((or) =>
          or.or([or('rung.delivery', 'is', null), or('rung.delivery', '=', 'edit-or-post')]),
        )
        .as('rung_severity'),
    )
    .where('outbox.id', 'in', ids)
    .execute();
  const found: OutboxRow[] = [];
  for (const { previous, rung_severity, ...row } of rows) {
    const claimed = toOutboxRow(row);
    const isOver = previous === null || (row.retires === 1 && (await isLiving(db, row, previous)));
    if (!isOver) claimed.previous = previous;
    if (rung_severity !== null) claimed.rungSeverity = rung_severity;
    found.push(claimed);
  }
  return found;
}

/** Does the message of the platform show something as new as this retirement, or newer? */
async function isLiving(
  db: Kysely<Database>,
  { chat_key, group_id, sequence }: Row,
  previous: string,
): Promise<boolean> {
  const later = await db
    .selectFrom('outbox')
    .select('id')
    .where('chat_key', '=', chat_key)
    .where('group_id', '=', group_id)
    .where('sequence', '>=', sequence)
    .where('retires', '=', 0)
    .where('platform_message_id', '=', previous)
    .limit(1)
    .executeTakeFirst();
  return later !== undefined;
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

import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import type { OutgoingMessage } from '../alerts/model.ts';
import { chunks } from './chunks.ts';
import { refusalText } from './closing.ts';
import type { Database, OutboxTableRow } from './schema.ts';
import { chatKey, placeKey } from './store.ts';

const ROWS_PER_STATEMENT = 100;

/** Asked for one by one, or said once: nothing to put together with others. */
const ALONE: readonly OutgoingMessage['kind'][] = ['reply', 'test', 'greeting', 'summary'];

/**
 * Adds messages; one whose id is known already is left as it is. One for a closed chat is settled
 * `refused` at once: it can never arrive, and dropping it would leave it unaccounted for.
 */
export async function insertMessages(
  trx: Transaction<Database>,
  messages: readonly OutgoingMessage[],
): Promise<void> {
  const closed = await closedChats(trx, messages);
  const docIds = await insertDocs(trx, messages);
  for (const chunk of chunks(messages, ROWS_PER_STATEMENT)) {
    const rows = chunk.map((message) => {
      const refusal = closed.get(chatKey(message.chat));
      return toRow(message, docIds.get(message.doc) ?? '', refusal);
    });
    await trx
      .insertInto('outbox')
      .values(rows)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
    await nextTurn();
  }
}

async function closedChats(
  trx: Transaction<Database>,
  messages: readonly OutgoingMessage[],
): Promise<ReadonlyMap<string, string>> {
  const keys = [...new Set(messages.map(({ chat }) => chatKey(chat)))];
  const closed = new Map<string, string>();
  for (const chunk of chunks(keys, ROWS_PER_STATEMENT)) {
    const rows = await trx
      .selectFrom('closed_chats')
      .select(['chat_key', 'reason'])
      .where('chat_key', 'in', chunk)
      .execute();
    for (const { chat_key, reason } of rows) closed.set(chat_key, reason);
  }
  return closed;
}

/** Stores each different document once, by the hash of its text. */
async function insertDocs(
  trx: Transaction<Database>,
  messages: readonly OutgoingMessage[],
): Promise<ReadonlyMap<OutgoingMessage['doc'], string>> {
  const ids = new Map<OutgoingMessage['doc'], string>();
  for (const { doc } of messages) {
    if (ids.has(doc)) continue;
    const doc_json = JSON.stringify(doc);
    const id = createHash('sha256').update(doc_json).digest('hex');
    ids.set(doc, id);
    await trx
      .insertInto('message_docs')
      .values({ id, doc_json })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
  return ids;
}

function toRow(message: OutgoingMessage, doc_id: string, refusal?: string): OutboxTableRow {
  return {
    id: message.id,
    chat_key: chatKey(message.chat),
    place_key: placeKey(message.chat),
    platform: message.chat.platform,
    group_id: message.groupId,
    sequence: message.sequence,
    severity: message.severity,
    kind: message.kind,
    lane: message.kind === 'reply' ? 'replies' : 'alerts',
    delivery: message.delivery ?? null,
    retires: message.delivery === 'retire' ? 1 : 0,
    joinable: ALONE.includes(message.kind) || message.delivery === 'retire' ? 0 : 1,
    reply_to: message.replyTo ?? null,
    doc_id,
    created_at: message.createdAt,
    expires_at: message.expiresAt,
    state: refusal === undefined ? 'pending' : 'refused',
    attempts: 0,
    next_attempt_at: message.createdAt,
    worker: null,
    lease_until_at: null,
    begun: 0,
    uncertain: 0,
    withdrawn_json: null,
    reason: refusal === undefined ? null : refusalText(refusal),
    settled_at: refusal === undefined ? null : message.createdAt,
    platform_message_id: null,
  };
}

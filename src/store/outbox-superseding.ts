import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RawBuilder, Transaction } from 'kysely';
import type { OutgoingMessage } from '../alerts/model.ts';
import { chunks } from './chunks.ts';
import type { StoreDialect } from './dialect.ts';
import { isUpdate, isUpdateRow } from './outbox-updates.ts';
import type { Database, OutboxTableRow } from './schema.ts';
import { chatKey } from './store.ts';

/*
 * A newer message of a group takes the place of older ones to the same chat that wait, with four
 * exceptions: retirements neither replace nor are replaced; moved figures replace only older moved
 * figures, since they say nothing of what the others have to tell; what may have arrived is left to
 * its worker, which finds out how it ended; and where the one replaced was a post, its successor
 * must be one too, not the edit of something older: else the post would never come. As loud, too,
 * and for as long: a critical warning that waited must not come out silent and last.
 */

const CHATS_PER_STATEMENT = 500;
const REASON = 'a newer message about the same took its place';

/** What a post hands on to the message that takes its place. */
type Urgency = Pick<OutboxTableRow, 'severity' | 'expires_at'>;

/** The copies of one message. */
interface Copies {
  message: OutgoingMessage;
  /** By chat key. */
  ids: Map<string, string[]>;
}

/** Older messages of the same groups to the same chats that nobody is sending are final now. */
export async function supersedeOlder(
  trx: Transaction<Database>,
  dialect: StoreDialect,
  messages: readonly OutgoingMessage[],
): Promise<void> {
  for (const { message, ids } of copiesOf(messages)) {
    for (const chats of chunks([...ids.keys()], CHATS_PER_STATEMENT)) {
      const posts = await replaceOlder(trx, dialect, message, chats);
      await makePosts(trx, dialect, ids, posts);
      await nextTurn();
    }
  }
}

function copiesOf(messages: readonly OutgoingMessage[]): Iterable<Copies> {
  const all = new Map<string, Copies>();
  for (const message of messages) {
    const { id, chat, groupId, sequence, createdAt, delivery } = message;
    if (delivery === 'retire') continue;
    const key = JSON.stringify([groupId, sequence, createdAt, isUpdate(message)]);
    const copies = all.get(key) ?? { message, ids: new Map<string, string[]>() };
    all.set(key, copies);
    const chat_key = chatKey(chat);
    copies.ids.set(chat_key, [...(copies.ids.get(chat_key) ?? []), id]);
  }
  return all.values();
}

/** Gives how urgent the posts among those replaced were, by chat. */
async function replaceOlder(
  trx: Transaction<Database>,
  dialect: StoreDialect,
  message: OutgoingMessage,
  chats: readonly string[],
): Promise<ReadonlyMap<string, Urgency>> {
  let replacing = trx
    .updateTable('outbox')
    .set({ state: 'superseded', settled_at: message.createdAt, reason: REASON })
    .where('chat_key', 'in', dialect.listed(chats))
    .where('group_id', '=', message.groupId)
    .where('sequence', '<', message.sequence)
    .where('state', '=', 'pending')
    .where('settled_at', 'is', null)
    .where('retires', '=', 0)
    .where('uncertain', '!=', 1);
  if (isUpdate(message)) replacing = replacing.where(isUpdateRow('outbox'));
  const replaced = await replacing
    .returning(['chat_key', 'delivery', 'severity', 'expires_at'])
    .execute();
  const posts = new Map<string, Urgency>();
  for (const { chat_key, delivery, severity, expires_at } of replaced) {
    if (delivery !== null) continue;
    const other = posts.get(chat_key);
    posts.set(chat_key, {
      severity: Math.max(severity, other?.severity ?? severity),
      expires_at: Math.max(expires_at, other?.expires_at ?? expires_at),
    });
  }
  return posts;
}

/** One statement for all chats where the posts replaced were equally urgent: mostly all. */
async function makePosts(
  trx: Transaction<Database>,
  dialect: StoreDialect,
  idsOfChat: ReadonlyMap<string, readonly string[]>,
  posts: ReadonlyMap<string, Urgency>,
): Promise<void> {
  const alike = new Map<string, { urgency: Urgency; ids: string[] }>();
  for (const [chat_key, urgency] of posts) {
    const key = `${urgency.severity} ${urgency.expires_at}`;
    const group = alike.get(key) ?? { urgency, ids: [] };
    alike.set(key, group);
    group.ids.push(...(idsOfChat.get(chat_key) ?? []));
  }
  for (const { urgency, ids } of alike.values()) {
    await makePost(trx, dialect.listed(ids), urgency);
  }
}

/**
 * A newer message may have come while this one was claimed, and then it could not be superseded:
 * without this, an escalation would wait for all the retries of the warning before it.
 */
export async function supersedeIfOlder(
  trx: Transaction<Database>,
  id: string,
  at: number,
): Promise<void> {
  const later = await trx
    .selectFrom('outbox as message')
    .innerJoin('outbox as later', (join) =>
      join
        .onRef('later.chat_key', '=', 'message.chat_key')
        .onRef('later.group_id', '=', 'message.group_id')
        .onRef('later.sequence', '>', 'message.sequence'),
    )
    .select(['later.id', 'message.delivery', 'message.severity', 'message.expires_at'])
    .where('message.id', '=', id)
    .where('message.state', '=', 'pending')
    .where('message.retires', '=', 0)
    .where('message.uncertain', '!=', 1)
    .where('later.retires', '=', 0)
    .where((eb) => eb.or([isUpdateRow('message'), eb.not(isUpdateRow('later'))]))
    .orderBy('later.sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (later === undefined) return;
  await trx
    .updateTable('outbox')
    .set({ state: 'superseded', settled_at: at, reason: REASON })
    .where('id', '=', id)
    .execute();
  if (later.delivery === null) await makePost(trx, [later.id], later);
}

async function makePost(
  trx: Transaction<Database>,
  ids: RawBuilder<string> | readonly string[],
  replaced: Urgency,
): Promise<void> {
  await trx
    .updateTable('outbox')
    .set((eb) => ({
      delivery: null,
      severity: eb
        .case()
        .when('severity', '<', replaced.severity)
        .then(replaced.severity)
        .else(eb.ref('severity'))
        .end(),
      expires_at: eb
        .case()
        .when('expires_at', '<', replaced.expires_at)
        .then(replaced.expires_at)
        .else(eb.ref('expires_at'))
        .end(),
    }))
    .where('id', 'in', ids)
    .where('delivery', '=', 'edit-or-post')
    .where('state', '=', 'pending')
    .execute();
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Transaction } from 'kysely';
import type { OutgoingMessage } from '../alerts/model.ts';
import { chunks } from './chunks.ts';
import type { Database } from './schema.ts';
import { chatKey } from './store.ts';

/*
 * A newer message of a group takes the place of older ones to the same chat that wait, with three
 * exceptions: retirements neither replace nor are replaced; what may have arrived is left to its
 * worker, which finds out how it ended; and where the one replaced was a post, its successor must
 * be one too, not the edit of something older: else the post would never come. As loud, too, and
 * for as long: a critical warning that waited must not come out silent and last as moved figures.
 */

const MESSAGES_PER_TURN = 100;
const REASON = 'a newer message about the same took its place';

/** Older messages of the same groups to the same chats that nobody is sending are final now. */
export async function supersedeOlder(
  trx: Transaction<Database>,
  messages: readonly OutgoingMessage[],
): Promise<void> {
  for (const chunk of chunks(messages, MESSAGES_PER_TURN)) {
    for (const { id, chat, groupId, sequence, createdAt, delivery } of chunk) {
      if (delivery === 'retire') continue;
      const replaced = await trx
        .updateTable('outbox')
        .set({ state: 'superseded', settled_at: createdAt, reason: REASON })
        .where('chat_key', '=', chatKey(chat))
        .where('group_id', '=', groupId)
        .where('sequence', '<', sequence)
        .where('state', '=', 'pending')
        .where('settled_at', 'is', null)
        .where('retires', '=', 0)
        .where('uncertain', '=', 0)
        .returning(['delivery', 'severity', 'expires_at'])
        .execute();
      for (const post of replaced) if (post.delivery === null) await makePost(trx, id, post);
    }
    await nextTurn();
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
    .where('message.uncertain', '=', 0)
    .where('later.retires', '=', 0)
    .orderBy('later.sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (later === undefined) return;
  await trx
    .updateTable('outbox')
    .set({ state: 'superseded', settled_at: at, reason: REASON })
    .where('id', '=', id)
    .execute();
  if (later.delivery === null) await makePost(trx, later.id, later);
}

async function makePost(
  trx: Transaction<Database>,
  id: string,
  replaced: { severity: number; expires_at: number },
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
    .where('id', '=', id)
    .where('delivery', '=', 'edit-or-post')
    .where('state', '=', 'pending')
    .execute();
}

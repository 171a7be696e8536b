import type { Transaction } from 'kysely';
import type { Place } from '../alerts/model.ts';
import { chatOfKey } from './chat-of-key.ts';
import { refuseWaiting } from './closing.ts';
import { supersedeIfOlder } from './outbox-superseding.ts';
import type { Database } from './schema.ts';
import { chatKey, placeKey } from './store.ts';

interface Move {
  from: { chat_key: string; place_key: string };
  to: { chat_key: string; place_key: string };
}

/**
 * See `PlaceStore.move`. Where both ids have something, the new one's stays. Settled messages stay
 * with the old id: what the platform calls them holds only there. So does what is being sent there
 * right now; when that is released and tried again, the platform says once more where it moved to.
 * When the bot is known to be in the new place, old closings go: they tell of the old id.
 */
export async function movePlace(
  trx: Transaction<Database>,
  place: Place,
  toChatId: string,
  at: number,
): Promise<void> {
  if (toChatId === place.chatId) return;
  const from = placeKey(place);
  const to = placeKey({ ...place, chatId: toChatId });
  const isThere = (await entered(trx, to)) !== undefined;
  const movesTo = (chat_key: string): Move => ({
    from: { chat_key, place_key: from },
    to: { chat_key: chatKey({ ...chatOfKey(chat_key), chatId: toChatId }), place_key: to },
  });
  for (const room of await roomsIn(trx, 'subscriptions', from)) {
    await moveSubscriptions(trx, movesTo(room));
  }
  for (const room of await roomsIn(trx, 'mutes', from)) await moveNote(trx, 'mutes', movesTo(room));
  for (const room of await roomsIn(trx, 'closed_chats', from)) {
    if (isThere) await trx.deleteFrom('closed_chats').where('chat_key', '=', room).execute();
    else await moveNote(trx, 'closed_chats', movesTo(room));
  }
  for (const room of await roomsIn(trx, 'outbox', from)) await moveMessages(trx, movesTo(room), at);
  await moveEntry(trx, from, to);
}

async function roomsIn(
  trx: Transaction<Database>,
  table: 'subscriptions' | 'mutes' | 'closed_chats' | 'outbox',
  place_key: string,
): Promise<string[]> {
  const rows = await trx
    .selectFrom(table)
    .select('chat_key')
    .distinct()
    .where('place_key', '=', place_key)
    .execute();
  return rows.map(({ chat_key }) => chat_key);
}

async function moveSubscriptions(trx: Transaction<Database>, { from, to }: Move): Promise<void> {
  await trx
    .deleteFrom('subscriptions')
    .where('chat_key', '=', from.chat_key)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('subscriptions as kept')
          .select('kept.id')
          .where('kept.chat_key', '=', to.chat_key)
          .whereRef('kept.asset', '=', 'subscriptions.asset')
          .whereRef('kept.rule_key', '=', 'subscriptions.rule_key'),
      ),
    )
    .execute();
  await trx.updateTable('subscriptions').set(to).where('chat_key', '=', from.chat_key).execute();
}

async function moveNote(
  trx: Transaction<Database>,
  table: 'mutes' | 'closed_chats',
  { from, to }: Move,
): Promise<void> {
  const kept = await trx
    .selectFrom(table)
    .select('chat_key')
    .where('chat_key', '=', to.chat_key)
    .executeTakeFirst();
  const old = from.chat_key;
  if (kept !== undefined) await trx.deleteFrom(table).where('chat_key', '=', old).execute();
  else await trx.updateTable(table).set(to).where('chat_key', '=', old).execute();
}

async function moveMessages(
  trx: Transaction<Database>,
  { from, to }: Move,
  at: number,
): Promise<void> {
  const present = await trx
    .selectFrom('outbox')
    .select('id')
    .where('chat_key', '=', to.chat_key)
    .limit(1)
    .executeTakeFirst();
  const moved = await trx
    .updateTable('outbox')
    .set(to)
    .where('chat_key', '=', from.chat_key)
    .where('settled_at', 'is', null)
    .where('state', '=', 'pending')
    .returning('id')
    .execute();
  for (const { id } of present === undefined ? [] : moved) {
    await supersedeTwin(trx, id, at);
    await supersedeIfOlder(trx, id, at);
  }
  const closed = await trx
    .selectFrom('closed_chats')
    .select('reason')
    .where('chat_key', '=', to.chat_key)
    .executeTakeFirst();
  if (closed !== undefined) await refuseWaiting(trx, to.chat_key, closed.reason, at);
}

/** The new id had a subscription of its own, so the same message waits there or has been sent. */
async function supersedeTwin(trx: Transaction<Database>, id: string, at: number): Promise<void> {
  await trx
    .updateTable('outbox')
    .set({
      state: 'superseded',
      settled_at: at,
      reason: 'the chat this one moved to has the same message',
    })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .where('uncertain', '!=', 1)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('outbox as twin')
          .select('twin.id')
          .whereRef('twin.chat_key', '=', 'outbox.chat_key')
          .whereRef('twin.group_id', '=', 'outbox.group_id')
          .whereRef('twin.sequence', '=', 'outbox.sequence')
          .whereRef('twin.doc_id', '=', 'outbox.doc_id')
          .whereRef('twin.retires', '=', 'outbox.retires')
          .whereRef('twin.id', '!=', 'outbox.id'),
      ),
    )
    .execute();
}

async function entered(trx: Transaction<Database>, place_key: string): Promise<number | undefined> {
  const row = await trx
    .selectFrom('places')
    .select('entered_at')
    .where('place_key', '=', place_key)
    .executeTakeFirst();
  return row?.entered_at;
}

/** A place that is known under its old id is not greeted again under the new one. */
async function moveEntry(trx: Transaction<Database>, from: string, to: string): Promise<void> {
  const entered_at = await entered(trx, from);
  if (entered_at === undefined) return;
  await trx.deleteFrom('places').where('place_key', '=', from).execute();
  await trx
    .insertInto('places')
    .values({ place_key: to, entered_at })
    .onConflict((conflict) => conflict.column('place_key').doNothing())
    .execute();
}

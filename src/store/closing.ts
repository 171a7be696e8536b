import type { Transaction } from 'kysely';
import type { Database } from './schema.ts';

/** A room as tables know it. */
export interface RoomKeys {
  chat_key: string;
  place_key: string;
}

/** Closes a room with the reason; one that is closed already has been since the first time. */
export async function closeRoom(
  trx: Transaction<Database>,
  { chat_key, place_key }: RoomKeys,
  reason: string,
  at: number,
): Promise<void> {
  await trx
    .insertInto('closed_chats')
    .values({ chat_key, place_key, reason, closed_at: at })
    .onConflict((conflict) => conflict.column('chat_key').doUpdateSet({ reason }))
    .execute();
  await refuseWaiting(trx, chat_key, reason, at);
}

/**
 * Settles what waits for a room that was closed, so that each message is accounted for: `refused`,
 * or `unverified` where an attempt may have arrived. What is being sent is left to its sender.
 */
export async function refuseWaiting(
  trx: Transaction<Database>,
  chat_key: string,
  reason: string,
  at: number,
): Promise<void> {
  for (const [certainty, state] of [
    ['=', 'refused'],
    ['!=', 'unverified'],
  ] as const) {
    await trx
      .updateTable('outbox')
      .set({ state, reason: refusalText(reason), settled_at: at })
      .where('chat_key', '=', chat_key)
      .where('settled_at', 'is', null)
      .where('state', '=', 'pending')
      .where('uncertain', certainty, 0)
      .execute();
  }
}

/** Why a message to a closed room was refused. */
export function refusalText(reason: string): string {
  return `chat closed: ${reason}`;
}

import {
  type ExpressionBuilder,
  type ExpressionWrapper,
  type SqlBool,
  sql,
  type Transaction,
} from 'kysely';
import type { StoreDialect } from './dialect.ts';
import type { Database } from './schema.ts';
import type { ClaimRequest } from './store.ts';

/** More than are wanted, because of a room or place only the first is taken. */
const ROWS_PER_LOOK = 64;

/**
 * Ids of the messages to claim, in their order. The index holds them in it, so a look reads no
 * further than it must; rooms of which one was taken are left out of the next look.
 */
export async function findDue(
  trx: Transaction<Database>,
  dialect: StoreDialect,
  request: ClaimRequest,
): Promise<string[]> {
  const taken = new Map<string, string>();
  for (;;) {
    const without = [...request.except, ...taken.keys()];
    const rowsWanted = request.limit - taken.size + ROWS_PER_LOOK;
    const rows = await look(trx, dialect, request, without, rowsWanted);
    for (const { id, key } of rows) {
      if (taken.size < request.limit && !taken.has(key)) taken.set(key, id);
    }
    if (rows.length < rowsWanted || taken.size >= request.limit) return [...taken.values()];
  }
}

async function look(
  trx: Transaction<Database>,
  dialect: StoreDialect,
  { platform, lane, now, onePer }: ClaimRequest,
  without: readonly string[],
  limit: number,
): Promise<{ id: string; key: string }[]> {
  const key = onePer === 'room' ? 'message.chat_key' : 'message.place_key';
  let due = trx
    .selectFrom('outbox as message')
    .select(['message.id', `${key} as key`])
    .where('message.platform', '=', platform)
    .where('message.lane', '=', lane)
    // Written out, so that the database sees that the index of pending messages will do.
    .where('message.state', '=', sql.lit('pending'))
    .where('message.next_attempt_at', '<=', now)
    .where('message.expires_at', '>', now)
    .where((eb) => isNotHeldBack(eb, now))
    .orderBy('message.severity', 'desc')
    .orderBy('message.created_at')
    .orderBy('message.sequence')
    .orderBy('message.id')
    .limit(limit);
  if (without.length > 0) due = due.where(key, 'not in', dialect.listed(without));
  if (dialect.skipsLockedRows) due = due.forUpdate().skipLocked();
  return await due.execute();
}

/**
 * No earlier message of the group to the chat is unsettled, other than those that merely wait to be
 * marked expired. Retirements hold back nothing but later ones, which may be aimed at the same
 * message: the end must not be overwritten by why the post before it was over. They themselves wait
 * for the message of their own sequence too: what they mark as over must not be over before its
 * successor is there.
 */
function isNotHeldBack(
  eb: ExpressionBuilder<Database & { message: Database['outbox'] }, 'message'>,
  now: number,
): ExpressionWrapper<Database, 'outbox', SqlBool> {
  const earlier = eb
    .selectFrom('outbox as earlier')
    .select('earlier.id')
    .whereRef('earlier.chat_key', '=', 'message.chat_key')
    .whereRef('earlier.group_id', '=', 'message.group_id')
    .where((seq) =>
      seq(
        seq('earlier.sequence', '+', seq.ref('earlier.retires')),
        '<',
        seq('message.sequence', '+', seq.ref('message.retires')),
      ),
    )
    .whereRef('earlier.retires', '<=', 'message.retires')
    .where('earlier.settled_at', 'is', null)
    .where((or) =>
      or.or([or('earlier.state', '=', 'claimed'), or('earlier.expires_at', '>', now)]),
    );
  return eb.not(eb.exists(earlier));
}

import { type Kysely, sql, type Transaction } from 'kysely';
import type { ChatRef, OutgoingMessage } from '../alerts/model.ts';
import { insertMessages } from './outbox-changes.ts';
import type { Database } from './schema.ts';
import { chatKey, type OutboxStore } from './store.ts';
import {
  assetOfGroup,
  INCIDENT_KINDS,
  overSequence,
  type WithdrawnRow,
  waitingRows,
} from './withdrawal-plan.ts';

type Options = Parameters<OutboxStore['withdraw']>[1];

/** As stored with a message that is withdrawn. */
interface Withdrawal {
  reason: string;
  /** Not even what stands there is to be changed by it. */
  wholly: boolean;
}

/**
 * See `OutboxStore.withdraw`. Every message that waits is marked; the mark takes effect at once, or
 * for one that may have arrived when its worker says that it has not. Without `over` a message that
 * would show what has become of one standing there does that silently instead of ending: an all-clear
 * that is not told must not leave a warning.
 */
export function createWithdrawals(db: Kysely<Database>): Pick<OutboxStore, 'withdraw'> {
  return {
    async withdraw(chat, options, at) {
      await db.transaction().execute(async (trx) => {
        const groups = await groupsOf(trx, chat, options);
        const waiting = groups.flatMap(waitingRows).filter(
          // These keep true what stands there.
          ({ delivery }) => options.over !== undefined || delivery !== 'edit',
        );
        if (options.over !== undefined) {
          await insertMessages(trx, retirements(chat, groups, options.over, at));
        }
        const { reason } = options;
        const withdrawal: Withdrawal = { reason, wholly: options.over !== undefined };
        const withdrawn_json = JSON.stringify(withdrawal);
        for (const { id } of waiting) {
          await trx.updateTable('outbox').set({ withdrawn_json }).where('id', '=', id).execute();
          await endIfWithdrawn(trx, id, at);
        }
      });
    },
  };
}

/** Rows of the chat by group, of those the options are about. */
async function groupsOf(
  trx: Transaction<Database>,
  chat: ChatRef,
  { assets }: Options,
): Promise<WithdrawnRow[][]> {
  // A summary tells of several coins: it goes only with all of them.
  const kinds = assets === undefined ? [...INCIDENT_KINDS, 'summary'] : [...INCIDENT_KINDS];
  const rows = await trx
    .selectFrom('outbox')
    .select(['id', 'group_id', 'sequence', 'kind', 'retires', 'delivery'])
    .select(['state', 'settled_at', 'uncertain', 'platform_message_id'])
    .where('chat_key', '=', chatKey(chat))
    .where('kind', 'in', kinds)
    .execute();
  const wanted = assets === undefined ? undefined : new Set<string | undefined>(assets);
  return [...Map.groupBy(rows, ({ group_id }) => group_id)]
    .filter(([groupId]) => wanted === undefined || wanted.has(assetOfGroup(groupId)))
    .map(([, ofGroup]) => ofGroup);
}

function retirements(
  chat: ChatRef,
  groups: readonly WithdrawnRow[][],
  { doc, nextId, expiresAt }: NonNullable<Options['over']>,
  at: number,
): OutgoingMessage[] {
  return groups.flatMap((rows) => {
    const groupId = rows[0]?.group_id;
    if (groupId === undefined || rows[0]?.kind === 'summary') return [];
    const sequence = overSequence(rows);
    if (sequence === undefined) return [];
    return {
      id: nextId(),
      chat,
      groupId,
      sequence,
      severity: 0,
      kind: 'update',
      delivery: 'retire',
      doc,
      createdAt: at,
      expiresAt,
    };
  });
}

/**
 * A message that was withdrawn and surely has not arrived ends, with the retirement that came with
 * it: that one points to a message which never comes. A claim that was not begun is taken away.
 */
export async function endIfWithdrawn(
  trx: Transaction<Database>,
  id: string,
  at: number,
): Promise<void> {
  const row = await trx
    .selectFrom('outbox')
    .select(['chat_key', 'group_id', 'sequence', 'kind', 'withdrawn_json'])
    .where('id', '=', id)
    .where('withdrawn_json', 'is not', null)
    .where('settled_at', 'is', null)
    .where('begun', '=', 0)
    .where('uncertain', '!=', 1)
    .executeTakeFirst();
  if (row === undefined) return;
  const { reason, wholly } = JSON.parse(row.withdrawn_json ?? '{}') as Withdrawal;
  const ended = { state: 'superseded', settled_at: at, reason } as const;
  const unclaimed = { worker: null, lease_until_at: null } as const;
  await trx
    .updateTable('outbox')
    .set(ended)
    .where('chat_key', '=', row.chat_key)
    .where('group_id', '=', row.group_id)
    .where('sequence', '=', row.sequence)
    .where('kind', '=', row.kind)
    .where('retires', '=', 1)
    .where('state', '=', sql.lit('pending'))
    .where('settled_at', 'is', null)
    .execute();
  const becomes =
    !wholly && (await standsBelow(trx, row))
      ? ({ state: 'pending', delivery: 'edit', severity: 0, joinable: 0 } as const)
      : ended;
  await trx
    .updateTable('outbox')
    .set({ ...unclaimed, ...becomes, withdrawn_json: null })
    .where('id', '=', id)
    .execute();
}

/** Is there a message of the group that an edit with this sequence would change? */
async function standsBelow(
  trx: Transaction<Database>,
  { chat_key, group_id, sequence }: { chat_key: string; group_id: string; sequence: number },
): Promise<boolean> {
  const below = await trx
    .selectFrom('outbox')
    .select('id')
    .where('chat_key', '=', chat_key)
    .where('group_id', '=', group_id)
    .where('sequence', '<', sequence)
    .where('retires', '=', 0)
    .where((eb) =>
      eb.or([
        eb('platform_message_id', 'is not', null),
        eb.and([eb('settled_at', 'is', null), eb('uncertain', '=', 1)]),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return below !== undefined;
}

import type { Block, MessageDoc } from '../../alerts/message-doc.ts';
import type { OutboxRow } from '../../store/store.ts';
import { deliveryLine } from '../answers/delivery-text.ts';
import { mutedText, mutedUntil } from '../answers/muted.ts';
import { defineCommand } from './define.ts';

const MOST_LINES = 12;
/** Answers and updates lie between: so many messages back are looked at. */
const MOST_ROWS = 80;

/** `/deliveries`: what was sent to this chat, and what became of it. */
export const deliveriesCommand = defineCommand({
  name: 'deliveries',
  summary: 'The last messages for this chat, and what became of each',
  options: [],
  access: 'anyone',
  examples: ['deliveries'],
  async run(context): Promise<MessageDoc> {
    const now = context.now();
    const rows = await context.store.outbox.ofChat(context.chat, MOST_ROWS);
    const messages = rows.filter(isMessage);
    const blocks: Block[] = [];
    if (messages.length > 0) {
      const shown = messages.slice(0, MOST_LINES);
      const items = shown.map((row) => deliveryLine(row, isChange(row, rows)));
      blocks.push({ kind: 'list', items });
    } else {
      const text = 'Nothing has been sent to this chat lately. /test sends a test alert.';
      blocks.push({ kind: 'text', text });
    }
    const others = othersText(rows);
    if (others !== undefined) blocks.push({ kind: 'text', text: others });
    const until = await mutedUntil(context.store.subscriptions, context.chat, now);
    if (until !== undefined) blocks.push({ kind: 'text', text: mutedText(until, now) });
    return { title: 'Last messages for this chat, newest first', tone: 'info', blocks };
  },
});

function isMessage({ kind, delivery }: OutboxRow): boolean {
  return kind !== 'reply' && kind !== 'update' && delivery !== 'retire';
}

/** Did it change an earlier message of its incident, instead of coming as one? */
function isChange(row: OutboxRow, rows: readonly OutboxRow[]): boolean {
  if (row.delivery === undefined || row.platformMessageId === undefined) return false;
  return rows.some(
    ({ groupId, sequence, platformMessageId }) =>
      groupId === row.groupId &&
      sequence < row.sequence &&
      platformMessageId === row.platformMessageId,
  );
}

/** What is not listed: counted, with what did not arrive of it. */
function othersText(rows: readonly OutboxRow[]): string | undefined {
  const replies = rows.filter(({ kind }) => kind === 'reply');
  const changes = rows.filter((row) => row.kind !== 'reply' && !isMessage(row));
  const parts = [
    ...counted(replies, 'answer', 'answers'),
    ...counted(changes, 'change of a message', 'changes of messages'),
  ];
  return parts.length === 0 ? undefined : `Not listed: ${parts.join(', ')}.`;
}

function counted(rows: readonly OutboxRow[], one: string, many: string): string[] {
  if (rows.length === 0) return [];
  const lost = rows.filter(({ state }) => state === 'refused' || state === 'expired').length;
  const count = `${rows.length} ${rows.length === 1 ? one : many}`;
  return [lost === 0 ? count : `${count} (${lost} did not arrive)`];
}

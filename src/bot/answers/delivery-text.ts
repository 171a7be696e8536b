import { formatUtc } from '../../alerts/format.ts';
import type { OutgoingMessage } from '../../alerts/model.ts';
import type { OutboxRow, OutboxState } from '../../store/store.ts';
import { readHistory } from '../delivery/attempt-note.ts';
import { shortLine } from '../text/short-line.ts';

const LONGEST_TITLE = 70;
const LONGEST_REASON = 120;

const KIND_WORDS: Readonly<Record<OutgoingMessage['kind'], string>> = {
  raise: 'warning',
  escalate: 'worse',
  repeat: 'reminder',
  update: 'new figures',
  'de-escalate': 'calmer',
  'all-clear': 'all-clear',
  blind: 'data gone',
  sighted: 'data back',
  'source-lost': 'source lost',
  'source-back': 'source back',
  'source-retired': 'source given up',
  test: 'test',
  greeting: 'greeting',
  summary: 'summary',
  reply: 'answer',
};

const STATE_WORDS: Readonly<Record<OutboxState, string>> = {
  pending: 'waiting to be sent',
  claimed: 'being sent',
  sent: 'arrived',
  refused: 'refused',
  expired: 'not sent in time, so no longer true',
  superseded: 'not sent, as something newer replaced it',
  unverified: 'may have arrived, perhaps twice',
};

/**
 * `2026-01-01 14:03 UTC, warning: ETH down 72/100 high (arrived)`; with the reason where there is
 * one. `changed`: it did not come as a message of its own, but changed an earlier one.
 */
export function deliveryLine(row: OutboxRow, changed: boolean): string {
  const title = shortLine(row.doc.title, LONGEST_TITLE);
  return `${formatUtc(row.createdAt)}, ${KIND_WORDS[row.kind]}: ${title} (${becameOf(row, changed)})`;
}

function becameOf(row: OutboxRow, changed: boolean): string {
  const { state } = row;
  if (state === 'sent') return changed ? 'changed the message before it' : STATE_WORDS.sent;
  // Between attempts the reason is a note of the delivery, with what it has to remember.
  const why = shortLine(readHistory(row).lastReason ?? row.reason ?? '', LONGEST_REASON);
  return why === '' ? STATE_WORDS[state] : `${STATE_WORDS[state]}: ${why}`;
}

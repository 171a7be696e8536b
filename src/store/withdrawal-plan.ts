import type { NoticeKind } from '../alerts/model.ts';
import type { OutboxTableRow } from './schema.ts';

/** What withdrawing looks at. */
export type WithdrawnRow = Pick<
  OutboxTableRow,
  | 'id'
  | 'group_id'
  | 'sequence'
  | 'kind'
  | 'retires'
  | 'delivery'
  | 'state'
  | 'settled_at'
  | 'uncertain'
  | 'platform_message_id'
>;

/** A message of an incident: what a notice became, or the edit that says nobody watches any more. */
export const INCIDENT_KINDS: readonly NoticeKind[] = [
  'raise',
  'escalate',
  'repeat',
  'update',
  'de-escalate',
  'all-clear',
  'blind',
  'sighted',
];

/** `<asset>-<side>-<time>-<rule>`, see `Incident.id`. */
const INCIDENT_ID = /^(.+)-(?:down|up)-[0-9a-z]+-[0-9a-z]+$/;

/** The asset of an incident's group. */
export function assetOfGroup(groupId: string): string | undefined {
  return INCIDENT_ID.exec(groupId)?.[1];
}

/** Those that have not ended yet; retirements follow the post they came with. */
export function waitingRows(rows: readonly WithdrawnRow[]): WithdrawnRow[] {
  return rows.filter((row) => row.retires === 0 && row.settled_at === null);
}

/**
 * The sequence for an edit that says that the message of this group is over; undefined when none
 * stands there (or may come to), or the one that does says already that it is over. `rows`: all of
 * one group in one chat.
 */
export function overSequence(rows: readonly WithdrawnRow[]): number | undefined {
  const waiting = new Set(waitingRows(rows).map(({ sequence }) => sequence));
  const [newest] = rows
    .filter((row) => row.retires === 0 && (hasArrived(row) || mayArrive(row)))
    .sort((a, b) => b.sequence - a.sequence);
  if (newest === undefined || (hasArrived(newest) && isEnd(newest, rows))) return undefined;
  const isOver = rows.some(
    (row) =>
      row.retires === 1 &&
      row.sequence > newest.sequence &&
      // That one tells of a newer message, and what waits takes its retirement along.
      row.kind !== 'escalate' &&
      !waiting.has(row.sequence) &&
      (row.settled_at === null || row.state === 'sent' || row.state === 'unverified'),
  );
  return isOver ? undefined : Math.max(...rows.map(({ sequence }) => sequence)) + 1;
}

function hasArrived(row: WithdrawnRow): boolean {
  return row.platform_message_id !== null;
}

function mayArrive(row: WithdrawnRow): boolean {
  return row.settled_at === null && row.uncertain === 1;
}

/** An incident that ended blind is told so by a post, which comes with a retirement. */
function isEnd({ kind, sequence }: WithdrawnRow, rows: readonly WithdrawnRow[]): boolean {
  if (kind === 'all-clear') return true;
  if (kind !== 'blind') return false;
  return rows.some((row) => row.retires === 1 && row.sequence === sequence && row.kind === kind);
}

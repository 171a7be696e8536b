import type { OutboxRow } from '../../store/store.ts';

/** What is remembered of earlier attempts at a message while it waits for the next one. */
export interface Trace {
  /** Posts after which it may have arrived: answer lost, or the process died while sending. */
  uncertain: number;
  /** Epoch ms of the first of them, as far as known. */
  uncertainSince?: number;
  /** An edit whose answer was lost: repeated freely, but it may stand there. */
  perhapsChanged: boolean;
  /** How often the platform said that the place has a new id. */
  moves: number;
}

/** The trace, and how the attempt before ended. */
export interface AttemptHistory extends Trace {
  /** The last attempt begun was never settled nor released: its process died. */
  abandoned: boolean;
  /** Why the last attempt did not succeed; absent before the first. */
  lastReason?: string;
}

const LONGEST_REASON = 300;

const NOTE =
  /^attempt (\d{1,9})(?:, moved (\d{1,9}) times?)?(?:, perhaps arrived (\d{1,9}) times?(?: since (\S{20,30}))?)?(, perhaps changed)?: /;

/**
 * The reason stored with a released message. It carries the number of attempts begun so far, so
 * that the next claim can tell "released by a living worker" from "left behind by a dead one".
 */
export function writeNote(attempts: number, trace: Trace, reason: string): string {
  const { uncertain, uncertainSince, perhapsChanged, moves } = trace;
  const moved = moves === 0 ? '' : `, moved ${times(moves)}`;
  const since =
    uncertainSince === undefined ? '' : ` since ${new Date(uncertainSince).toISOString()}`;
  const perhaps = uncertain === 0 ? '' : `, perhaps arrived ${times(uncertain)}${since}`;
  const changed = perhapsChanged ? ', perhaps changed' : '';
  return `attempt ${attempts}${moved}${perhaps}${changed}: ${reason.slice(0, LONGEST_REASON)}`;
}

/**
 * Reads the note of a claimed message. Of each attempt begun since the note was written nobody is
 * left who knows how it ended (processes can die one after the other): it counts as one whose answer
 * was lost.
 */
export function readHistory(
  row: Pick<OutboxRow, 'attempts' | 'reason' | 'createdAt'>,
): AttemptHistory {
  const match = NOTE.exec(row.reason ?? '');
  const left = Math.max(0, row.attempts - Number(match?.[1] ?? 0));
  const noted = Date.parse(match?.[4] ?? '');
  const uncertain = Number(match?.[3] ?? 0) + left;
  const lastReason = match === null ? '' : (row.reason ?? '').slice(match[0].length);
  const history: AttemptHistory = {
    uncertain,
    perhapsChanged: match?.[5] !== undefined,
    moves: Number(match?.[2] ?? 0),
    abandoned: left > 0,
  };
  // When the process died is not known: the earliest time it can have been is the careful guess.
  if (uncertain > 0) history.uncertainSince = Number.isNaN(noted) ? row.createdAt : noted;
  if (lastReason !== '') history.lastReason = lastReason;
  return history;
}

/** May the chat show this message already, as a post or an edit? */
export function mayStandThere(trace: Pick<Trace, 'uncertain' | 'perhapsChanged'>): boolean {
  return trace.uncertain > 0 || trace.perhapsChanged;
}

function times(count: number): string {
  return `${count} ${count === 1 ? 'time' : 'times'}`;
}

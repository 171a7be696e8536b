import type { OutboxRow } from '../../store/store.ts';

/** What earlier attempts at a message left behind. */
export interface AttemptHistory {
  /** Attempts after which it may have arrived: answer lost, or the process died with the claim. */
  uncertain: number;
  /** The claim before this one was never settled nor released: its process died. */
  abandoned: boolean;
}

const NOTE = /^attempt (\d{1,9})(?:, perhaps arrived (\d{1,9}) times?)?: /;

/**
 * The reason stored with a released message. It carries the number of the attempt, so that the
 * next claim can tell "released by a living worker" from "left behind by a dead one".
 */
export function writeNote(attempt: number, uncertain: number, reason: string): string {
  const perhaps =
    uncertain === 0 ? '' : `, perhaps arrived ${uncertain} ${uncertain === 1 ? 'time' : 'times'}`;
  return `attempt ${attempt}${perhaps}: ${reason.slice(0, 300)}`;
}

/** `row` as the store gave it on claim: `attempts` counts this claim too. */
export function readHistory(row: Pick<OutboxRow, 'attempts' | 'reason'>): AttemptHistory {
  const match = NOTE.exec(row.reason ?? '');
  const released = Number(match?.[1] ?? 0);
  const abandoned = row.attempts - 1 > released;
  return { uncertain: Number(match?.[2] ?? 0) + (abandoned ? 1 : 0), abandoned };
}

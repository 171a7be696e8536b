import { describeCause } from '../../errors.ts';
import type { Clock, Logger } from '../../ports.ts';
import type { OutboxRow, Store } from '../../store/store.ts';
import type { DeliveryOutcome } from '../platforms/platform.ts';
import { writeNote } from './attempt-note.ts';
import { isLouder } from './delivery-plan.ts';
import { retirementOf } from './retirement.ts';
import type { NextStep } from './retry-policy.ts';

export type RecordedStore = Pick<Store, 'outbox' | 'subscriptions' | 'places'>;

export interface RecorderParts {
  store: RecordedStore;
  workerId: string;
  clock: Clock;
  /** A fresh message id of at most 25 characters with each call. */
  nextId(): string;
  log: Logger;
}

/** What became of one message. */
export interface Ending {
  step: NextStep;
  /** Attempts begun so far. */
  attempts: number;
  /** Absent when nothing was handed over. */
  outcome?: DeliveryOutcome;
}

export interface StepRecorder {
  /** Writes what became of a message; when the store fails, keeps it for `flush`. Never throws. */
  record(row: OutboxRow, ending: Ending): Promise<void>;
  /** Writes what could not be written before. Throws the store's error while it still cannot. */
  flush(): Promise<void>;
  /** Is what became of this message still unwritten? It must then not be sent again. */
  holds(id: string): boolean;
}

/**
 * What was sent is known only here until the store has it, so it is kept in memory and written
 * before anything else is claimed: a store that is away for a minute causes no second copy.
 */
export function createStepRecorder(parts: RecorderParts): StepRecorder {
  const unwritten = new Map<string, () => Promise<void>>();
  return {
    async record(row, ending) {
      const write = writerOf(parts, row, ending);
      try {
        await write();
      } catch (error) {
        unwritten.set(row.id, write);
        const cause = describeCause(error);
        parts.log.error({ message: row.id, cause }, 'delivery not recorded, trying again');
      }
    },
    async flush() {
      for (const [id, write] of unwritten) {
        await write();
        unwritten.delete(id);
      }
    },
    holds: (id) => unwritten.has(id),
  };
}

/** Writes in order and, called again after a failure, goes on where it failed. */
function writerOf(parts: RecorderParts, row: OutboxRow, ending: Ending): () => Promise<void> {
  let steps = [
    retireReplaced(parts, row, ending.outcome),
    async () => logStep(parts.log, row, ending, await writeStep(parts, row, ending)),
    // Then the place: what is claimed does not move, and this message has to.
    () => movePlace(parts, row, ending.outcome),
    () => closeRooms(parts, row, ending.outcome),
  ];
  return async () => {
    for (const step of [...steps]) {
      await step();
      steps = steps.slice(1);
    }
  };
}

async function movePlace(
  { store, clock }: RecorderParts,
  { chat }: OutboxRow,
  outcome: DeliveryOutcome | undefined,
): Promise<void> {
  if (outcome?.kind !== 'moved') return;
  const place = { platform: chat.platform, chatId: chat.chatId };
  await store.places.move(place, outcome.toChatId, clock.now());
}

/**
 * Stored before the ending: after a crash between the two it is stored twice, which changes nothing.
 * It waits for the end of its post.
 */
function retireReplaced(
  { store, clock, nextId }: RecorderParts,
  row: OutboxRow,
  outcome: DeliveryOutcome | undefined,
): () => Promise<void> {
  if (outcome?.kind !== 'sent' || !isLouder(row)) return async () => {};
  const retirement = retirementOf(row, nextId(), clock.now());
  return async () => await store.outbox.enqueue([retirement]);
}

async function writeStep(
  { store, workerId, clock }: RecorderParts,
  row: OutboxRow,
  { step, attempts }: Ending,
): Promise<boolean> {
  const at = clock.now();
  if (step.kind === 'settle') {
    const { kind: _, ...final } = step;
    return await store.outbox.settle(row.id, workerId, final, at);
  }
  const note = writeNote(attempts, step.trace, step.reason);
  // One that may have arrived is not superseded: how it ended has to be found out.
  const { uncertain, perhapsChanged } = step.trace;
  const { nextAttemptAt } = step;
  const keep = uncertain > 0;
  return await store.outbox.release(
    row.id,
    workerId,
    nextAttemptAt,
    note,
    at,
    keep,
    perhapsChanged,
  );
}

async function closeRooms(
  { store, clock }: RecorderParts,
  { chat }: OutboxRow,
  outcome: DeliveryOutcome | undefined,
): Promise<void> {
  if (outcome?.kind !== 'refused') return;
  const { reason } = outcome;
  if (outcome.wholePlace === true) {
    const place = { platform: chat.platform, chatId: chat.chatId };
    await store.places.leave(place, reason, clock.now());
  } else if (outcome.closeChat) {
    await store.subscriptions.closeChat(chat, reason, clock.now());
  }
}

function logStep(log: Logger, row: OutboxRow, { step, attempts }: Ending, kept: boolean): void {
  const fields = {
    message: row.id,
    kind: row.kind,
    attempt: attempts,
    to: step.kind === 'settle' ? step.state : 'retry',
    ...(step.reason === undefined ? {} : { reason: step.reason }),
  };
  if (!kept) log.warn(fields, 'message was no longer claimed by this worker');
  else if (fields.to === 'sent') log.info(fields, 'message delivered');
  else if (fields.to === 'superseded') log.info(fields, 'message superseded');
  else if (fields.to === 'unverified') log.warn(fields, 'message perhaps delivered');
  else log.warn(fields, 'message not delivered');
}

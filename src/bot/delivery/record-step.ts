import { describeCause } from '../../errors.ts';
import type { Clock, Logger } from '../../ports.ts';
import type { OutboxRow, Store } from '../../store/store.ts';
import type { DeliveryOutcome } from '../platforms/platform.ts';
import { writeNote } from './attempt-note.ts';
import type { NextStep } from './retry-policy.ts';

type RecordedStore = Pick<Store, 'outbox' | 'subscriptions'>;

export interface RecorderParts {
  store: RecordedStore;
  workerId: string;
  clock: Clock;
  log: Logger;
}

export interface StepRecorder {
  /** Writes what became of a message; when the store fails, keeps it for `flush`. Never throws. */
  record(row: OutboxRow, step: NextStep, outcome?: DeliveryOutcome): Promise<void>;
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
    async record(row, step, outcome) {
      const write = () => writeStep(parts, row, step, outcome);
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

async function writeStep(
  parts: RecorderParts,
  row: OutboxRow,
  step: NextStep,
  outcome: DeliveryOutcome | undefined,
): Promise<void> {
  const { store, workerId, clock, log } = parts;
  const kept =
    step.kind === 'release'
      ? await store.outbox.release(
          row.id,
          workerId,
          step.nextAttemptAt,
          writeNote(row.attempts, step.uncertain, step.reason),
          clock.now(),
        )
      : await store.outbox.settle(row.id, workerId, finalOf(step), clock.now());
  const closes = outcome?.kind === 'refused' && outcome.closeChat;
  if (closes) await store.subscriptions.closeChat(row.chat, outcome.reason, clock.now());
  logStep(log, row, step, kept);
}

function finalOf(step: Extract<NextStep, { kind: 'settle' }>) {
  const { kind: _, ...final } = step;
  return final;
}

function logStep(log: Logger, row: OutboxRow, step: NextStep, kept: boolean): void {
  const fields = {
    message: row.id,
    kind: row.kind,
    attempt: row.attempts,
    to: step.kind === 'settle' ? step.state : 'retry',
    ...(step.reason === undefined ? {} : { reason: step.reason }),
  };
  if (!kept) log.warn(fields, 'message was no longer claimed by this worker');
  else if (step.kind === 'settle' && step.state === 'sent') log.info(fields, 'message delivered');
  else log.warn(fields, 'message not delivered');
}

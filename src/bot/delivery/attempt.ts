import { describeCause } from '../../errors.ts';
import type { Clock, Logger, Random } from '../../ports.ts';
import type { OutboxRow, OutboxStore } from '../../store/store.ts';
import type { DrawFigure } from '../charts/draw-outcome.ts';
import type { DeliveryOutcome, Platform } from '../platforms/platform.ts';
import { type AttemptHistory, readHistory } from './attempt-note.ts';
import { endBeforeSending, factsOf } from './before-sending.ts';
import { type DeliveryPlan, planDelivery } from './delivery-plan.ts';
import { drawnUnlessStopped } from './draw-cache.ts';
import type { Gate, Permit } from './gate.ts';
import { handOver } from './hand-over.ts';
import { type NextStep, nextStep } from './retry-policy.ts';
import type { DeliverySettings } from './settings.ts';

export interface AttemptParts {
  platform: Pick<Platform, 'limits' | 'send' | 'id'>;
  outbox: Pick<OutboxStore, 'begin'>;
  workerId: string;
  gate: Gate;
  /** Never rejects. */
  drawFigure: DrawFigure;
  clock: Clock;
  /** Real time, for the deadline of sending. */
  wireClock: Clock;
  log: Logger;
  random: Random;
  settings: DeliverySettings;
  /** This message is no longer waiting: it is handed to the platform now. */
  onStart(id: string): void;
}

export type AttemptResult =
  /** `attempts`: begun so far, with this one when something was handed over (`outcome`). */
  | { kind: 'ended'; step: NextStep; attempts: number; outcome?: DeliveryOutcome }
  /** Nothing was handed over, and it has to wait for another turn. */
  | { kind: 'given-back'; history: AttemptHistory; reason: string }
  /** It is not ours any more. */
  | { kind: 'lost' };

type Sendable = Exclude<DeliveryPlan, { kind: 'nothing' }>;

/**
 * One claimed message: draws its chart, waits for its turn, marks it begun, hands it to the
 * platform and says what becomes of it. Never throws, and of the store it writes nothing but the
 * beginning. An attempt left behind by a dead process counts as one whose answer was lost.
 *
 * `stop` ends the waiting; `cutOff` ends a send under way.
 */
export async function attemptDelivery(
  row: OutboxRow,
  parts: AttemptParts,
  stop: AbortSignal,
  cutOff: AbortSignal,
): Promise<AttemptResult> {
  const history = readHistory(row);
  const plan = planDelivery(row, parts.platform.limits);
  const ended = (step: NextStep): AttemptResult => ({
    kind: 'ended',
    step,
    attempts: row.attempts,
  });
  const early = endBeforeSending(row, plan, history, parts);
  if (early !== undefined) return ended(early);
  if (plan.kind === 'nothing') {
    return ended({ kind: 'settle', state: 'superseded', reason: plan.reason });
  }
  const png = await drawnUnlessStopped(row.doc.figure, parts.drawFigure, stop);
  const permit = await parts.gate.pass(row.chat, stop);
  if (permit === undefined) return { kind: 'given-back', history, reason: 'waiting for its turn' };
  const begun = await begin(row, plan, history, permit, parts);
  if (begun !== undefined) return begun;
  return await send(row, plan, history, png, parts, stop, cutOff);
}

/** Undefined when it was begun and its permit is used: it must be handed over now. */
async function begin(
  row: OutboxRow,
  plan: Sendable,
  history: AttemptHistory,
  permit: Permit,
  parts: AttemptParts,
): Promise<AttemptResult | undefined> {
  const late = endBeforeSending(row, plan, history, parts);
  if (late !== undefined) {
    permit.cancelled();
    return { kind: 'ended', step: late, attempts: row.attempts };
  }
  try {
    if (!(await parts.outbox.begin(row.id, parts.workerId))) {
      permit.cancelled();
      return { kind: 'lost' };
    }
  } catch (error) {
    permit.cancelled();
    const fields = { message: row.id, cause: describeCause(error) };
    parts.log.error(fields, 'message not sent: its beginning could not be recorded');
    return { kind: 'given-back', history, reason: 'the database could not be written' };
  }
  // Waiting for the disk takes time too; an alert must not arrive after it stopped being true.
  const tooLate = endBeforeSending(row, plan, history, parts);
  if (tooLate !== undefined) {
    permit.cancelled();
    return { kind: 'ended', step: tooLate, attempts: row.attempts + 1 };
  }
  permit.started();
  parts.onStart(row.id);
  return undefined;
}

async function send(
  row: OutboxRow,
  plan: Sendable,
  history: AttemptHistory,
  png: Uint8Array | undefined,
  parts: AttemptParts,
  stop: AbortSignal,
  cutOff: AbortSignal,
): Promise<AttemptResult> {
  const startedAt = parts.clock.now();
  const outcome = await handOver(row, plan, png, parts, cutOff);
  if (plan.kind === 'edit' && plan.orPost && outcome.kind === 'gone') {
    return await postInstead(row, history, png, parts, stop, cutOff);
  }
  const attempt = row.attempts + 1;
  const isEdit = plan.kind === 'edit';
  const facts = { ...factsOf(row, history, parts), attempt, isEdit, startedAt };
  const step = nextStep(outcome, facts, parts.settings, parts.random);
  return { kind: 'ended', step, attempts: attempt, outcome };
}

/** The message to be changed is gone: within the same attempt it is posted anew, at the same pace. */
async function postInstead(
  row: OutboxRow,
  history: AttemptHistory,
  png: Uint8Array | undefined,
  parts: AttemptParts,
  stop: AbortSignal,
  cutOff: AbortSignal,
): Promise<AttemptResult> {
  const plan: Sendable = { kind: 'post' };
  const attempts = row.attempts + 1;
  const permit = await parts.gate.pass(row.chat, stop);
  if (permit === undefined) {
    const reason = 'the message to be changed is gone, waiting to be posted';
    const nextAttemptAt = parts.clock.now();
    const step: NextStep = { kind: 'release', nextAttemptAt, trace: history, reason };
    return { kind: 'ended', step, attempts };
  }
  const late = endBeforeSending(row, plan, history, parts);
  if (late !== undefined) {
    permit.cancelled();
    return { kind: 'ended', step: late, attempts };
  }
  permit.started();
  return await send(row, plan, history, png, parts, stop, cutOff);
}

import type { ChatRef } from '../../alerts/model.ts';
import type { OutboxRow } from '../../store/store.ts';
import type { DeliveryOutcome } from '../platforms/platform.ts';
import { type AttemptParts, attemptDelivery } from './attempt.ts';
import type { AttemptHistory } from './attempt-note.ts';
import type { ChatPace } from './chat-pace.ts';
import type { PlatformPace } from './platform-pace.ts';
import type { StepRecorder } from './record-step.ts';

export interface DeliverParts extends AttemptParts {
  platformPace: PlatformPace;
  chatPace: ChatPace;
  recorder: StepRecorder;
  /** An outcome's kind, or `failed` when nothing was tried. */
  onAttempt?(outcome: DeliveryOutcome['kind'] | 'failed'): void;
}

/** One claimed message to its end: attempted, its pauses noted, its ending recorded. Never rejects. */
export async function deliverOne(
  row: OutboxRow,
  parts: DeliverParts,
  stop: AbortSignal,
  cutOff: AbortSignal,
): Promise<void> {
  const result = await attemptDelivery(row, parts, stop, cutOff);
  if (result.kind === 'lost') {
    parts.log.warn({ message: row.id }, 'message was no longer claimed by this worker');
    return;
  }
  if (result.kind === 'given-back') {
    await giveBack(row, result.history, result.reason, parts);
    return;
  }
  const { outcome } = result;
  if (outcome?.kind === 'retry') hold(row.chat, outcome, parts);
  parts.onAttempt?.(outcome?.kind ?? 'failed');
  await parts.recorder.record(row, result);
}

async function giveBack(
  row: OutboxRow,
  trace: AttemptHistory,
  reason: string,
  parts: DeliverParts,
): Promise<void> {
  const heldMs = Math.max(0, parts.platformPace.heldUntil() - parts.wireClock.now());
  const nextAttemptAt = Math.ceil(parts.clock.now() + heldMs);
  const kept = trace.lastReason ?? reason;
  const step = { kind: 'release' as const, nextAttemptAt, trace, reason: kept };
  await parts.recorder.record(row, { step, attempts: row.attempts });
}

/** Held in real time as well: the platform's wish does not end sooner on a simulated clock. */
function hold(
  chat: ChatRef,
  { afterMs, scope, platformAfterMs }: Extract<DeliveryOutcome, { kind: 'retry' }>,
  parts: DeliverParts,
): void {
  const now = parts.wireClock.now();
  const everybodyMs = scope === 'platform' ? afterMs : platformAfterMs;
  if (scope === undefined || scope === 'chat') parts.chatPace.hold(chat, now + afterMs);
  if (everybodyMs === undefined) return;
  parts.platformPace.hold(now + everybodyMs);
  parts.gate.holdChanged();
}

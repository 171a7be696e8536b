import { kindOfError } from '../../errors.ts';
import type { Clock, Logger } from '../../ports.ts';
import type { OutboxRow } from '../../store/store.ts';
import type { DeliveryOutcome, Platform, PlatformMessage } from '../platforms/platform.ts';
import type { DeliveryPlan } from './delivery-plan.ts';
import type { DeliverySettings } from './settings.ts';
import { withDeadline } from './with-deadline.ts';

export interface HandOverParts {
  platform: Pick<Platform, 'send' | 'id'>;
  clock: Clock;
  wireClock: Clock;
  log: Logger;
  settings: Pick<DeliverySettings, 'sendDeadlineMs'>;
}

/** Below high nobody is woken. */
const SOUND_FROM_SEVERITY = 2;

/**
 * Gives a message to the platform and waits for its answer, at most until the deadline or the end
 * of the message's life: what is let go then is `unknown`. Never throws.
 */
export async function handOver(
  row: OutboxRow,
  plan: Exclude<DeliveryPlan, { kind: 'nothing' }>,
  png: Uint8Array | undefined,
  parts: HandOverParts,
  cutOff: AbortSignal,
): Promise<DeliveryOutcome> {
  const { platform, wireClock, settings, log } = parts;
  const leftMs = row.expiresAt - parts.clock.now();
  try {
    return await withDeadline<DeliveryOutcome>(
      wireClock,
      Math.min(settings.sendDeadlineMs, leftMs),
      cutOff,
      (signal) => platform.send(messageOf(row, plan, png), signal),
      () => ({ kind: 'unknown', reason: `no answer from ${platform.id} in time` }),
    );
  } catch (error) {
    // The platform broke its contract; whether the message left is anybody's guess.
    log.error({ message: row.id, platform: platform.id, cause: kindOfError(error) }, 'send threw');
    return { kind: 'unknown', reason: `sending to ${platform.id} failed unexpectedly` };
  }
}

function messageOf(
  row: OutboxRow,
  plan: Exclude<DeliveryPlan, { kind: 'nothing' }>,
  png: Uint8Array | undefined,
): PlatformMessage {
  const message: PlatformMessage = {
    id: row.id,
    chat: row.chat,
    doc: row.doc,
    silent: row.severity < SOUND_FROM_SEVERITY,
    severity: row.severity,
    kind: row.kind,
  };
  if (png !== undefined) message.png = png;
  if (plan.kind === 'edit') message.editOf = plan.editOf;
  else if (plan.replyTo !== undefined) message.replyTo = plan.replyTo;
  return message;
}

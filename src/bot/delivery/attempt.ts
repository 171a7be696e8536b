import { describeCause } from '../../errors.ts';
import type { Clock, Logger, Random } from '../../ports.ts';
import type { OutboxRow } from '../../store/store.ts';
import type { DrawFigure } from '../charts/draw-outcome.ts';
import type { DeliveryOutcome, Platform, PlatformMessage } from '../platforms/platform.ts';
import { type AttemptHistory, readHistory } from './attempt-note.ts';
import { endOfTime, mayRepeat, type NextStep, nextStep } from './retry-policy.ts';
import type { DeliverySettings } from './settings.ts';
import { withDeadline } from './with-deadline.ts';

export interface AttemptParts {
  platform: Pick<Platform, 'limits' | 'send' | 'id'>;
  drawFigure: DrawFigure;
  clock: Clock;
  /** Runs the deadlines of drawing and sending: threads and sockets live in real time. */
  deadlineClock: Clock;
  log: Logger;
  random: Random;
  settings: DeliverySettings;
}

export interface AttemptResult {
  step: NextStep;
  /** Absent when nothing was handed to the platform. */
  outcome?: DeliveryOutcome;
}

/** Below high nobody is woken. */
const SOUND_FROM_SEVERITY = 2;

/**
 * One claimed message: draws its chart, sends it, and says what becomes of it. Never throws, writes
 * nothing. A claim left behind by a dead process counts as an attempt whose answer was lost: on a
 * platform that knows the id it is sent again, elsewhere only when high or critical and only once.
 */
export async function attemptDelivery(
  row: OutboxRow,
  parts: AttemptParts,
  stop: AbortSignal,
): Promise<AttemptResult> {
  const history = readHistory(row);
  const early = endBeforeSending(row, history, parts);
  if (early !== undefined) return { step: early };
  const png = await drawn(row, parts, stop);
  // Drawing takes time; an alert must not arrive after it stopped being true.
  const late = endBeforeSending(row, history, parts);
  if (late !== undefined) return { step: late };
  const message: PlatformMessage = {
    id: row.id,
    chat: row.chat,
    doc: row.doc,
    silent: row.severity < SOUND_FROM_SEVERITY,
    ...(png === undefined ? {} : { png }),
  };
  const outcome = await sent(message, parts, stop);
  const step = nextStep(outcome, factsOf(row, history, parts), parts.settings, parts.random);
  return { step, outcome };
}

function factsOf(row: OutboxRow, history: AttemptHistory, parts: AttemptParts) {
  return {
    attempt: row.attempts,
    uncertain: history.uncertain,
    severity: row.severity,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    now: parts.clock.now(),
    retriesAreIdempotent: parts.platform.limits.retriesAreIdempotent,
  };
}

function endBeforeSending(
  row: OutboxRow,
  history: AttemptHistory,
  parts: AttemptParts,
): NextStep | undefined {
  const facts = factsOf(row, history, parts);
  if (facts.now >= row.expiresAt) return endOfTime(history.uncertain, 'too old to be sent');
  if (history.uncertain > 0 && !mayRepeat(facts, parts.settings)) {
    const reason = 'the service stopped while this was being sent';
    return { kind: 'settle', state: 'unverified', reason };
  }
  return undefined;
}

async function drawn(
  row: OutboxRow,
  parts: AttemptParts,
  stop: AbortSignal,
): Promise<Uint8Array | undefined> {
  const { figure } = row.doc;
  if (figure === undefined) return undefined;
  const { deadlineClock, settings, log } = parts;
  try {
    const outcome = await withDeadline(
      deadlineClock,
      settings.drawDeadlineMs,
      stop,
      () => parts.drawFigure(figure),
      () => ({ kind: 'failed' as const, reason: 'took too long' }),
    );
    if (outcome.kind === 'drawn') return outcome.png;
    log.warn({ message: row.id, reason: outcome.reason }, 'chart not drawn, sending the text');
  } catch (error) {
    const reason = describeCause(error);
    log.warn({ message: row.id, reason }, 'chart not drawn, sending the text');
  }
  return undefined;
}

async function sent(
  message: PlatformMessage,
  parts: AttemptParts,
  stop: AbortSignal,
): Promise<DeliveryOutcome> {
  const { platform, deadlineClock, settings } = parts;
  try {
    return await withDeadline<DeliveryOutcome>(
      deadlineClock,
      settings.sendDeadlineMs,
      stop,
      (signal) => platform.send(message, signal),
      () => ({ kind: 'unknown', reason: `no answer from ${platform.id} in time` }),
    );
  } catch (error) {
    // The platform broke its contract; whether the message left is anybody's guess.
    const cause = describeCause(error);
    parts.log.error({ message: message.id, platform: platform.id, cause }, 'send threw');
    return { kind: 'unknown', reason: `sending to ${platform.id} failed unexpectedly` };
  }
}

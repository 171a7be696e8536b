import type { Random } from '../../ports.ts';
import type { FinalState } from '../../store/store.ts';
import type { DeliveryOutcome } from '../platforms/platform.ts';
import { mayStandThere, type Trace } from './attempt-note.ts';
import type { DeliverySettings } from './settings.ts';

/** What becomes of a message after an attempt, or instead of one. */
export type NextStep =
  | { kind: 'settle'; state: FinalState; reason?: string; platformMessageId?: string }
  | { kind: 'release'; nextAttemptAt: number; trace: Trace; reason: string };

export interface AttemptFacts {
  /** Attempts begun, this one included: 1 for the first. */
  attempt: number;
  /** What earlier attempts left behind, this one left out. */
  trace: Trace;
  /** Was this one an edit? Those can be repeated without a second copy. */
  isEdit: boolean;
  severity: number;
  expiresAt: number;
  /** When this attempt was handed over, and now that its outcome is known; epoch ms. */
  startedAt: number;
  now: number;
  retriesAreIdempotent: boolean;
}

/** What is known of a message that waits for its next attempt. */
type WaitingFacts = Omit<AttemptFacts, 'attempt' | 'isEdit' | 'expiresAt' | 'startedAt'>;

type PolicySettings = Pick<DeliverySettings, 'retryBaseMs' | 'retryMaxMs' | 'idempotenceWindowMs'>;

/** Repeats the platform itself would recognise; after these the connection is the problem. */
const IDEMPOTENT_REPEATS = 4;

/** A place that moves again and again is tried again with growing waits. */
const MOVES_AT_ONCE = 3;

/**
 * May a post that has perhaps arrived be sent again? While the platform recognises the id: a few
 * times. Else once, and only for high and critical: a warning twice is better than never, anything
 * less is better once than twice.
 */
export function mayRepeat(
  facts: WaitingFacts,
  settings: Pick<PolicySettings, 'idempotenceWindowMs'>,
): boolean {
  const { uncertain } = facts.trace;
  if (isRecognised(facts, settings) && uncertain <= IDEMPOTENT_REPEATS) return true;
  return facts.severity >= 2 && uncertain <= 1;
}

/**
 * Turns the outcome of an attempt into what the outbox records. `sent`, `refused` and `gone` are
 * final; `retry` goes on until expiry; `unknown` as `mayRepeat` says, an edit until expiry.
 */
export function nextStep(
  outcome: DeliveryOutcome,
  facts: AttemptFacts,
  settings: PolicySettings,
  random: Random,
): NextStep {
  const { trace, now } = facts;
  switch (outcome.kind) {
    case 'sent':
      return sentStep(outcome.platformMessageId, facts, settings);
    case 'refused':
      if (!mayStandThere(trace)) return settled('refused', outcome.reason);
      return settled('unverified', `may have arrived before; then refused: ${outcome.reason}`);
    case 'gone':
      return settled('superseded', `nothing to change: ${outcome.reason}`);
    case 'moved': {
      const moved = { ...trace, moves: trace.moves + 1 };
      const waitMs = moved.moves <= MOVES_AT_ONCE ? 0 : backoffMs(facts.attempt, settings, random);
      return releaseOrEnd(now + waitMs, moved, facts, outcome.reason);
    }
    case 'retry': {
      const backoff = withinLife(backoffMs(facts.attempt, settings, random), facts, settings);
      return releaseOrEnd(now + Math.max(outcome.afterMs, backoff), trace, facts, outcome.reason);
    }
    case 'unknown':
      return unknownStep(outcome.reason, facts, settings, random);
  }
}

/** Exponential with jitter between half and the whole: base, 2 base, 4 base … at most `retryMaxMs`. */
export function backoffMs(
  attempt: number,
  settings: Pick<PolicySettings, 'retryBaseMs' | 'retryMaxMs'>,
  random: Random,
): number {
  const fullMs = Math.min(
    settings.retryMaxMs,
    settings.retryBaseMs * 2 ** Math.max(0, attempt - 1),
  );
  return Math.round(fullMs * (0.5 + random() / 2));
}

/** How a message ends whose time is up before it could be tried (again), and why it was not sent. */
export function endOfTime(trace: Trace, reason: string | undefined): NextStep {
  if (mayStandThere(trace)) {
    return settled('unverified', `may have arrived: ${reason ?? 'its answer was lost'}`);
  }
  return settled('expired', `expired: ${reason ?? 'its turn did not come in time'}`);
}

function sentStep(
  platformMessageId: string,
  facts: AttemptFacts,
  settings: PolicySettings,
): NextStep {
  const twice = !facts.isEdit && facts.trace.uncertain > 0 && !isRecognised(facts, settings);
  if (!twice) return { kind: 'settle', state: 'sent', platformMessageId };
  const reason = 'sent again after an attempt whose answer was lost: it may stand there twice';
  return { kind: 'settle', state: 'unverified', reason, platformMessageId };
}

function unknownStep(
  reason: string,
  facts: AttemptFacts,
  settings: PolicySettings,
  random: Random,
): NextStep {
  const { now } = facts;
  if (facts.isEdit) {
    const wait = withinLife(backoffMs(facts.attempt, settings, random), facts, settings);
    return releaseOrEnd(now + wait, { ...facts.trace, perhapsChanged: true }, facts, reason);
  }
  const uncertain = facts.trace.uncertain + 1;
  const uncertainSince = facts.trace.uncertainSince ?? facts.startedAt;
  const trace = { ...facts.trace, uncertain, uncertainSince };
  if (!mayRepeat({ ...facts, trace }, settings)) return settled('unverified', reason);
  const wait = withinLife(backoffMs(uncertain, settings, random), facts, settings);
  return releaseOrEnd(now + wait, trace, facts, reason);
}

/** Would the platform see a repeat of this post as the one it knows? */
function isRecognised(
  { retriesAreIdempotent, trace, now }: WaitingFacts,
  settings: Pick<PolicySettings, 'idempotenceWindowMs'>,
): boolean {
  return (
    retriesAreIdempotent && now - (trace.uncertainSince ?? now) <= settings.idempotenceWindowMs
  );
}

/**
 * A wait of our own never reaches past the end of the message: half of what is left at most, so
 * that a warning is tried to the last while an outage lasts.
 */
function withinLife(waitMs: number, facts: AttemptFacts, settings: PolicySettings): number {
  const leftMs = facts.expiresAt - facts.now;
  return Math.min(waitMs, Math.max(leftMs / 2, settings.retryBaseMs / 2));
}

function releaseOrEnd(
  nextAttemptAt: number,
  trace: Trace,
  facts: AttemptFacts,
  reason: string,
): NextStep {
  if (nextAttemptAt >= facts.expiresAt) return endOfTime(trace, reason);
  return { kind: 'release', nextAttemptAt: Math.floor(nextAttemptAt), trace, reason };
}

function settled(state: FinalState, reason: string): NextStep {
  return { kind: 'settle', state, reason };
}

import type { Random } from '../../ports.ts';
import type { FinalState } from '../../store/store.ts';
import type { DeliveryOutcome } from '../platforms/platform.ts';
import type { DeliverySettings } from './settings.ts';

/** What becomes of a message after an attempt. */
export type NextStep =
  | { kind: 'settle'; state: FinalState; reason?: string; platformMessageId?: string }
  | { kind: 'release'; nextAttemptAt: number; uncertain: number; reason: string };

export interface AttemptFacts {
  /** 1 for the first. */
  attempt: number;
  /** Attempts, this one left out, after which the message may have arrived. */
  uncertain: number;
  severity: number;
  createdAt: number;
  expiresAt: number;
  now: number;
  retriesAreIdempotent: boolean;
}

type PolicySettings = Pick<DeliverySettings, 'retryBaseMs' | 'retryMaxMs' | 'idempotenceWindowMs'>;

/** Repeats the platform itself would recognise; after these the connection is the problem. */
const IDEMPOTENT_REPEATS = 4;

/**
 * May a message that has perhaps arrived `uncertain` times be sent again? While the platform
 * recognises the id: a few times. Else once, and only for high and critical: a warning twice is
 * better than never, anything less is better once than twice.
 */
export function mayRepeat(
  facts: Omit<AttemptFacts, 'attempt'>,
  settings: Pick<PolicySettings, 'idempotenceWindowMs'>,
): boolean {
  const recognised =
    facts.retriesAreIdempotent && facts.now - facts.createdAt <= settings.idempotenceWindowMs;
  if (recognised && facts.uncertain <= IDEMPOTENT_REPEATS) return true;
  return facts.severity >= 2 && facts.uncertain <= 1;
}

/**
 * Turns the outcome of an attempt into what the outbox records.
 * sent and refused are final; retry goes on until expiry; unknown as `mayRepeat` says.
 */
export function nextStep(
  outcome: DeliveryOutcome,
  facts: AttemptFacts,
  settings: PolicySettings,
  random: Random,
): NextStep {
  switch (outcome.kind) {
    case 'sent':
      return { kind: 'settle', state: 'sent', platformMessageId: outcome.platformMessageId };
    case 'refused':
      return { kind: 'settle', state: 'refused', reason: outcome.reason };
    case 'retry': {
      const waitMs = Math.max(outcome.afterMs, backoffMs(facts.attempt, settings, random));
      return releaseOrEnd(facts.now + waitMs, facts.uncertain, facts, outcome.reason);
    }
    case 'unknown': {
      const uncertain = facts.uncertain + 1;
      if (!mayRepeat({ ...facts, uncertain }, settings)) {
        return { kind: 'settle', state: 'unverified', reason: outcome.reason };
      }
      const waitMs = backoffMs(uncertain, settings, random);
      return releaseOrEnd(facts.now + waitMs, uncertain, facts, outcome.reason);
    }
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

/** How a message ends whose time is up before it could be tried (again). */
export function endOfTime(uncertain: number, reason: string): NextStep {
  return { kind: 'settle', state: uncertain > 0 ? 'unverified' : 'expired', reason };
}

function releaseOrEnd(
  nextAttemptAt: number,
  uncertain: number,
  facts: AttemptFacts,
  reason: string,
): NextStep {
  if (nextAttemptAt >= facts.expiresAt) return endOfTime(uncertain, reason);
  return { kind: 'release', nextAttemptAt, uncertain, reason };
}

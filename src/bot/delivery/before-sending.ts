import type { Clock } from '../../ports.ts';
import type { OutboxRow } from '../../store/store.ts';
import type { PlatformLimits } from '../platforms/platform.ts';
import type { AttemptHistory } from './attempt-note.ts';
import type { DeliveryPlan } from './delivery-plan.ts';
import { type AttemptFacts, endOfTime, mayRepeat, type NextStep } from './retry-policy.ts';
import type { DeliverySettings } from './settings.ts';

interface FactsParts {
  platform: { limits: Pick<PlatformLimits, 'retriesAreIdempotent'> };
  clock: Clock;
  settings: Pick<DeliverySettings, 'idempotenceWindowMs'>;
}

/** What the retry policy asks about, as of now. */
export function factsOf(
  row: OutboxRow,
  history: AttemptHistory,
  parts: FactsParts,
): Omit<AttemptFacts, 'attempt' | 'isEdit' | 'startedAt'> {
  return {
    trace: history,
    severity: row.severity,
    expiresAt: row.expiresAt,
    now: parts.clock.now(),
    retriesAreIdempotent: parts.platform.limits.retriesAreIdempotent,
  };
}

/** How a message ends without being sent (again): out of time, or a post that may have arrived. */
export function endBeforeSending(
  row: OutboxRow,
  plan: DeliveryPlan,
  history: AttemptHistory,
  parts: FactsParts,
): NextStep | undefined {
  const facts = factsOf(row, history, parts);
  if (facts.now >= row.expiresAt) return endOfTime(history, history.lastReason);
  const isPostAgain = plan.kind === 'post' && history.uncertain > 0;
  if (!isPostAgain || mayRepeat(facts, parts.settings)) return undefined;
  const reason = history.abandoned
    ? 'the service stopped while this was being sent: it may have arrived'
    : `may have arrived: ${history.lastReason ?? 'its answer was lost'}`;
  return { kind: 'settle', state: 'unverified', reason };
}

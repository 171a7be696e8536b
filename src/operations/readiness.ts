import type { Platform } from '../bot/platforms/platform.ts';
import type { Config } from '../config/schema.ts';
import { describeCause } from '../errors.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { Readiness } from './http-server.ts';

/** An evaluation may be this many periods late before the service counts as stuck. */
const LATE_PERIODS = 3;
/** A due message this old means that delivery is stuck, ms. */
const OLDEST_DUE_MS = 5 * 60_000;

interface ReadinessInputs {
  pipeline: Pick<Pipeline, 'lastEvaluationAt'>;
  store: Pick<Store, 'checkWritable' | 'outbox'>;
  platforms: readonly Pick<Platform, 'id' | 'state'>[];
  clock: Pick<Clock, 'now'>;
  config: Pick<Config, 'evaluation'>;
}

/** Does the service do its work? Everything that does not is named. */
export function createReadiness(inputs: ReadinessInputs): () => Promise<Readiness> {
  const { pipeline, store, platforms, clock } = inputs;
  const lateAfterMs = LATE_PERIODS * inputs.config.evaluation.periodSeconds * 1000;
  return async () => {
    const now = clock.now();
    const problems: string[] = [];
    const lastEvaluationAt = pipeline.lastEvaluationAt();
    if (lastEvaluationAt === undefined) problems.push('no evaluation yet');
    else if (now - lastEvaluationAt > lateAfterMs) {
      problems.push(`the last evaluation is ${Math.round((now - lastEvaluationAt) / 1000)} s old`);
    }
    const oldestDueAgeMs = await outboxAge(store, now, problems);
    const connected = platforms.map((platform) => ({ id: platform.id, ...platform.state() }));
    for (const platform of connected) {
      if (platform.state === 'connected') continue;
      const why = platform.detail === undefined ? '' : `: ${platform.detail}`;
      problems.push(`${platform.id} is ${platform.state}${why}`);
    }
    return {
      ready: problems.length === 0,
      problems,
      details: {
        lastEvaluationAt: lastEvaluationAt ?? null,
        outboxOldestDueAgeMs: oldestDueAgeMs ?? null,
        platforms: Object.fromEntries(connected.map(({ id, state }) => [id, state])),
      },
    };
  };
}

async function outboxAge(
  store: ReadinessInputs['store'],
  now: number,
  problems: string[],
): Promise<number | undefined> {
  try {
    await store.checkWritable();
    const ageMs = await store.outbox.oldestDueAgeMs(now);
    if (ageMs > OLDEST_DUE_MS) {
      problems.push(`the oldest unsent message is ${Math.round(ageMs / 1000)} s old`);
    }
    return ageMs;
  } catch (error) {
    problems.push(`the database does not work: ${describeCause(error)}`);
    return undefined;
  }
}

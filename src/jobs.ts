import type { Config } from './config/schema.ts';
import type { Pipeline } from './pipeline/pipeline.ts';
import type { SourceRuntime } from './pipeline/source-runtime.ts';
import type { Job } from './scheduler.ts';

interface JobInputs {
  config: Config;
  sources: readonly SourceRuntime[];
  pipeline: Pipeline;
  evaluate(): Promise<void>;
  readHistory(signal: AbortSignal): Promise<void>;
  prune(): Promise<void>;
}

/** Seconds between the places of neighbouring sources, so that not everything fires at once. */
const SPREAD_SECONDS = 9;

/**
 * The job table: sources spread over their period, the evaluation after them, then housekeeping.
 * node-cron drives it in real time, the simulated clock in simulated time.
 */
export function jobTable(inputs: JobInputs): Job[] {
  const { config, sources, pipeline } = inputs;
  const jobs: Job[] = [];
  sources.forEach((source, index) => {
    const place = index * SPREAD_SECONDS;
    const { id, kind } = source.adapter;
    jobs.push({
      id: `${id} ${kind === 'exchange' ? 'market' : 'position'}`,
      periodSeconds: source.periodSeconds,
      offsetSeconds: (3 + place) % source.periodSeconds,
      run: (signal) =>
        pipeline.collect(source, kind === 'exchange' ? 'market' : 'position', signal),
    });
    if (kind !== 'exchange' || config.depth.assets + config.depth.always.length === 0) return;
    jobs.push({
      id: `${id} depth`,
      periodSeconds: config.depth.periodSeconds,
      offsetSeconds: (8 + place) % config.depth.periodSeconds,
      run: (signal) => pipeline.collect(source, 'depth', signal),
    });
  });
  jobs.push(
    {
      id: 'evaluate',
      periodSeconds: config.evaluation.periodSeconds,
      offsetSeconds: 45 % config.evaluation.periodSeconds,
      run: inputs.evaluate,
    },
    { id: 'history', periodSeconds: 600, offsetSeconds: 350, run: inputs.readHistory },
    {
      id: 'flush',
      periodSeconds: 300,
      offsetSeconds: 112,
      run: () => pipeline.flush(),
    },
    { id: 'prune', periodSeconds: 86_400, offsetSeconds: 3 * 3600 + 1027, run: inputs.prune },
  );
  return jobs;
}

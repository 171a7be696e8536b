import { schedule } from 'node-cron';
import { describeCause } from './errors.ts';
import type { Clock, Logger } from './ports.ts';

/** One line of the job table, the same for real and simulated time. */
export interface Job {
  id: string;
  /** Divides a minute, an hour or a day evenly. */
  periodSeconds: number;
  /** Place within the period, so that not everything fires at :00. */
  offsetSeconds: number;
  run(signal: AbortSignal): Promise<void>;
}

export interface JobState {
  id: string;
  running: boolean;
  /** Epoch ms; absent before the first run. */
  lastStartedAt?: number;
  lastFinishedAt?: number;
  runs: number;
  /** Times it was due while still running: a job never overlaps itself. */
  skips: number;
  failures: number;
}

export interface Scheduler {
  states(): readonly JobState[];
  /** Stops firing, aborts running jobs and waits for them. */
  stop(): Promise<void>;
}

interface SchedulerOptions {
  jobs: readonly Job[];
  clock: Clock;
  log: Logger;
  /** `cron`: node-cron on the machine's own time. `clock`: the same table on `clock`'s time. */
  driver: 'cron' | 'clock';
}

export function startScheduler(options: SchedulerOptions): Scheduler {
  const stopper = new AbortController();
  const runners = options.jobs.map((job) => createRunner(job, options, stopper.signal));
  const unschedule =
    options.driver === 'cron'
      ? scheduleWithCron(runners)
      : scheduleWithClock(runners, options.clock, stopper.signal);
  return {
    states: () => runners.map((runner) => ({ ...runner.state })),
    async stop() {
      stopper.abort();
      await unschedule();
      await Promise.allSettled(runners.map((runner) => runner.current));
    },
  };
}

interface Runner {
  job: Job;
  state: JobState;
  current: Promise<void> | undefined;
  fire(): void;
}

function createRunner(job: Job, options: SchedulerOptions, signal: AbortSignal): Runner {
  const { clock, log } = options;
  const state: JobState = { id: job.id, running: false, runs: 0, skips: 0, failures: 0 };
  const runner: Runner = { job, state, current: undefined, fire };
  return runner;

  function fire(): void {
    if (signal.aborted) return;
    if (state.running) {
      state.skips += 1;
      return;
    }
    state.running = true;
    state.runs += 1;
    state.lastStartedAt = clock.now();
    runner.current = runOnce();
  }

  async function runOnce(): Promise<void> {
    try {
      await job.run(signal);
    } catch (error) {
      if (signal.aborted) return;
      state.failures += 1;
      log.error(
        { job: job.id, error: describeCause(error) },
        'a job failed; it runs again when due',
      );
    } finally {
      state.running = false;
      state.lastFinishedAt = clock.now();
    }
  }
}

function scheduleWithCron(runners: readonly Runner[]): () => Promise<void> {
  const tasks = runners.map((runner) =>
    schedule(cronExpression(runner.job), () => runner.fire(), {
      timezone: 'Etc/UTC',
      name: runner.job.id,
    }),
  );
  return async () => {
    await Promise.all(tasks.map((task) => task.destroy()));
  };
}

function scheduleWithClock(
  runners: readonly Runner[],
  clock: Clock,
  signal: AbortSignal,
): () => Promise<void> {
  const loops = runners.map(async (runner) => {
    while (!signal.aborted) {
      const now = clock.now();
      await clock.sleep(nextDueAt(runner.job, now) - now, signal).catch(() => undefined);
      runner.fire();
    }
  });
  return async () => {
    await Promise.allSettled(loops);
  };
}

/** The first time after `now` (epoch ms) at which the job is due. */
export function nextDueAt(job: Pick<Job, 'periodSeconds' | 'offsetSeconds'>, now: number): number {
  const periodMs = job.periodSeconds * 1000;
  const offsetMs = (job.offsetSeconds * 1000) % periodMs;
  return (Math.floor((now - offsetMs) / periodMs) + 1) * periodMs + offsetMs;
}

/** Six-field cron expression (second first, UTC) of a job; the same instants as `nextDueAt`. */
export function cronExpression(job: Pick<Job, 'periodSeconds' | 'offsetSeconds'>): string {
  const { periodSeconds } = job;
  const offset = job.offsetSeconds % periodSeconds;
  if (periodSeconds <= 60) return `${every(periodSeconds, offset, 60)} * * * * *`;
  const second = offset % 60;
  const minutes = Math.floor(offset / 60);
  if (periodSeconds <= 3600) {
    return `${second} ${every(periodSeconds / 60, minutes, 60)} * * * *`;
  }
  const hours = every(periodSeconds / 3600, Math.floor(minutes / 60), 24);
  return `${second} ${minutes % 60} ${hours} * * *`;
}

function every(step: number, offset: number, size: number): string {
  const values: number[] = [];
  for (let value = offset; value < size; value += step) values.push(value);
  return values.join(',');
}

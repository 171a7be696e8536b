import type { Clock, Logger, Random } from '../ports.ts';
import type { InstrumentHour } from '../signals/model/history.ts';
import type { Gap } from '../signals/model/observations.ts';
import type { Job } from '../signals/observe/board.ts';
import type {
  FetchContext,
  InstrumentRef,
  SourceAdapter,
  SourceBatch,
} from '../sources/kit/define.ts';
import { createSourceHttp, type HttpLimits } from '../sources/kit/http.ts';
import { runHistory, runSource } from '../sources/run.ts';

/** One configured source with its budget, breaker and retries. */
export interface SourceRuntime {
  adapter: SourceAdapter;
  periodSeconds: number;
  /** `targets`: instruments of a depth job. Never throws but on abort. */
  run(job: Job, targets: readonly InstrumentRef[], signal: AbortSignal): Promise<SourceBatch>;
  history(
    instrument: InstrumentRef,
    from: number,
    to: number,
    signal: AbortSignal,
  ): Promise<{ hours: InstrumentHour[]; gaps: Gap[] }>;
}

export interface RuntimeOptions {
  adapter: SourceAdapter;
  periodSeconds: number;
  /** Replaces the adapter's own base URL. */
  baseUrl?: string;
  /** The source's own part of the configuration. */
  settings: Readonly<Record<string, unknown>>;
  clock: Clock;
  log: Logger;
  random: Random;
  /** Aborts every call. */
  signal: AbortSignal;
  /** Other than the usual ones. */
  httpLimits?: Partial<HttpLimits>;
}

export function createSourceRuntime(options: RuntimeOptions): SourceRuntime {
  const { adapter, clock } = options;
  const log = options.log.child({ source: adapter.id });
  const http = createSourceHttp({
    source: adapter.id,
    baseUrl: options.baseUrl ?? adapter.baseUrl,
    budget: adapter.budget,
    clock,
    log,
    random: options.random,
    signal: options.signal,
    ...(options.httpLimits === undefined ? {} : { limits: options.httpLimits }),
  });
  const contextFor = (signal: AbortSignal): FetchContext => ({
    http,
    now: () => clock.now(),
    signal,
    log,
    settings: options.settings,
  });
  return {
    adapter,
    periodSeconds: options.periodSeconds,
    run: (job, instruments, signal) => runSource(adapter, job, contextFor(signal), { instruments }),
    history: (instrument, from, to, signal) =>
      runHistory(adapter, contextFor(signal), instrument, from, to),
  };
}

import { ExitError } from '../errors.ts';
import type { Clock, Logger, Random } from '../ports.ts';
import type { Gap, Observation } from '../signals/model/observations.ts';
import { EXCHANGES } from '../sources/exchanges.gen.ts';
import type { FetchContext, InstrumentRef, SourceAdapter } from '../sources/kit/define.ts';
import { createSourceHttp, type HttpLimits } from '../sources/kit/http.ts';
import { LENDING } from '../sources/lending.gen.ts';
import { jobsOf, runSource } from '../sources/run.ts';
import { fetchTable } from './fetch-table.ts';

export interface FetchOptions {
  /** Id of an exchange or lending protocol. */
  source: string;
  /** Replaces the source's scheme, host and path prefix. */
  baseUrl?: string;
  /** One JSON line per observation and gap (interfaces.md, "Sources") instead of tables. */
  json: boolean;
  /** Order books, tiers and the like of this many instruments, the largest by open interest; default 3. */
  depth?: number;
  settings?: Readonly<Record<string, unknown>>;
  clock: Clock;
  log: Logger;
  /** Writes one line, without its line end. */
  write(line: string): void;
  random?: Random;
  signal?: AbortSignal;
  limits?: Partial<HttpLimits>;
}

const DEFAULT_DEPTH_INSTRUMENTS = 3;
const LIQUIDATIONS_SINCE_MS = 3_600_000;

/**
 * `fetch <source>`: one fetch, printed. Resolves to 0, or to 69 when nothing could be had (the gaps
 * are printed all the same). Throws `ExitError` 64 for an unknown source.
 */
export async function runFetch(options: FetchOptions): Promise<number> {
  const adapter = findSource(options.source);
  const context = contextFor(adapter, options);
  const { gaps, observations } = await fetchAll(
    adapter,
    context,
    options.depth ?? DEFAULT_DEPTH_INSTRUMENTS,
  );
  const lines = options.json
    ? [...observations, ...gaps].map((item) => JSON.stringify(item))
    : fetchTable(adapter.title, observations, gaps);
  for (const line of lines) options.write(line);
  return observations.length === 0 ? 69 : 0;
}

function findSource(id: string): SourceAdapter {
  const all: readonly SourceAdapter[] = [...EXCHANGES, ...LENDING];
  const adapter = all.find((one) => one.id === id);
  if (adapter !== undefined) return adapter;
  const known = all.map((one) => one.id).join(', ');
  throw new ExitError(64, `unknown source ${JSON.stringify(id)}; known sources: ${known}`);
}

function contextFor(adapter: SourceAdapter, options: FetchOptions): FetchContext {
  const { clock, log } = options;
  const signal = options.signal ?? new AbortController().signal;
  const http = createSourceHttp({
    source: adapter.id,
    baseUrl: options.baseUrl ?? adapter.baseUrl,
    budget: adapter.budget,
    clock,
    log,
    random: options.random ?? Math.random,
    signal,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  return { http, now: () => clock.now(), signal, log, settings: options.settings ?? {} };
}

async function fetchAll(
  adapter: SourceAdapter,
  context: FetchContext,
  depthInstruments: number,
): Promise<{ observations: Observation[]; gaps: Gap[] }> {
  if (adapter.kind === 'lending') return runSource(adapter, 'position', context);
  const snapshot = await runSource(adapter, 'market', context);
  const targets = largestInstruments(snapshot.observations, depthInstruments);
  const batches = [snapshot];
  for (const job of jobsOf(adapter).filter((one) => one !== 'market')) {
    const from = context.now() - LIQUIDATIONS_SINCE_MS;
    batches.push(await runSource(adapter, job, context, { instruments: targets, from }));
  }
  return {
    observations: batches.flatMap(({ observations }) => observations),
    gaps: batches.flatMap(({ gaps }) => gaps),
  };
}

function largestInstruments(observations: readonly Observation[], count: number): InstrumentRef[] {
  return observations
    .flatMap((one) => (one.kind === 'open-interest' ? [one] : []))
    .toSorted((a, b) => b.openInterestUsd - a.openInterestUsd)
    .slice(0, count)
    .map(({ asset, instrument }) => ({ asset, instrument }));
}

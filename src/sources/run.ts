import { z } from 'zod';
import { SourceError } from '../errors.ts';
import type { EpochMs } from '../ports.ts';
import type { InstrumentHour } from '../signals/model/history.ts';
import type { Gap, WantedKind } from '../signals/model/observations.ts';
import { describeIssues } from './kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceAdapter, SourceBatch } from './kit/define.ts';
import { gapOf } from './kit/gap.ts';

/** What can be asked of a source: every exchange knows `market` and `depth`, lending `position`. */
export type SourceJob =
  | 'market'
  | 'depth'
  | 'position'
  | 'positioning'
  | 'margin-tiers'
  | 'liquidation'
  | 'options';

const WANTED: Readonly<Record<SourceJob, readonly WantedKind[]>> = {
  market: ['funding', 'open-interest', 'market'],
  depth: ['depth'],
  position: ['position'],
  positioning: ['positioning'],
  'margin-tiers': ['margin-tiers'],
  liquidation: ['liquidation'],
  options: ['options'],
};

/** What a job is about: instruments, and for liquidations the time from which they are wanted. */
export interface JobTargets {
  instruments?: readonly InstrumentRef[];
  from?: EpochMs;
}

/**
 * Runs one job of one source: the seam where failures become data. Never throws but on an abort
 * (with the signal's reason) or a bug.
 */
export async function runSource(
  adapter: SourceAdapter,
  job: SourceJob,
  context: FetchContext,
  targets: JobTargets = {},
): Promise<SourceBatch> {
  try {
    return await callAdapter(adapter, job, context, targets);
  } catch (error) {
    const failure = asSourceError(error, context, adapter.id);
    return emptyBatch(WANTED[job].map((wanted) => gapOf(adapter.id, wanted, failure)));
  }
}

/** The jobs an adapter can do. */
export function jobsOf(adapter: SourceAdapter): SourceJob[] {
  if (adapter.kind === 'lending') return ['position'];
  return [
    'market',
    'depth',
    ...(adapter.fetchPositioning === undefined ? [] : (['positioning'] as const)),
    ...(adapter.fetchMarginTiers === undefined ? [] : (['margin-tiers'] as const)),
    ...(adapter.fetchLiquidations === undefined ? [] : (['liquidation'] as const)),
    ...(adapter.fetchOptions === undefined ? [] : (['options'] as const)),
  ];
}

/** Hourly history of one instrument, oldest first. Failures are gaps, as in `runSource`. */
export async function runHistory(
  adapter: SourceAdapter,
  context: FetchContext,
  instrument: InstrumentRef,
  from: EpochMs,
  to: EpochMs,
): Promise<{ hours: InstrumentHour[]; gaps: Gap[] }> {
  try {
    if (adapter.kind === 'exchange') {
      return await adapter.fetchHistory(context, instrument, from, to);
    }
    throw new SourceError('unsupported', `${adapter.id} has no history`);
  } catch (error) {
    const failure = asSourceError(error, context, adapter.id);
    return { hours: [], gaps: [gapOf(adapter.id, 'history', failure, instrument.instrument)] };
  }
}

function callAdapter(
  adapter: SourceAdapter,
  job: SourceJob,
  context: FetchContext,
  { instruments = [], from = 0 }: JobTargets,
): Promise<SourceBatch> {
  if (!jobsOf(adapter).includes(job)) {
    throw new SourceError('unsupported', `${adapter.id} has no ${job} job`);
  }
  if (adapter.kind === 'lending') return adapter.fetchPositions(context);
  if (job === 'market') return adapter.fetchSnapshot(context);
  if (job === 'options') return adapter.fetchOptions?.(context) ?? nothing();
  if (instruments.length === 0) return nothing();
  if (job === 'depth') return adapter.fetchDepth(context, instruments);
  if (job === 'positioning') return adapter.fetchPositioning?.(context, instruments) ?? nothing();
  if (job === 'margin-tiers') return adapter.fetchMarginTiers?.(context, instruments) ?? nothing();
  return adapter.fetchLiquidations?.(context, instruments, from) ?? nothing();
}

function nothing(): Promise<SourceBatch> {
  return Promise.resolve(emptyBatch([]));
}

/** A `SourceError`, or throws: aborts and bugs are nobody's gap. */
function asSourceError(error: unknown, context: FetchContext, source: string): SourceError {
  context.signal.throwIfAborted();
  if (error instanceof SourceError) return error;
  if (error instanceof z.ZodError) {
    return new SourceError('bad-payload', `${source}: ${describeIssues(error)}`, { cause: error });
  }
  throw error;
}

function emptyBatch(gaps: Gap[]): SourceBatch {
  return { observations: [], gaps, rowsSeen: 0, rowsDropped: 0, dropSamples: [] };
}

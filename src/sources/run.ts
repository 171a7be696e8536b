import { z } from 'zod';
import { SourceError } from '../errors.ts';
import type { EpochMs } from '../ports.ts';
import type { InstrumentHour } from '../signals/model/history.ts';
import type { Gap, WantedKind } from '../signals/model/observations.ts';
import { describeIssues } from './kit/decode.ts';
import type { FetchContext, InstrumentRef, SourceAdapter, SourceBatch } from './kit/define.ts';
import { gapOf } from './kit/gap.ts';

/** What can be asked of a source: exchanges know `market` and `depth`, lending `position`. */
export type SourceJob = 'market' | 'depth' | 'position';

const WANTED: Readonly<Record<SourceJob, readonly WantedKind[]>> = {
  market: ['funding', 'open-interest', 'market'],
  depth: ['depth'],
  position: ['position'],
};

/**
 * Runs one job of one source: the seam where failures become data. Never throws but on an abort
 * (with the signal's reason) or a bug. `targets`: instruments of a depth job.
 */
export async function runSource(
  adapter: SourceAdapter,
  job: SourceJob,
  context: FetchContext,
  targets: readonly InstrumentRef[] = [],
): Promise<SourceBatch> {
  try {
    return await callAdapter(adapter, job, context, targets);
  } catch (error) {
    const failure = asSourceError(error, context, adapter.id);
    return emptyBatch(WANTED[job].map((wanted) => gapOf(adapter.id, wanted, failure)));
  }
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
  targets: readonly InstrumentRef[],
): Promise<SourceBatch> {
  if (adapter.kind === 'lending') {
    if (job === 'position') return adapter.fetchPositions(context);
  } else if (job === 'market') {
    return adapter.fetchSnapshot(context);
  } else if (job === 'depth') {
    return targets.length === 0
      ? Promise.resolve(emptyBatch([]))
      : adapter.fetchDepth(context, targets);
  }
  throw new SourceError('unsupported', `${adapter.id} has no ${job} job`);
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

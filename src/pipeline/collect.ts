import type { HourRecorder } from '../hour-recorder.ts';
import type { Metrics } from '../operations/metrics.ts';
import type { Clock, Logger } from '../ports.ts';
import type { AssetId, SourceId } from '../signals/model/ids.ts';
import { applyBatch, type Board, emptyBoard, type Job } from '../signals/observe/board.ts';
import type { SourceBatch } from '../sources/kit/define.ts';
import type { SnapshotStore, SourceSnapshot } from '../store/store.ts';
import { carriedFigures, takenFigures } from './board-figures.ts';
import { createCoinFilter } from './coins-only.ts';
import { depthTargets } from './depth-targets.ts';
import { isHalfRead } from './half-read.ts';
import type { PositionKeeper } from './position-keeper.ts';
import type { SourceRuntime } from './source-runtime.ts';

/** What the last batch of a source held, for /status. */
export interface BatchSummary {
  rows: number;
  rowsDropped: number;
  takenAt: number;
}

export interface Collector {
  board(): Board;
  summaries(): ReadonlyMap<SourceId, BatchSummary>;
  /** Puts the batches of the last run back on the board. */
  restore(): Promise<void>;
  /** Fetches one job of one source; a failure becomes gaps, never an exception. */
  collect(source: SourceRuntime, job: Job, signal: AbortSignal): Promise<SourceBatch>;
}

interface CollectorOptions {
  snapshots: SnapshotStore;
  positions: PositionKeeper;
  recorder: HourRecorder;
  metrics: Metrics;
  clock: Clock;
  log: Logger;
  depth: { assets: number; always: readonly AssetId[] };
  /** Instruments a venue has not listed for this long are not carried over a restart, ms. */
  forgetAfterMs: number;
}

/** Runs source jobs and keeps what they brought: on the board, in the running hours, in the store. */
export function createCollector(options: CollectorOptions): Collector {
  const { snapshots, positions, recorder, metrics, clock, log } = options;
  const board = emptyBoard();
  const coinsOf = createCoinFilter();
  const summaries = new Map<SourceId, BatchSummary>();

  function keep(source: SourceRuntime, job: Job, batch: SourceBatch): void {
    const takenAt = clock.now();
    const id = source.adapter.id;
    applyBatch(board, {
      source: id,
      job,
      takenAt,
      observations: batch.observations,
      gaps: batch.gaps,
    });
    if (job === 'market') recorder.add(takenFigures(board, id, batch.observations));
    if (job !== 'depth') {
      summaries.set(id, { rows: batch.rowsSeen, rowsDropped: batch.rowsDropped, takenAt });
    }
    metrics.sourceBatch(id, job, batch.rowsSeen, batch.rowsDropped, batch.gaps.length);
    if (batch.observations.length > 0) metrics.sourceSeen(id, takenAt);
    tellGaps(id, job, batch);
  }

  function isFrozen(id: SourceId): boolean {
    return board.sources.get(id)?.jobs.get('position')?.frozen === true;
  }

  /** From the store, where accounts are kept: in memory they would fill it. */
  async function lastRead(id: SourceId): Promise<SourceSnapshot | undefined> {
    const all = await snapshots.all();
    return all.find((snapshot) => snapshot.source === id && snapshot.job === 'position');
  }

  function tellGaps(source: SourceId, job: Job, batch: SourceBatch): void {
    const nothing = batch.observations.length === 0;
    const told = batch.gaps.filter((gap) => nothing || gap.reason !== 'unsupported');
    if (told.length > 0) {
      const [first] = told;
      log.warn(
        { source, job, gaps: told.length, reason: first?.reason, detail: first?.detail },
        'a source left gaps',
      );
    }
    if (batch.rowsDropped > 0) {
      log.warn(
        { source, job, dropped: batch.rowsDropped, of: batch.rowsSeen, why: batch.dropSamples },
        'rows that could not be read were dropped',
      );
    }
  }

  return {
    board: () => board,
    summaries: () => summaries,
    async restore() {
      const now = clock.now();
      for (const snapshot of await snapshots.all()) {
        // Taken while the machine's clock was ahead, it would shut out every batch until then.
        applyBatch(board, { ...snapshot, takenAt: Math.min(snapshot.takenAt, now) });
        if (snapshot.job === 'position') positions.restore(snapshot);
      }
    },
    async collect(source, job, signal) {
      const targets = job === 'depth' ? depthTargets(board, source.adapter.id, options.depth) : [];
      const fetched = await source.run(job, targets, signal);
      signal.throwIfAborted();
      const observations = coinsOf(source.adapter.id, fetched.observations);
      const batch = { ...fetched, observations };
      keep(source, job, batch);
      // A batch that brought nothing must not replace the last values a restart would need, nor half
      // a batch those of the other half.
      if (batch.observations.length === 0) return batch;
      const id = source.adapter.id;
      // Values of a stopped protocol are of the prices at which it stopped: the read before, re-priced,
      // says more.
      if (job === 'position' && isFrozen(id)) return batch;
      const { gaps } = batch;
      const head = { source: id, job, takenAt: clock.now(), gaps };
      if (job === 'position') {
        const before = isHalfRead(gaps) ? await lastRead(id) : undefined;
        await snapshots.save(positions.add({ ...head, observations }, before));
      } else {
        const forgetBefore = head.takenAt - options.forgetAfterMs;
        await snapshots.save({ ...head, ...carriedFigures(board, id, job, forgetBefore) });
      }
      return batch;
    },
  };
}

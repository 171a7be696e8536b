import type { Clock, Logger } from '../ports.ts';
import type { AssetId } from '../signals/model/ids.ts';
import type { Board } from '../signals/observe/board.ts';
import type { SeriesStore } from '../store/store.ts';
import { depthTargets } from './depth-targets.ts';
import { firstMissingHour } from './missing-history.ts';
import type { SourceRuntime } from './source-runtime.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface BackfillProgress {
  done: number;
  total: number;
  /** Instruments that gave nothing. */
  failed: number;
}

interface BackfillOptions {
  sources: readonly SourceRuntime[];
  board: Board;
  series: SeriesStore;
  clock: Clock;
  log: Logger;
  days: number;
  assets: number;
  always: readonly AssetId[];
  signal: AbortSignal;
  onProgress(progress: BackfillProgress): void;
}

/**
 * Fetches hourly history the store does not have yet: for the largest market of each of the largest
 * assets at each venue, from the first hour that is missing in the last `days` to the last complete
 * one. Stopped half-way it goes on where it was: each instrument is stored as soon as it is read.
 */
export async function backfill(options: BackfillOptions): Promise<BackfillProgress> {
  const to = Math.floor(options.clock.now() / HOUR_MS) * HOUR_MS;
  const start = to - options.days * DAY_MS;
  const progress: BackfillProgress = { done: 0, total: 0, failed: 0 };
  if (options.days === 0 || options.assets === 0) return progress;
  const plans = await Promise.all(
    options.sources.map((source) => planOf(source, options, start, to)),
  );
  progress.total = plans.reduce((sum, plan) => sum + plan.length, 0);
  options.onProgress(progress);
  // Venues side by side, instruments of one venue in turn: its budget is the limit anyway.
  await Promise.all(
    plans.map(async (plan, index) => {
      const source = options.sources[index];
      if (source === undefined) return;
      for (const step of plan) {
        options.signal.throwIfAborted();
        if (!(await fetchOne(source, step, to, options))) progress.failed += 1;
        progress.done += 1;
        options.onProgress(progress);
      }
    }),
  );
  return progress;
}

interface Step {
  instrument: string;
  asset: AssetId;
  from: number;
}

async function planOf(
  source: SourceRuntime,
  options: BackfillOptions,
  start: number,
  to: number,
): Promise<Step[]> {
  if (source.adapter.kind !== 'exchange') return [];
  const { id } = source.adapter;
  const newest = await options.series.newestHours(id);
  const plan: Step[] = [];
  const { board, assets, always } = options;
  for (const { instrument, asset } of depthTargets(board, id, { assets, always })) {
    let from = start;
    if (newest.has(instrument)) {
      const hours = await options.series.readInstrumentHours(asset, start, to);
      const own = hours.filter((hour) => hour.source === id && hour.instrument === instrument);
      from = firstMissingHour(own, start, to);
    }
    if (from < to) plan.push({ instrument, asset, from });
  }
  return plan;
}

async function fetchOne(
  source: SourceRuntime,
  step: Step,
  to: number,
  options: BackfillOptions,
): Promise<boolean> {
  const { hours, gaps } = await source.history(step, step.from, to, options.signal);
  await options.series.writeInstrumentHours(hours.filter((hour) => hour.hourAt < to));
  const real = gaps.filter((gap) => gap.reason !== 'unsupported');
  if (real.length > 0) {
    options.log.warn(
      {
        source: source.adapter.id,
        instrument: step.instrument,
        reason: real[0]?.reason,
        detail: real[0]?.detail,
      },
      'history is incomplete',
    );
  }
  return hours.length > 0;
}

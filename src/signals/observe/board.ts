import type { AssetId, SourceId } from '../model/ids.ts';
import {
  type BorrowPosition,
  type DepthObservation,
  type FundingObservation,
  type Gap,
  type InstrumentFigures,
  isInstrumentFigure,
  type MarketObservation,
  type Observation,
  type OpenInterestObservation,
} from '../model/observations.ts';
import { isFrozenBatch, isFrozenRead } from './frozen.ts';

export type Job = 'market' | 'depth' | 'position';

/** What one job of one source brought, as the runner gives it and the snapshot store keeps it. */
export interface Batch {
  source: SourceId;
  job: Job;
  /** When the job finished, epoch ms. */
  takenAt: number;
  observations: readonly Observation[];
  gaps: readonly Gap[];
  /** Snapshots only: instruments whose figures are kept though whole batches lack them, since when. */
  absentSince?: Readonly<Record<string, number>>;
}

/** The newest figures of one instrument, whatever their age. */
export interface InstrumentRow {
  source: SourceId;
  instrument: string;
  asset: AssetId;
  funding?: FundingObservation;
  openInterest?: OpenInterestObservation;
  market?: MarketObservation;
  depth?: DepthObservation;
  /** Epoch ms since when complete market batches no longer contain it; absent while listed. */
  absentSince?: number;
  /** The same for depth batches. */
  depthAbsentSince?: number;
}

export interface JobState {
  /** Epoch ms of the newest batch, good or not. */
  takenAt: number;
  /** Epoch ms of the newest batch that was whole; absent when there was none. */
  lastSuccessAt?: number;
  /** Gaps of the newest batch. */
  gaps: Gap[];
  /** The newest batch repeated the one before: the source has stopped, whatever it answers. */
  frozen: boolean;
}

export interface BoardSource {
  instruments: Map<string, InstrumentRow>;
  jobs: Map<Job, JobState>;
  /** Lending: USD of collateral and debt legs per asset in the positions last read. */
  exposureUsd: Map<AssetId, number>;
}

/** The latest observation per source, instrument and kind. Plain data; only `applyBatch` writes it. */
export interface Board {
  sources: Map<SourceId, BoardSource>;
}

export function emptyBoard(): Board {
  return { sources: new Map() };
}

/**
 * Puts a batch on the board (changed in place, and returned). What the batch contains replaces what
 * was there; what it lacks stays: a failed batch changes nothing, and an instrument missing from a
 * whole batch is marked absent with its last figures kept until `observe` retires it, because a
 * venue that returns half a list looks exactly like one that delisted the other half.
 *
 * A market batch that repeats every mark of the one before keeps the older times: a venue that
 * serves frozen numbers is silent. So is a protocol that repeats all its positions: that read does
 * not count as one. Batches older than the newest of their job are ignored.
 */
export function applyBatch(board: Board, batch: Batch): Board {
  const source = sourceOf(board, batch.source);
  const job = source.jobs.get(batch.job);
  if (job !== undefined && batch.takenAt < job.takenAt) return board;
  const gaps = [...batch.gaps];
  const frozen = isFrozen(source, batch);
  const whole =
    !gaps.some((gap) => gap.instrument === undefined && gap.reason !== 'unsupported') &&
    !isEmptied(source, batch) &&
    !(frozen && batch.job === 'position');
  if (frozen) gaps.push(frozenGap(batch));
  if (batch.job === 'position') {
    applyPositions(source, batch.observations, whole);
  } else {
    const seen = applyFigures(source, batch, frozen);
    if (whole && batch.observations.length > 0) markAbsent(source, batch, seen);
    restoreAbsent(source, batch);
  }
  source.jobs.set(batch.job, {
    takenAt: batch.takenAt,
    gaps,
    frozen,
    ...(whole
      ? { lastSuccessAt: batch.takenAt }
      : job?.lastSuccessAt === undefined
        ? {}
        : { lastSuccessAt: job.lastSuccessAt }),
  });
  return board;
}

/**
 * Thousands of positions do not close at once: an answer without any, from a protocol that had some
 * or with a gap as its excuse (`unsupported`: the address is gone), is no whole read.
 */
function isEmptied(source: BoardSource, { job, observations, gaps }: Batch): boolean {
  const nothing = job === 'position' && observations.length === 0;
  return nothing && (source.exposureUsd.size > 0 || gaps.length > 0);
}

function sourceOf(board: Board, id: SourceId): BoardSource {
  const known = board.sources.get(id);
  if (known !== undefined) return known;
  const fresh: BoardSource = { instruments: new Map(), jobs: new Map(), exposureUsd: new Map() };
  board.sources.set(id, fresh);
  return fresh;
}

function isFrozen(source: BoardSource, { job, observations }: Batch): boolean {
  if (job === 'market') return isFrozenBatch(source.instruments, { observations });
  if (job === 'depth') return false;
  return isFrozenRead(observations.length, exposureOf(observations), source.exposureUsd);
}

function frozenGap({ source, job }: Batch): Gap {
  const repeated = job === 'position' ? 'position' : 'mark price';
  return {
    kind: 'gap',
    source,
    wanted: job,
    reason: 'stale',
    detail: `every ${repeated} is the same as in the batch before: figures keep their older times`,
  };
}

function applyFigures(source: BoardSource, batch: Batch, frozen: boolean): Set<string> {
  const seen = new Set<string>();
  const predicted: FundingObservation[] = [];
  for (const observation of batch.observations) {
    if (!isInstrumentFigure(observation)) continue;
    seen.add(observation.instrument);
    // The rate in force is the predicted one: it goes last, over a settled one of the same batch.
    if (observation.kind === 'funding' && observation.phase === 'predicted') {
      predicted.push(observation);
    } else {
      place(source, observation, batch, frozen);
    }
  }
  for (const observation of predicted) place(source, observation, batch, frozen);
  return seen;
}

function place(source: BoardSource, figure: InstrumentFigures, batch: Batch, frozen: boolean) {
  let row = source.instruments.get(figure.instrument);
  if (row === undefined || row.asset !== figure.asset) {
    row = { source: batch.source, instrument: figure.instrument, asset: figure.asset };
    source.instruments.set(figure.instrument, row);
  }
  if (batch.job === 'market') delete row.absentSince;
  if (figure.kind === 'depth') delete row.depthAbsentSince;
  switch (figure.kind) {
    case 'funding':
      row.funding = timed(figure, row.funding, batch.takenAt, frozen);
      break;
    case 'open-interest':
      row.openInterest = timed(figure, row.openInterest, batch.takenAt, frozen);
      break;
    case 'market':
      row.market = timed(withVolume(figure, row.market), row.market, batch.takenAt, frozen);
      break;
    case 'depth':
      row.depth = timed(figure, row.depth, batch.takenAt, false);
      break;
  }
}

/**
 * The volume may come from a call of its own (Binance), which can fail alone: the last one is kept,
 * since less volume reads as a market that absorbs less.
 */
function withVolume(figure: MarketObservation, before?: MarketObservation): MarketObservation {
  if (figure.volume24hUsd !== undefined || before?.volume24hUsd === undefined) return figure;
  return { ...figure, volume24hUsd: before.volume24hUsd };
}

/** A venue clock ahead of ours must not make figures fresh for longer; frozen ones keep their time. */
function timed<T extends InstrumentFigures>(
  figure: T,
  before: T | undefined,
  takenAt: number,
  frozen: boolean,
): T {
  const limit = frozen && before !== undefined ? Math.min(before.observedAt, takenAt) : takenAt;
  return figure.observedAt <= limit ? figure : { ...figure, observedAt: limit };
}

function markAbsent(source: BoardSource, batch: Batch, seen: ReadonlySet<string>): void {
  const excused = new Set(batch.gaps.map((gap) => gap.instrument));
  for (const row of source.instruments.values()) {
    if (seen.has(row.instrument) || excused.has(row.instrument)) continue;
    if (batch.job === 'market') row.absentSince ??= batch.takenAt;
    else if (row.depth !== undefined) row.depthAbsentSince ??= batch.takenAt;
  }
}

function restoreAbsent(source: BoardSource, { job, absentSince }: Batch): void {
  for (const [instrument, at] of Object.entries(absentSince ?? {})) {
    const row = source.instruments.get(instrument);
    if (row === undefined) continue;
    if (job === 'market') row.absentSince = at;
    else row.depthAbsentSince = at;
  }
}

function applyPositions(
  source: BoardSource,
  observations: readonly Observation[],
  whole: boolean,
): void {
  const exposure = exposureOf(observations);
  if (whole) {
    source.exposureUsd = exposure;
    return;
  }
  // Half a read can only show more than was known, never less.
  for (const [asset, usd] of exposure) {
    source.exposureUsd.set(asset, Math.max(usd, source.exposureUsd.get(asset) ?? 0));
  }
}

function exposureOf(observations: readonly Observation[]): Map<AssetId, number> {
  const exposure = new Map<AssetId, number>();
  for (const observation of observations) {
    if (observation.kind === 'position') addLegs(exposure, observation);
  }
  return exposure;
}

function addLegs(exposure: Map<AssetId, number>, position: BorrowPosition): void {
  for (const leg of position.collateral) add(exposure, leg.asset, leg.valueUsd);
  for (const leg of position.debt) add(exposure, leg.asset, leg.valueUsd);
}

function add(exposure: Map<AssetId, number>, asset: AssetId, usd: number): void {
  exposure.set(asset, (exposure.get(asset) ?? 0) + usd);
}

import type { Gap } from '../model/observations.ts';
import type { Coverage, MissingInput } from '../model/reading.ts';
import type {
  Age,
  DepthFigure,
  ExpectedSource,
  LendingFigure,
  VenueFigures,
} from './asset-view.ts';
import type { Board, InstrumentRow, Job } from './board.ts';

interface CoverageInput {
  board: Board;
  sources: readonly ExpectedSource[];
  rows: readonly InstrumentRow[];
  venues: readonly VenueFigures[];
  depth: readonly DepthFigure[];
  lending: readonly LendingFigure[];
  isFresh: (source: string, observedAt: number) => boolean;
  /** The same of open interest, which may be read less often. */
  isInterestFresh: (source: string, observedAt: number) => boolean;
}

/**
 * What an asset's view stands on. Expected are the venues that list it (or did until they fell
 * silent), the protocols with positions in it, and every configured source that never answered: it
 * may well list the asset.
 */
export function coverageOf(input: CoverageInput, now: number): Coverage {
  const { board, venues, depth, lending } = input;
  const unseen = input.sources.filter((source) => !source.retired && neverSeen(board, source));
  const missing: MissingInput[] = unseen.map((source) => ({
    source: source.id,
    wanted: source.kind === 'exchange' ? 'market' : 'position',
    reason:
      reasonOf(board, source.id, source.kind === 'exchange' ? 'market' : 'position') ??
      'never-seen',
  }));
  for (const venue of venues) missing.push(...missingOfVenue(input, venue));
  for (const figure of oldestPerSource(depth)) {
    missing.push(missingInput(board, figure.source, 'depth', figure.observedAt));
  }
  for (const figure of lending) {
    // 0: only half reads so far.
    const lastSeenAt = figure.observedAt > 0 ? figure.observedAt : Number.NaN;
    if (!figure.fresh) missing.push(missingInput(board, figure.source, 'position', lastSeenAt));
  }
  let freshUsd = 0;
  let totalUsd = 0;
  for (const venue of venues) {
    totalUsd += venue.openInterestUsd;
    freshUsd += venue.freshInterestUsd;
  }
  for (const figure of lending) {
    totalUsd += figure.exposureUsd;
    if (figure.fresh) freshUsd += figure.exposureUsd;
  }
  return {
    venuesExpected: venues.length + unseen.filter((source) => source.kind === 'exchange').length,
    venuesFresh: venues.filter((venue) => venue.fresh).length,
    missing,
    oldestAgeMs: oldestFresh([...venues, ...depth, ...lending], now),
    fraction: totalUsd > 0 ? freshUsd / totalUsd : 0,
  };
}

function neverSeen(board: Board, source: ExpectedSource): boolean {
  const known = board.sources.get(source.id);
  if (known === undefined) return true;
  return source.kind === 'exchange'
    ? known.instruments.size === 0
    : known.jobs.get('position')?.lastSuccessAt === undefined && known.exposureUsd.size === 0;
}

/** A silent venue is one entry; a venue that answers but lacks a kind is one entry for that kind. */
function missingOfVenue(input: CoverageInput, venue: VenueFigures): MissingInput[] {
  const rows = input.rows.filter((row) => row.source === venue.source);
  const stale = (times: readonly number[]) =>
    times.filter((at) => !input.isFresh(venue.source, at));
  const markets = rows.flatMap((row) => (row.market === undefined ? [] : [row.market.observedAt]));
  const staleMarks = stale(markets);
  const absent = rows.flatMap((row) => (row.absentSince === undefined ? [] : [row.absentSince]));
  if (markets.length === 0 || staleMarks.length > 0 || absent.length > 0) {
    const lastSeenAt = Math.min(...staleMarks, ...absent);
    return [missingInput(input.board, venue.source, 'market', lastSeenAt)];
  }
  const found: MissingInput[] = [];
  const interests = rows.flatMap((row) => row.openInterest?.observedAt ?? []);
  if (interests.length < rows.length) {
    found.push({ source: venue.source, wanted: 'open-interest', reason: 'never-seen' });
  } else {
    const old = interests.filter((at) => !input.isInterestFresh(venue.source, at));
    if (old.length > 0) {
      found.push(missingInput(input.board, venue.source, 'open-interest', Math.min(...old)));
    }
  }
  const fundings = rows.flatMap((row) =>
    row.funding === undefined ? [] : [row.funding.observedAt],
  );
  const oldFunding = stale(fundings);
  if (oldFunding.length > 0) {
    found.push(missingInput(input.board, venue.source, 'funding', Math.min(...oldFunding)));
  }
  return found;
}

/** The oldest stale book of each source. */
function oldestPerSource(depth: readonly DepthFigure[]): DepthFigure[] {
  const oldest = new Map<string, DepthFigure>();
  for (const figure of depth) {
    if (figure.fresh) continue;
    const known = oldest.get(figure.source);
    if (known === undefined || figure.observedAt < known.observedAt)
      oldest.set(figure.source, figure);
  }
  return [...oldest.values()];
}

function missingInput(
  board: Board,
  source: string,
  wanted: Gap['wanted'],
  lastSeenAt: number,
): MissingInput {
  return {
    source,
    wanted,
    reason: reasonOf(board, source, wanted) ?? 'stale',
    ...(Number.isFinite(lastSeenAt) ? { lastSeenAt } : {}),
  };
}

/** Why the newest batch lacks it; undefined when that batch gave no reason. */
export function reasonOf(
  board: Board,
  source: string,
  wanted: Gap['wanted'],
): Gap['reason'] | undefined {
  return gapOf(board, source, wanted)?.reason;
}

/** The gap of the newest batch that explains a missing kind: of that kind, else of the whole job. */
export function gapOf(board: Board, source: string, wanted: Gap['wanted']): Gap | undefined {
  const job: Job = wanted === 'depth' || wanted === 'position' ? wanted : 'market';
  const gaps = board.sources.get(source)?.jobs.get(job)?.gaps ?? [];
  return (
    gaps.find((gap) => gap.wanted === wanted) ?? gaps.find((gap) => gap.reason !== 'unsupported')
  );
}

function oldestFresh(figures: readonly Age[], now: number): number {
  let oldest = now;
  for (const figure of figures) if (figure.fresh) oldest = Math.min(oldest, figure.observedAt);
  return now - oldest;
}

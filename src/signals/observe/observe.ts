import type { AssetId, SourceId } from '../model/ids.ts';
import type {
  Age,
  AssetView,
  DepthFigure,
  ExpectedSource,
  FundingFigure,
  LendingFigure,
  MarketView,
  SourceView,
  VenueFigures,
} from './asset-view.ts';
import type { Board, InstrumentRow } from './board.ts';
import { coverageOf, gapOf } from './coverage.ts';
import { choosePrice } from './price.ts';
import type { ObserveSettings } from './settings.ts';

export interface ObserveInput {
  board: Board;
  /** All configured sources; what is on the board of any other source is ignored. */
  sources: readonly ExpectedSource[];
  /** Epoch ms. */
  now: number;
  settings: ObserveSettings;
}

interface Ttl {
  marketMs: number;
  interestMs: number;
  depthMs: number;
  positionMs: number;
}

/**
 * One view per asset out of the latest figures of every instrument, with ages and what is missing.
 * Nothing that fell silent is dropped here: its figures stay, marked as not fresh, until the caller
 * retires the source or the venue has not listed the instrument for `retireAfterMs`.
 */
export function observe(input: ObserveInput): MarketView {
  const { board, now, settings } = input;
  const ttls = new Map(input.sources.map((source) => [source.id, ttlOf(source, settings)]));
  const rowsByAsset = groupRows(input);
  const assets = new Map<AssetId, AssetView>();
  const pricesUsd = new Map<AssetId, number>();
  const context: Context = {
    input,
    ttls,
    lending: input.sources.filter((source) => source.kind === 'lending' && !source.retired),
  };
  for (const [asset, rows] of rowsByAsset) {
    const view = viewOf(asset, rows, context);
    assets.set(asset, view);
    if (view.price !== undefined) pricesUsd.set(asset, view.price.usd);
  }
  const sources = input.sources.map((source) =>
    sourceView(board, source, ttls.get(source.id) ?? ttlOf(source, settings), now),
  );
  return { at: now, assets, pricesUsd, sources };
}

interface Context {
  input: ObserveInput;
  ttls: ReadonlyMap<SourceId, Ttl>;
  lending: readonly ExpectedSource[];
}

function ttlOf(source: ExpectedSource, settings: ObserveSettings): Ttl {
  const ownMs = settings.ttlPeriods * source.periodSeconds * 1000;
  const depthMs = settings.ttlPeriods * settings.depthPeriodSeconds * 1000;
  const marketMs = Math.max(ownMs, settings.minMarketTtlMs);
  return {
    marketMs,
    // Read in turns, a whole round more.
    interestMs: marketMs + (source.interestEveryFetches ?? 0) * source.periodSeconds * 1000,
    depthMs: Math.max(depthMs, settings.minDepthTtlMs),
    positionMs: Math.max(ownMs, settings.minPositionTtlMs),
  };
}

/** Rows of exchanges in the expected set, without those not listed for longer than `retireAfterMs`. */
function groupRows({ board, sources, now, settings }: ObserveInput): Map<AssetId, InstrumentRow[]> {
  const groups = new Map<AssetId, InstrumentRow[]>();
  for (const source of sources) {
    if (source.kind !== 'exchange' || source.retired) continue;
    for (const row of board.sources.get(source.id)?.instruments.values() ?? []) {
      if (row.absentSince !== undefined && now - row.absentSince > settings.retireAfterMs) continue;
      const group = groups.get(row.asset);
      if (group === undefined) groups.set(row.asset, [row]);
      else group.push(row);
    }
  }
  return groups;
}

function viewOf(asset: AssetId, rows: readonly InstrumentRow[], context: Context): AssetView {
  const { board, now, settings } = context.input;
  const marketTtlMs = (source: SourceId) => context.ttls.get(source)?.marketMs ?? 0;
  const choice = choosePrice(rows, marketTtlMs, settings);
  const age = (observedAt: number, ttlMs: number): Age => ({
    observedAt,
    ageMs: Math.max(0, now - observedAt),
    fresh: now - observedAt <= ttlMs,
  });
  const interestTtlMs = (source: SourceId) => context.ttls.get(source)?.interestMs ?? 0;
  const venues = venueFigures(rows, choice?.usd, {
    market: (row, at) => age(at, marketTtlMs(row.source)),
    interest: (row, at) => age(at, interestTtlMs(row.source)),
  });
  const depth = rows.flatMap((row): DepthFigure[] => {
    if (row.depth === undefined) return [];
    const unlistedMs = row.depthAbsentSince === undefined ? 0 : now - row.depthAbsentSince;
    if (unlistedMs > settings.retireAfterMs) return [];
    const { source, instrument, depth: book } = row;
    const ttlMs = row.absentSince === undefined ? (context.ttls.get(source)?.depthMs ?? 0) : -1;
    return [{ source, instrument, levels: book.levels, ...age(book.observedAt, ttlMs) }];
  });
  const lending = lendingFigures(asset, context, age);
  const volumes = rows.flatMap((row) => row.market?.volume24hUsd ?? []);
  return {
    asset,
    at: now,
    ...(choice === undefined ? {} : { price: priceOf(choice, rows, marketTtlMs, age) }),
    openInterestBase: venues.reduce((sum, venue) => sum + venue.openInterestBase, 0),
    openInterestUsd: venues.reduce((sum, venue) => sum + venue.openInterestUsd, 0),
    ...(volumes.length === 0
      ? {}
      : { volume24hUsd: volumes.reduce((sum, volume) => sum + volume, 0) }),
    venues,
    funding: rows.flatMap((row) => fundingFigure(row, now, marketTtlMs(row.source))),
    depth,
    lending,
    quarantined: choice?.quarantined ?? [],
    coverage: coverageOf(
      {
        board,
        sources: context.input.sources,
        rows,
        venues,
        depth,
        lending,
        isFresh: (source, at) => now - at <= marketTtlMs(source),
        isInterestFresh: (source, at) => now - at <= interestTtlMs(source),
      },
      now,
    ),
  };
}

function priceOf(
  choice: { usd: number; observedAt: number },
  rows: readonly InstrumentRow[],
  ttlMsOf: (source: SourceId) => number,
  age: (observedAt: number, ttlMs: number) => Age,
): Age & { usd: number } {
  const ttlMs = Math.max(...rows.map((row) => ttlMsOf(row.source)));
  return { usd: choice.usd, ...age(choice.observedAt, ttlMs) };
}

/** One entry per venue; its age is that of its oldest mark or open interest. */
function venueFigures(
  rows: readonly InstrumentRow[],
  priceUsd: number | undefined,
  ageOf: Record<'market' | 'interest', (row: InstrumentRow, observedAt: number) => Age>,
): VenueFigures[] {
  const venues = new Map<SourceId, VenueFigures>();
  for (const row of rows) {
    const base = row.openInterest?.openInterestBase ?? 0;
    const usd = priceUsd === undefined ? (row.openInterest?.openInterestUsd ?? 0) : base * priceUsd;
    const ages = [
      ...(row.market === undefined ? [] : [ageOf.market(row, row.market.observedAt)]),
      ...(row.openInterest === undefined ? [] : [ageOf.interest(row, row.openInterest.observedAt)]),
    ];
    const age = ages.toSorted((a, b) => a.observedAt - b.observedAt)[0] ?? ageOf.market(row, 0);
    const fresh =
      ages.length === 2 && ages.every((one) => one.fresh) && row.absentSince === undefined;
    const known = venues.get(row.source);
    if (known === undefined) {
      venues.set(row.source, {
        source: row.source,
        openInterestBase: base,
        openInterestUsd: usd,
        freshInterestUsd: fresh ? usd : 0,
        ...age,
        fresh,
      });
      continue;
    }
    known.openInterestBase += base;
    known.openInterestUsd += usd;
    if (fresh) known.freshInterestUsd += usd;
    known.observedAt = Math.min(known.observedAt, age.observedAt);
    known.ageMs = Math.max(known.ageMs, age.ageMs);
    known.fresh &&= fresh;
  }
  return [...venues.values()];
}

function fundingFigure(row: InstrumentRow, now: number, ttlMs: number): FundingFigure[] {
  if (row.funding === undefined) return [];
  return [
    {
      source: row.source,
      instrument: row.instrument,
      annualFraction: row.funding.annualFraction,
      openInterestBase: row.openInterest?.openInterestBase ?? 0,
      overdueMs: Math.max(0, now - row.funding.observedAt - ttlMs),
    },
  ];
}

function lendingFigures(
  asset: AssetId,
  context: Context,
  age: (observedAt: number, ttlMs: number) => Age,
): LendingFigure[] {
  return context.lending.flatMap((source): LendingFigure[] => {
    const known = context.input.board.sources.get(source.id);
    const exposureUsd = known?.exposureUsd.get(asset) ?? 0;
    if (known === undefined || exposureUsd <= 0) return [];
    const readAt = known.jobs.get('position')?.lastSuccessAt ?? 0;
    const ttlMs = context.ttls.get(source.id)?.positionMs ?? 0;
    return [{ source: source.id, exposureUsd, ...age(readAt, ttlMs) }];
  });
}

function sourceView(board: Board, source: ExpectedSource, ttl: Ttl, now: number): SourceView {
  const lastSeenAt = newestOf(board, source);
  const seen = lastSeenAt === undefined ? {} : { lastSeenAt };
  const ttlMs = source.kind === 'exchange' ? ttl.marketMs : ttl.positionMs;
  const fresh = lastSeenAt !== undefined && now - lastSeenAt <= ttlMs;
  const base = { source: source.id, kind: source.kind, fresh };
  if (source.retired) return { ...base, state: 'retired', ...seen };
  const wanted = source.kind === 'exchange' ? 'market' : 'position';
  const gap = gapOf(board, source.id, wanted);
  const why = gap === undefined ? {} : { reason: gap.reason, detail: gap.detail };
  if (lastSeenAt === undefined) return { ...base, state: 'missing', ...why };
  if (!fresh) return { ...base, state: 'late', ...seen, ...why };
  return { ...base, state: 'fresh', ...seen };
}

/** Epoch ms of the newest mark of an exchange, of the newest whole read of a lending protocol. */
function newestOf(board: Board, source: ExpectedSource): number | undefined {
  const known = board.sources.get(source.id);
  if (source.kind === 'lending') return known?.jobs.get('position')?.lastSuccessAt;
  let newest: number | undefined;
  for (const row of known?.instruments.values() ?? []) {
    const at = row.market?.observedAt;
    if (at !== undefined && (newest === undefined || at > newest)) newest = at;
  }
  return newest;
}

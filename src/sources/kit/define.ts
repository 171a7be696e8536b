import type { EpochMs, Logger } from '../../ports.ts';
import type { InstrumentHour } from '../../signals/model/history.ts';
import type { AssetId, SourceId } from '../../signals/model/ids.ts';
import type { Gap, Observation } from '../../signals/model/observations.ts';

/** HTTP of one source: base URL, budget, retries and breaker are already in it. */
export interface SourceHttp {
  /** `path` is the venue's own (`/fapi/v1/premiumIndex`); throws `SourceError`. Gives the parsed JSON body. */
  getJson(
    path: string,
    query?: Readonly<Record<string, string | number>>,
    options?: CallOptions,
  ): Promise<unknown>;
  postJson(path: string, body: unknown, options?: CallOptions): Promise<unknown>;
}

export interface CallOptions {
  /** What this call costs of the source's budget; default 1. */
  weight?: number;
  /**
   * Looks at a parsed HTTP-200 body that may still say "failed" (Bybit, GraphQL) and throws the
   * `SourceError`; thrown here it takes part in retries, budget and breaker like an HTTP status.
   */
  check?(body: unknown): void;
  /** The same for the parsed body of an HTTP 400, where it says more than the status (Deribit). */
  checkRefusal?(body: unknown): void;
}

export interface FetchContext {
  http: SourceHttp;
  now(): EpochMs;
  signal: AbortSignal;
  log: Logger;
  /** The source's own settings, e.g. chains and page caps of a lending protocol. */
  settings: Readonly<Record<string, unknown>>;
}

/** What one call of an adapter brought; rows are decoded one by one. */
export interface SourceBatch {
  observations: Observation[];
  gaps: Gap[];
  /** Rows the venue sent, usable or not (rows left out by rule, such as dated futures, not counted). */
  rowsSeen: number;
  /** Rows that could not be decoded and were dropped, never guessed. */
  rowsDropped: number;
  /** Up to 5 log-safe samples of why. */
  dropSamples: string[];
}

export interface Budget {
  /** Weight the program allows itself per minute: under half of the venue's published limit. */
  weightPerMinute: number;
  /** The published limit, for docs/sources.md, e.g. `2400 weight / min / IP`. */
  published: string;
}

interface SourceDefinition {
  id: SourceId;
  /** For people: `Binance USD-M`. */
  title: string;
  /** Default scheme, host and path prefix; a configured base URL replaces it. */
  baseUrl: string;
  budget: Budget;
  /** Default period of the main fetch. */
  periodSeconds: number;
  /** One line for docs/sources.md: which calls make a snapshot. */
  calls: string;
}

export interface ExchangeAdapter extends SourceDefinition, ExchangeExtras {
  kind: 'exchange';
  /** Each market's open interest is read at least once in so many fetches; absent: in every one. */
  interestEveryFetches?: number;
  /** Funding, open interest and market figures of every live perpetual. */
  fetchSnapshot(context: FetchContext): Promise<SourceBatch>;
  /** Order books of these instruments as cumulative USD at `DEPTH_DISTANCES`. */
  fetchDepth(context: FetchContext, instruments: readonly InstrumentRef[]): Promise<SourceBatch>;
  /** Hourly history of one instrument, oldest first; what the venue does not keep is absent. */
  fetchHistory(
    context: FetchContext,
    instrument: InstrumentRef,
    from: EpochMs,
    to: EpochMs,
  ): Promise<{ hours: InstrumentHour[]; gaps: Gap[] }>;
}

/** What only some venues publish; each is a job of its own (`SourceJob`), beside the snapshot. */
export interface ExchangeExtras {
  /** Long/short and taker ratios of these instruments. */
  fetchPositioning?(
    context: FetchContext,
    instruments: readonly InstrumentRef[],
  ): Promise<SourceBatch>;
  /** Maintenance-margin tiers of these instruments, or of all where one call gives them. */
  fetchMarginTiers?(
    context: FetchContext,
    instruments: readonly InstrumentRef[],
  ): Promise<SourceBatch>;
  /** Liquidations published over HTTP since `from` (epoch ms), newest state of the venue's list. */
  fetchLiquidations?(
    context: FetchContext,
    instruments: readonly InstrumentRef[],
    from: EpochMs,
  ): Promise<SourceBatch>;
  /** Options on every asset the venue has them on. */
  fetchOptions?(context: FetchContext): Promise<SourceBatch>;
}

export interface LendingAdapter extends SourceDefinition {
  kind: 'lending';
  /** Positions near their threshold over all borrowers. */
  fetchPositions(context: FetchContext): Promise<SourceBatch>;
}

export type SourceAdapter = ExchangeAdapter | LendingAdapter;

export interface InstrumentRef {
  instrument: string;
  asset: AssetId;
}

/** Distances from mid at which depth is accumulated. */
export const DEPTH_DISTANCES: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05];

export function defineExchange(adapter: Omit<ExchangeAdapter, 'kind'>): ExchangeAdapter {
  return { kind: 'exchange', ...adapter };
}

export function defineLending(adapter: Omit<LendingAdapter, 'kind'>): LendingAdapter {
  return { kind: 'lending', ...adapter };
}

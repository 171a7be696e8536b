import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import {
  absentable,
  decodeShape,
  epochMs,
  intervalRateFraction,
  nonNegativeNumber,
  positiveNumber,
  toFiniteNumber,
} from '../../kit/decode.ts';
import type { FetchContext } from '../../kit/define.ts';
import type { BookLevel } from '../../kit/depth.ts';

/**
 * Everything that is peculiar to Kraken's REST v3, which is switched off on 1 March 2027: paths,
 * envelope, field names. What leaves this file is neutral, so that a successor replaces it alone
 * (the candles are another service: `charts.ts`).
 */
const PREFIX = '/derivatives/api/v3';

const THROTTLE_PAUSE_MS = 10_000;
const VENUE_TROUBLE = new Set(['Unavailable', 'Server Error', 'marketUnavailable']);
const NOT_THERE = new Set(['notFound', 'NOT_FOUND', 'contractNotFound', 'invalidArgument']);

const statusSchema = z.object({ result: z.string(), error: z.string().optional() });

/** Kraken answers HTTP 200 for failures as well: `result` decides. Unknown codes are not quoted. */
function checkResult(body: unknown): void {
  const { error, result } = decodeShape(statusSchema, body, 'kraken-futures');
  if (result === 'success') return;
  if (error === 'apiLimitExceeded') {
    throw new SourceError('rate-limited', 'kraken-futures: apiLimitExceeded', {
      retryAfterMs: THROTTLE_PAUSE_MS,
    });
  }
  if (error !== undefined && VENUE_TROUBLE.has(error)) {
    throw new SourceError('unavailable', `kraken-futures: ${error}`);
  }
  if (error !== undefined && NOT_THERE.has(error)) {
    throw new SourceError('unsupported', `kraken-futures: ${error}`);
  }
  throw new SourceError('bad-payload', 'kraken-futures: the answer is an error');
}

function getV3(
  { http }: FetchContext,
  endpoint: string,
  query: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  return http.getJson(`${PREFIX}/${endpoint}`, query, { check: checkResult });
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

/** Epoch ms of `2026-10-09T00:34:08.878Z`. */
function isoTime(now: number) {
  return z
    .string()
    .regex(ISO_TIME, 'is not a time')
    .transform((text): string | number => Date.parse(text))
    .pipe(epochMs(now));
}

/** Any finite number; absolute rates reach hundreds of dollars on Bitcoin. */
const finiteNumber = z.union([z.string(), z.number()]).transform((input, issues) => {
  const value = toFiniteNumber(input);
  if (value !== undefined) return value;
  issues.addIssue({ code: 'custom', message: 'is not a number' });
  return z.NEVER;
});

/** Symbols differ in case between endpoints (`pi_xbtusd`): upper case is the instrument's name. */
export const symbolOf = z
  .object({ symbol: z.string().min(1) })
  .transform(({ symbol }) => symbol.toUpperCase());

/** One row an instrument, still undecoded. */
export async function fetchContractRows(context: FetchContext): Promise<unknown[]> {
  const schema = z.object({ instruments: z.array(z.unknown()) });
  return decodeShape(schema, await getV3(context, 'instruments'), 'instruments').instruments;
}

const marginLevel = z.object({
  initialMargin: positiveNumber,
  maintenanceMargin: positiveNumber,
});

/** `from` of a level, in contracts (inverse) or in the quote currency (linear). */
const marginLevels = {
  linear: z.array(
    marginLevel
      .extend({ numNonContractUnits: nonNegativeNumber })
      .transform(({ numNonContractUnits, ...margins }) => ({
        from: numNonContractUnits,
        ...margins,
      })),
  ),
  inverse: z.array(
    marginLevel
      .extend({ contracts: nonNegativeNumber })
      .transform(({ contracts, ...margins }) => ({ from: contracts, ...margins })),
  ),
};

/**
 * A perpetual of the instrument list. `maxHourlyRate` bounds the relative funding rate;
 * `marginLevels` are absent where they do not decode.
 */
export const contractRow = z
  .object({
    type: z.enum(['flexible_futures', 'futures_inverse']),
    tradeable: z.boolean(),
    contractSize: positiveNumber,
    base: z.string().min(1).optional(),
    category: z.string().optional(),
    tradfi: z.boolean().optional(),
    maxRelativeFundingRate: absentable(positiveNumber).catch(undefined),
    marginLevels: z.unknown().optional(),
  })
  .transform(({ marginLevels: rawLevels, maxRelativeFundingRate, type, ...contract }) => {
    const kind = type === 'flexible_futures' ? ('linear' as const) : ('inverse' as const);
    const levels = marginLevels[kind].safeParse(rawLevels);
    return {
      ...contract,
      kind,
      maxHourlyRate: maxRelativeFundingRate,
      marginLevels: levels.success ? levels.data : undefined,
    };
  });

export interface TickerRows {
  rows: unknown[];
  /** The venue's clock when it answered. */
  observedAt: number;
}

/** One undecoded row a market: perpetuals, dated futures, options and indices. */
export async function fetchTickerRows(context: FetchContext): Promise<TickerRows> {
  const schema = z.object({
    tickers: z.array(z.unknown()),
    serverTime: isoTime(context.now()),
  });
  const answer = decodeShape(schema, await getV3(context, 'tickers'), 'tickers');
  return { rows: answer.tickers, observedAt: answer.serverTime };
}

/** Suspended markets do not trade; post-only ones take no order that would (a closed underlying). */
export const tickerState = z
  .object({ suspended: z.boolean(), postOnly: z.boolean() })
  .transform(({ postOnly, suspended }) => ({ halted: suspended || postOnly }));

export const tickerPrices = z
  .object({
    markPrice: positiveNumber,
    indexPrice: absentable(positiveNumber),
    vol24h: absentable(nonNegativeNumber),
  })
  .transform(({ vol24h, ...prices }) => ({ ...prices, volume24h: vol24h }));

export const tickerInterest = z.object({ openInterest: nonNegativeNumber });

/** Has the answer the newer shape, in which each perpetual says its relative rate? */
export function givesRelativeRates(rows: readonly unknown[]): boolean {
  return rows.some(
    (row) => typeof row === 'object' && row !== null && 'relativeFundingRate' in row,
  );
}

/** Both rates are per hour; the absolute one is dollars a coin, or coins a dollar (inverse). */
export const tickerFunding = {
  newer: z
    .object({
      relativeFundingRate: intervalRateFraction,
      fundingRate: absentable(finiteNumber),
      indexPrice: absentable(positiveNumber),
    })
    .transform(({ fundingRate, indexPrice, relativeFundingRate }) => ({
      relativeRate: relativeFundingRate,
      absoluteRate: fundingRate,
      indexPrice,
    })),
  older: z
    .object({ fundingRate: finiteNumber, indexPrice: positiveNumber })
    .transform(({ fundingRate, indexPrice }) => ({
      relativeRate: undefined,
      absoluteRate: fundingRate,
      indexPrice,
    })),
};

export interface VenueBook {
  /** Best first. */
  bids: BookLevel[];
  asks: BookLevel[];
  observedAt: number;
}

/** The whole book; it comes in either order, so that both sides are sorted here. */
export async function fetchBook(context: FetchContext, symbol: string): Promise<VenueBook> {
  const level = z.tuple([positiveNumber, nonNegativeNumber]);
  const schema = z.object({
    orderBook: z.object({ bids: z.array(level), asks: z.array(level) }),
    serverTime: isoTime(context.now()),
  });
  const body = await getV3(context, 'orderbook', { symbol });
  const { orderBook, serverTime } = decodeShape(schema, body, `orderbook ${symbol}`);
  return {
    bids: orderBook.bids.toSorted(([a], [b]) => b - a),
    asks: orderBook.asks.toSorted(([a], [b]) => a - b),
    observedAt: serverTime,
  };
}

/** A settled rate: the relative one, and the start of the hour in which it was in force. */
export function settledRate(now: number) {
  return z
    .object({ timestamp: isoTime(now), relativeFundingRate: intervalRateFraction })
    .transform(({ relativeFundingRate, timestamp }) => ({
      hourAt: timestamp,
      rateFraction: relativeFundingRate,
    }));
}

/**
 * Undecoded settled rates of about the last year. The call takes no range. (It is spelled
 * `historical-funding-rates`; the spelling in one word is of v4.)
 */
export async function fetchSettledRows(context: FetchContext, symbol: string): Promise<unknown[]> {
  const body = await getV3(context, 'historical-funding-rates', { symbol });
  return decodeShape(z.object({ rates: z.array(z.unknown()) }), body, 'funding rates').rates;
}

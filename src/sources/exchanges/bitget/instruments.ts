import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { AssetClass } from '../../../signals/model/observations.ts';
import { absentable, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';
import { assetClassOf } from './asset-class.ts';
import { getPublic, rowsSchema } from './envelope.ts';
import { type Category, coinOf, ID } from './name.ts';

export type Instrument =
  | { state: 'live'; assetClass: AssetClass; maxLeverage?: number }
  | { state: 'not-live' }
  /** Listed, but it did not decode. */
  | { state: 'unreadable' };
export type Instruments = ReadonlyMap<string, Instrument>;

const nameSchema = z.object({ symbol: z.string().min(1) });
const stateSchema = z.object({
  type: z.string().min(1),
  status: z.string().min(1),
  offTime: z.string().regex(/^-?\d+$/, 'is not a time'),
});
const leverageSchema = z.object({ maxLeverage: absentable(positiveNumber) });

const KEEP_MS = 600_000;
const LONGEST_KEEP_MS = 3_600_000;
type Kept = Map<Category, { readAt: number; instruments: Instruments }>;
/** Kept per connection, so that two programs in one process (tests) never share it. */
const cache = new WeakMap<SourceHttp, Kept>();

/**
 * Every instrument of a category, read at most every ten minutes; when it cannot be read again, the
 * known list serves up to an hour. Live is a perpetual that is online and has no time of delisting;
 * what is listed but not yet traded is not online. Throws `SourceError`.
 */
export async function readInstruments(
  context: FetchContext,
  category: Category,
): Promise<Instruments> {
  const { http, log, now } = context;
  const kept: Kept = cache.get(http) ?? new Map();
  cache.set(http, kept);
  const known = kept.get(category);
  const ageMs = known === undefined ? Number.POSITIVE_INFINITY : now() - known.readAt;
  if (known !== undefined && ageMs < KEEP_MS) return known.instruments;
  try {
    const query = { category };
    const { data } = await getPublic(context, 'v3/market/instruments', { query }, rowsSchema);
    const instruments = new Map(data.flatMap(namedInstrument));
    kept.set(category, { readAt: now(), instruments });
    return instruments;
  } catch (error) {
    if (known === undefined || ageMs >= LONGEST_KEEP_MS || !(error instanceof SourceError)) {
      throw error;
    }
    log.debug({ source: ID, reason: error.reason }, 'instruments not read again');
    return known.instruments;
  }
}

function namedInstrument(raw: unknown): [string, Instrument][] {
  const named = nameSchema.safeParse(raw);
  return named.success ? [[named.data.symbol, instrumentOf(named.data.symbol, raw)]] : [];
}

function instrumentOf(symbol: string, raw: unknown): Instrument {
  const coin = coinOf(symbol);
  const state = stateSchema.safeParse(raw);
  if (coin === undefined) return { state: 'not-live' };
  if (!state.success) return { state: 'unreadable' };
  const { offTime, status, type } = state.data;
  if (type !== 'perpetual' || status !== 'online' || Number(offTime) > 0) {
    return { state: 'not-live' };
  }
  const assetClass = assetClassOf(coin.asset).safeParse(raw);
  if (!assetClass.success) return { state: 'unreadable' };
  const leverage = leverageSchema.safeParse(raw);
  const maxLeverage = leverage.data?.maxLeverage;
  return {
    state: 'live',
    assetClass: assetClass.data,
    ...(maxLeverage === undefined ? {} : { maxLeverage }),
  };
}

import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { AssetClass } from '../../../signals/model/observations.ts';
import { classOfName } from '../../kit/asset-class.ts';
import { absentable, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';
import { coinOf } from './name.ts';
import { getPublic } from './rpc.ts';

export interface Listing {
  /** False once trading has ended for good; a halted market is live, its positions are open. */
  live: boolean;
  /** Absent: a coin. */
  assetClass?: Exclude<AssetClass, 'crypto'>;
  maxLeverage?: number;
}

/** `unreadable`: listed, but its state or class did not decode. */
export type Listings = ReadonlyMap<string, Listing | 'unreadable'>;

const LIVE_OF_STATE: Readonly<Record<string, boolean>> = {
  ...{ open: true, settlement: true, locked: true, halted: true },
  ...{ inactive: false, delivered: false, archivized: false },
};

const CLASS_OF_TYPE: Readonly<Record<string, AssetClass>> = {
  crypto: 'crypto',
  crypto_index: 'index',
  equity: 'stock',
  equity_etf: 'stock',
  preipo: 'stock',
  commodity: 'commodity',
};

/** A coin's name too, so that the name alone does not tell: here the venue says it is none. */
const GOLD = 'GOLD';

const listSchema = z.array(z.unknown());
const nameSchema = z.object({ instrument_name: z.string() });
const listingSchema = z.object({
  state: z.string(),
  underlying_type: z.string(),
  max_leverage: absentable(positiveNumber),
});

const KEEP_MS = 600_000;
/** Kept per connection, so that two programs in one process (tests) never share it. */
const cache = new WeakMap<SourceHttp, { readAt: number; listings: Listings }>();

/**
 * State, class and highest leverage of every perpetual, read at most every ten minutes. When the
 * list cannot be read again the one before stays in use: classes hardly change. Throws
 * `SourceError` while there is none.
 */
export async function readListings(context: FetchContext): Promise<Listings> {
  const { http, now } = context;
  const known = cache.get(http);
  if (known !== undefined && now() - known.readAt < KEEP_MS) return known.listings;
  try {
    const list = await getPublic(context, 'get_instruments', { kind: 'future' }, listSchema);
    const listings = new Map(list.flatMap(listingOf));
    cache.set(http, { readAt: now(), listings });
    return listings;
  } catch (error) {
    if (known === undefined || !(error instanceof SourceError)) throw error;
    return known.listings;
  }
}

function listingOf(raw: unknown): [string, Listing | 'unreadable'][] {
  const named = nameSchema.safeParse(raw);
  if (!named.success) return [];
  const name = named.data.instrument_name;
  const coin = coinOf(name);
  if (coin === undefined) return [];
  const row = listingSchema.safeParse(raw);
  const live = LIVE_OF_STATE[row.data?.state ?? ''];
  const type = CLASS_OF_TYPE[row.data?.underlying_type ?? ''];
  if (!row.success || live === undefined || type === undefined) return [[name, 'unreadable']];
  const isMetal = coin.base === GOLD || classOfName(coin.base) === 'metal';
  const assetClass = type === 'commodity' && isMetal ? 'metal' : type;
  const { max_leverage: maxLeverage } = row.data;
  const listing: Listing = {
    live,
    ...(assetClass === 'crypto' ? {} : { assetClass }),
    ...(maxLeverage === undefined ? {} : { maxLeverage }),
  };
  return [[name, listing]];
}

import { z } from 'zod';
import type { NonCoinClass } from '../../kit/asset-class.ts';
import { decodeShape } from '../../kit/decode.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';
import { coinOf } from './name.ts';
import { classOfUnderlying } from './underlying.ts';

export interface Contract {
  /** `unreadable`: listed, but its state did not decode or what it is on cannot be told. */
  state: 'live' | 'not-live' | 'unreadable';
  /** Absent: on a coin. */
  assetClass?: NonCoinClass;
}
export type Contracts = ReadonlyMap<string, Contract>;

const answerSchema = z.object({ symbols: z.array(z.unknown()) });
const symbolSchema = z.object({ symbol: z.string().min(1) });
const stateSchema = z.object({
  status: z.string().min(1),
  contractType: z.string().min(1),
  underlyingType: z.unknown().optional(),
});

const KEEP_MS = 600_000;
/** Kept per connection, so that two programs in one process (tests) never share it. */
const cache = new WeakMap<SourceHttp, { readAt: number; contracts: Contracts }>();

/**
 * State of every contract, read at most every ten minutes (the answer is over 1 MB). Live is a
 * trading perpetual, also a TRADIFI_PERPETUAL (stocks, metals, currencies): SETTLING contracts keep a
 * rate of 0 and a future funding time. Throws `SourceError`.
 */
export async function readContracts({ http, now }: FetchContext): Promise<Contracts> {
  const known = cache.get(http);
  if (known !== undefined && now() - known.readAt < KEEP_MS) return known.contracts;
  const answer = await http.getJson('/fapi/v1/exchangeInfo', {}, { weight: 1 });
  const { symbols } = decodeShape(answerSchema, answer, 'exchangeInfo');
  const contracts = new Map<string, Contract>();
  for (const raw of symbols) {
    const named = symbolSchema.safeParse(raw);
    if (named.success) contracts.set(named.data.symbol, contractOf(named.data.symbol, raw));
  }
  cache.set(http, { readAt: now(), contracts });
  return contracts;
}

function contractOf(symbol: string, raw: unknown): Contract {
  const read = stateSchema.safeParse(raw);
  if (!read.success) return { state: 'unreadable' };
  const { contractType, status, underlyingType } = read.data;
  if (status !== 'TRADING') return { state: 'not-live' };
  if (contractType === 'PERPETUAL') return { state: 'live' };
  if (contractType !== 'TRADIFI_PERPETUAL') return { state: 'not-live' };
  const assetClass = classOfUnderlying(underlyingType, coinOf(symbol)?.asset ?? '');
  return assetClass === undefined ? { state: 'unreadable' } : { state: 'live', assetClass };
}

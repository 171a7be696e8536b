import { z } from 'zod';
import { decodeShape } from '../../kit/decode.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';

/** `unreadable`: listed, but its state did not decode. */
export type ContractState = 'live' | 'not-live' | 'unreadable';
export type Contracts = ReadonlyMap<string, ContractState>;

const answerSchema = z.object({ symbols: z.array(z.unknown()) });
const symbolSchema = z.object({ symbol: z.string().min(1) });
const stateSchema = z.object({ status: z.string().min(1), contractType: z.string().min(1) });

const KEEP_MS = 600_000;
/** Kept per connection, so that two programs in one process (tests) never share it. */
const cache = new WeakMap<SourceHttp, { readAt: number; contracts: Contracts }>();

/**
 * State of every contract, read at most every ten minutes (the answer is over 1 MB). Live is a
 * trading crypto perpetual: SETTLING contracts keep a rate of 0 and a future funding time, and
 * TRADIFI_PERPETUAL are stocks and metals. Throws `SourceError`.
 */
export async function readContracts({ http, now }: FetchContext): Promise<Contracts> {
  const known = cache.get(http);
  if (known !== undefined && now() - known.readAt < KEEP_MS) return known.contracts;
  const answer = await http.getJson('/fapi/v1/exchangeInfo', {}, { weight: 1 });
  const { symbols } = decodeShape(answerSchema, answer, 'exchangeInfo');
  const contracts = new Map<string, ContractState>();
  for (const raw of symbols) {
    const named = symbolSchema.safeParse(raw);
    if (named.success) contracts.set(named.data.symbol, stateOf(raw));
  }
  cache.set(http, { readAt: now(), contracts });
  return contracts;
}

function stateOf(raw: unknown): ContractState {
  const state = stateSchema.safeParse(raw);
  if (!state.success) return 'unreadable';
  const { contractType, status } = state.data;
  return status === 'TRADING' && contractType === 'PERPETUAL' ? 'live' : 'not-live';
}

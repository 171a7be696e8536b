import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { absentable, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';
import { getPublic } from './envelope.ts';
import { coinOf, type MexcCoin } from './name.ts';

export interface Contract {
  coin: MexcCoin;
  /** Venue coins in a linear contract (10,000,000 PEPE), USD in an inverse one (100 on BTC_USD). */
  contractSize: number;
  maxLeverage: number | undefined;
  plates: readonly string[];
  /** The row as it came, for its risk limits. */
  raw: unknown;
}

/** `not-live`: left out by rule; `unreadable`: listed, but not to be understood. */
export type ContractState = Contract | 'not-live' | 'unreadable';
export type Contracts = ReadonlyMap<string, ContractState>;

const nameSchema = z.object({ symbol: z.string().min(1) });
/** `state`: 0 enabled, else delivering, delivered, offline or paused. `futureType`: 1 perpetual. */
const stateSchema = z.object({
  state: z.number().int(),
  isHidden: z.boolean(),
  futureType: absentable(z.number().int()),
});
const contractSchema = z.object({
  settleCoin: z.string(),
  contractSize: positiveNumber,
  maxLeverage: absentable(positiveNumber),
  conceptPlate: absentable(z.array(z.string())),
});

const KEEP_MS = 600_000;
/** Kept per connection, so that two programs in one process (tests) never share it. */
const cache = new WeakMap<SourceHttp, { readAt: number; contracts: Contracts }>();

/** Every contract of a quote read here, asked for at most every ten minutes. Throws `SourceError`. */
export async function readContracts(context: FetchContext): Promise<Contracts> {
  const known = cache.get(context.http);
  if (known !== undefined && context.now() - known.readAt < KEEP_MS) return known.contracts;
  const contracts = new Map<string, ContractState>();
  for (const raw of await getPublic(context, 'detail', {}, z.array(z.unknown()))) {
    const symbol = nameSchema.safeParse(raw).data?.symbol;
    const coin = symbol === undefined ? undefined : coinOf(symbol);
    if (symbol !== undefined && coin !== undefined) contracts.set(symbol, contractOf(raw, coin));
  }
  cache.set(context.http, { readAt: context.now(), contracts });
  return contracts;
}

/** The contract of this symbol. Throws `SourceError` when there is none to be understood. */
export function contractNamed(contracts: Contracts, symbol: string): Contract {
  const contract = contracts.get(symbol);
  if (contract === undefined || contract === 'not-live') {
    throw new SourceError('unsupported', `${symbol}: not a live perpetual here`);
  }
  if (contract === 'unreadable') {
    throw new SourceError('bad-payload', `${symbol}: its contract did not decode`);
  }
  return contract;
}

/**
 * Contracts in USD and in venue coins at a price of one venue unit. The size of an inverse contract
 * is in USD (21,030,740 contracts of BTC_USD traded in a day were 69,402 BTC at 30,300 USD: 100 each).
 */
export function valueOf(
  { coin, contractSize }: Pick<Contract, 'coin' | 'contractSize'>,
  contracts: number,
  price: number,
): { usd: number; venueCoins: number } {
  const size = contracts * contractSize;
  return coin.inverse
    ? { usd: size, venueCoins: size / price }
    : { usd: size * price, venueCoins: size };
}

function contractOf(raw: unknown, coin: MexcCoin): ContractState {
  const state = stateSchema.safeParse(raw);
  if (!state.success) return 'unreadable';
  const { futureType = 1, isHidden } = state.data;
  if (state.data.state !== 0 || isHidden || futureType !== 1) return 'not-live';
  const decoded = contractSchema.safeParse(raw);
  if (!decoded.success) return 'unreadable';
  const { conceptPlate = [], contractSize, maxLeverage, settleCoin } = decoded.data;
  // In what a contract is settled decides what its size counts.
  if (settleCoin !== (coin.inverse ? coin.base : coin.quote)) return 'unreadable';
  return { coin, contractSize, maxLeverage, plates: conceptPlate, raw };
}

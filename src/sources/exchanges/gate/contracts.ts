import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { nonNegativeNumber } from '../../kit/decode.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';
import { coinOf, ID, type Settle } from './name.ts';
import { getFutures, rowsSchema } from './rest.ts';

/** What a number of contracts is worth at a price. */
export interface ContractSize {
  toCoins(contracts: number, price: number): number;
  toUsd(contracts: number, price: number): number;
}

const KEEP_MS = 600_000;
type Sizes = ReadonlyMap<string, ContractSize>;
/** Kept per connection, so that two programs in one process (tests) never share it. */
const cache = new WeakMap<SourceHttp, Map<Settle, { readAt: number; sizes: Sizes }>>();

const sizeSchema = z.object({ name: z.string().min(1), quanto_multiplier: nonNegativeNumber });

/**
 * All contracts of one settlement coin, still undecoded; their sizes are kept for the other calls.
 * Asked without `limit`: the venue refuses limits above 100, and gives all without one.
 */
export async function fetchContractRows(
  context: FetchContext,
  settle: Settle,
): Promise<readonly unknown[]> {
  const rows = await getFutures(context, settle, 'contracts', {}, rowsSchema);
  const sizes = new Map<string, ContractSize>();
  for (const raw of rows) {
    const row = sizeSchema.safeParse(raw);
    const size = row.success ? sizeOfMultiplier(settle, row.data.quanto_multiplier) : undefined;
    if (row.success && size !== undefined) sizes.set(row.data.name, size);
  }
  const kept = cache.get(context.http) ?? new Map();
  cache.set(context.http, kept.set(settle, { readAt: context.now(), sizes }));
  return rows;
}

/**
 * A contract settled in USDT is `quanto_multiplier` coins. One settled in BTC has a multiplier of 0
 * and is worth a dollar; with a multiplier it would be a quanto contract, whose worth in dollars
 * depends on another coin: undefined, like a multiplier of 0 with USDT.
 */
export function sizeOfMultiplier(settle: Settle, multiplier: number): ContractSize | undefined {
  if (settle === 'btc') return multiplier === 0 ? ONE_DOLLAR : undefined;
  if (multiplier === 0) return undefined;
  return {
    toCoins: (contracts) => contracts * multiplier,
    toUsd: (contracts, price) => contracts * multiplier * price,
  };
}

const ONE_DOLLAR: ContractSize = {
  toCoins: (contracts, price) => contracts / price,
  toUsd: (contracts) => contracts,
};

export interface SizedContract {
  settle: Settle;
  size: ContractSize;
}

/**
 * One of our contracts, from a list at most ten minutes old. Throws `unsupported` for other names
 * and `bad-payload` where the size is not known.
 */
export async function readContract(
  context: FetchContext,
  instrument: string,
): Promise<SizedContract> {
  const settle = coinOf(instrument)?.settle;
  if (settle === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
  const size = (await readSizes(context, settle)).get(instrument);
  if (size === undefined) {
    throw new SourceError('bad-payload', `${ID}: size of the contract not known`);
  }
  return { settle, size };
}

async function readSizes(context: FetchContext, settle: Settle): Promise<Sizes> {
  const known = cache.get(context.http)?.get(settle);
  if (known !== undefined && context.now() - known.readAt < KEEP_MS) return known.sizes;
  await fetchContractRows(context, settle);
  return cache.get(context.http)?.get(settle)?.sizes ?? new Map();
}

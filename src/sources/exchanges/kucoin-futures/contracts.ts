import { z } from 'zod';
import { toFiniteNumber } from '../../kit/decode.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';
import { getPublic } from './envelope.ts';
import { coinOf } from './name.ts';

const WEIGHT = 3;
const KEEP_MS = 600_000;
/** Kept per connection, so that two programs in one process (tests) never share it. */
const cache = new WeakMap<SourceHttp, { readAt: number; lots: ReadonlyMap<string, number> }>();

/** What every row of a perpetual must say of its size, whatever else is wrong with it. */
const sizeSchema = z.object({
  symbol: z.string().min(1),
  isInverse: z.boolean(),
  multiplier: z.unknown().transform(toFiniteNumber),
});

/** All contracts, still undecoded; their sizes are kept for the order books. */
export async function fetchContractRows(context: FetchContext): Promise<unknown[]> {
  const options = { weight: WEIGHT };
  const rows = await getPublic(context, 'contracts/active', options, z.array(z.unknown()));
  const lots = new Map<string, number>();
  for (const raw of rows) {
    const named = sizeSchema.safeParse(raw);
    const lot = lotOf(raw);
    if (named.success && lot !== undefined) lots.set(named.data.symbol, lot);
  }
  cache.set(context.http, { readAt: context.now(), lots });
  return rows;
}

/**
 * Units in a lot: coins as the venue counts them for linear contracts, dollars (1) for inverse ones,
 * whose multiplier is -1. Undefined when name, kind and multiplier do not fit together.
 */
export function lotOf(raw: unknown): number | undefined {
  const size = sizeSchema.safeParse(raw);
  if (!size.success) return undefined;
  const { isInverse, multiplier, symbol } = size.data;
  if (multiplier === undefined || coinOf(symbol)?.inverse !== isInverse) return undefined;
  if (isInverse) return multiplier === -1 ? 1 : undefined;
  return multiplier > 0 ? multiplier : undefined;
}

/** Sizes of lots by symbol, at most ten minutes old. Throws `SourceError`. */
export async function readLots(context: FetchContext): Promise<ReadonlyMap<string, number>> {
  const known = cache.get(context.http);
  if (known !== undefined && context.now() - known.readAt < KEEP_MS) return known.lots;
  await fetchContractRows(context);
  return cache.get(context.http)?.lots ?? new Map();
}

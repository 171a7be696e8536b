import { z } from 'zod';
import type { AssetClass } from '../../../signals/model/observations.ts';
import { nonNegativeNumber } from '../../kit/decode.ts';
import type { RowScope, RowTally } from '../../kit/tally.ts';
import { type ContractSize, sizeOfMultiplier } from './contracts.ts';
import { coinOf, type GateCoin, type Settle } from './name.ts';

export const KINDS = ['funding', 'open-interest', 'market'] as const;

const CLASSES: ReadonlyMap<string, AssetClass> = new Map([
  ['', 'crypto'],
  ['stocks', 'stock'],
  ['metals', 'metal'],
  ['commodities', 'commodity'],
  ['forex', 'fx'],
  ['indices', 'index'],
]);

/** A halted contract keeps its open interest, and is halted when it matters. */
const LIVE = new Set(['trading', 'circuit_breaker']);
const NOT_LIVE = new Set(['prelaunch', 'delisting', 'delisted']);

const nameSchema = z.object({ name: z.string().min(1) });
const stateSchema = z.object({
  in_delisting: z.boolean(),
  is_pre_market: z.boolean(),
  status: z.string().refine((status) => LIVE.has(status) || NOT_LIVE.has(status), 'is not known'),
  quanto_multiplier: nonNegativeNumber,
});
/** The venue says itself what is no coin: `CAT` is Caterpillar, `ON` a coin. */
const classSchema = z.object({
  contract_type: z.string().transform((type, context): AssetClass => {
    const known = CLASSES.get(type);
    if (known !== undefined) return known;
    context.addIssue({ code: 'custom', message: 'is not known' });
    return z.NEVER;
  }),
});

export interface LiveRow {
  name: string;
  coin: GateCoin;
  size: ContractSize;
  assetClass: AssetClass;
  row: RowScope;
}

/**
 * Opens a tally row for a live contract. Undefined for rows left out by rule (other names, pre-market,
 * delisting, quanto), which are not counted, and for unreadable ones, which are.
 */
export function openLiveRow(raw: unknown, settle: Settle, tally: RowTally): LiveRow | undefined {
  const named = nameSchema.safeParse(raw);
  if (!named.success) {
    tally.row(undefined).read(KINDS, nameSchema, raw);
    return undefined;
  }
  const { name } = named.data;
  const coin = coinOf(name);
  if (coin?.settle !== settle) return undefined;
  const state = stateSchema.safeParse(raw);
  if (!state.success) {
    tally.row(name).read(KINDS, stateSchema, raw);
    return undefined;
  }
  const { in_delisting, is_pre_market, quanto_multiplier, status } = state.data;
  if (in_delisting || is_pre_market || !LIVE.has(status)) return undefined;
  const size = sizeOfMultiplier(settle, quanto_multiplier);
  if (size === undefined && settle === 'btc') return undefined;
  const row = tally.row(name);
  if (size === undefined) {
    row.drop(KINDS, 'size of the contract not known');
    return undefined;
  }
  const assetClass = row.read(KINDS, classSchema, raw)?.contract_type;
  return assetClass === undefined ? undefined : { name, coin, size, assetClass, row };
}

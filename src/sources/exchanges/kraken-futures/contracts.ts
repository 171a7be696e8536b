import { SourceError } from '../../../errors.ts';
import type { AssetClass, MarginTier } from '../../../signals/model/observations.ts';
import { classOfName } from '../../kit/asset-class.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';
import { coinOf, type KrakenCoin, kindOf, stockOf } from './name.ts';
import { contractRow, fetchContractRows, symbolOf } from './rest-v3.ts';

export interface Contract {
  coin: KrakenCoin;
  tradeable: boolean;
  /** Coins (linear) or dollars (inverse) in a contract; 1 for all so far. */
  contractSize: number;
  assetClass: AssetClass;
  /** Bound of the relative funding rate of an hour. */
  maxHourlyRate?: number;
  /** Ascending from 0; absent where they did not decode. */
  tiers?: MarginTier[];
}

/** A perpetual that is listed, but whose row says nothing to rely on. */
export type Listed = Contract | 'unreadable';
export type Contracts = ReadonlyMap<string, Listed>;

const KEEP_MS = 600_000;
/** Kept per connection, so that two programs in one process (tests) never share it. */
const cache = new WeakMap<SourceHttp, { readAt: number; contracts: Contracts }>();

/**
 * Every perpetual by its symbol in upper case, read at most every ten minutes. When it cannot be
 * read anew the older list serves on, since sizes and classes stay as they are. Throws
 * `SourceError` where there is none.
 */
export async function readContracts(context: FetchContext): Promise<Contracts> {
  const known = cache.get(context.http);
  if (known !== undefined && context.now() - known.readAt < KEEP_MS) return known.contracts;
  try {
    const contracts = decodeContracts(await fetchContractRows(context));
    cache.set(context.http, { readAt: context.now(), contracts });
    return contracts;
  } catch (error) {
    if (known === undefined || !(error instanceof SourceError)) throw error;
    return known.contracts;
  }
}

function decodeContracts(rows: readonly unknown[]): Contracts {
  const contracts = new Map<string, Listed>();
  for (const raw of rows) {
    const symbol = symbolOf.safeParse(raw);
    if (!symbol.success || kindOf(symbol.data) === undefined) continue;
    contracts.set(symbol.data, decodeContract(symbol.data, raw));
  }
  return contracts;
}

type ContractRow = ReturnType<typeof contractRow.parse>;

function decodeContract(symbol: string, raw: unknown): Listed {
  const decoded = contractRow.safeParse(raw);
  if (!decoded.success) return 'unreadable';
  const row = decoded.data;
  const coin = coinOf(symbol, row.base);
  const assetClass = classOf(row, coin?.asset);
  if (coin === undefined || coin.kind !== row.kind || assetClass === undefined) return 'unreadable';
  const tiers = tiersOf(row);
  return {
    coin,
    assetClass,
    tradeable: row.tradeable,
    contractSize: row.contractSize,
    ...(row.maxHourlyRate === undefined ? {} : { maxHourlyRate: row.maxHourlyRate }),
    ...(tiers === undefined ? {} : { tiers }),
  };
}

const CLASS_OF_CATEGORY: ReadonlyMap<string, AssetClass> = new Map([
  ['xStocks', 'stock'],
  ['Pre-IPO', 'stock'],
  ['Stocks', 'stock'],
  ['Commodities', 'commodity'],
  ['Metals', 'metal'],
  ['Forex', 'fx'],
  ['Indices', 'index'],
]);

/**
 * By the venue's category, where it gives one: `PF_SPXUSD` is a coin (`Meme`), whatever its name
 * resembles. Older answers have none; there the name tells. Undefined: no coin, but the venue does
 * not say in words known here what it is.
 */
function classOf(row: ContractRow, asset: string | undefined): AssetClass | undefined {
  const { base, category = '', tradfi = false } = row;
  const named = asset === undefined ? undefined : classOfName(asset);
  const listed = CLASS_OF_CATEGORY.get(category);
  if (listed === 'commodity' && named === 'metal') return 'metal';
  if (listed !== undefined) return listed;
  if (base !== undefined && stockOf(base) !== undefined) return 'stock';
  if (tradfi) return named;
  return category === '' ? (named ?? 'crypto') : 'crypto';
}

/** Levels as tiers in USD; undefined when they are none, do not begin at 0 or contradict themselves. */
function tiersOf({ contractSize, kind, marginLevels }: ContractRow): MarginTier[] | undefined {
  const levels = marginLevels?.toSorted((a, b) => a.from - b.from) ?? [];
  const sane = levels.every(
    ({ initialMargin, maintenanceMargin }) =>
      initialMargin <= 1 && maintenanceMargin <= initialMargin,
  );
  if (levels[0]?.from !== 0 || !sane) return undefined;
  return levels.map(({ from, initialMargin, maintenanceMargin }) => ({
    // Linear levels are in dollars already; an inverse contract is `contractSize` dollars.
    fromNotionalUsd: kind === 'inverse' ? from * contractSize : from,
    maintenanceFraction: maintenanceMargin,
    maxLeverage: 1 / initialMargin,
  }));
}

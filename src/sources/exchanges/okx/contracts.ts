import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { AssetClass } from '../../../signals/model/observations.ts';
import { classOfName } from '../../kit/asset-class.ts';
import { positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';
import { type ContractSize, contractSizeOf } from './contract-size.ts';
import { getData } from './envelope.ts';
import { coinOf, ID, type OkxCoin } from './name.ts';

type NonCoinClass = Exclude<AssetClass, 'crypto'>;

export interface Contract {
  coin: OkxCoin;
  /** `unreadable`: listed, but its state did not decode. */
  state: 'live' | 'not-live' | 'unreadable';
  /** Absent when its unit is not known. */
  size?: ContractSize;
  /** The underlying: its name in `index-tickers`. */
  index?: string;
  maxLeverage?: number;
  assetClass?: NonCoinClass;
}
export type Contracts = ReadonlyMap<string, Contract>;

const nameSchema = z.object({ instId: z.string().min(1) });
const stateSchema = z.object({
  state: z.string().min(1),
  // Funds whose shares are split or merged trade under `rebase_contract`.
  ruleType: z.enum(['normal', 'rebase_contract', 'pre_market']),
});

const KEEP_MS = 600_000;
const LONGEST_KEEP_MS = 3_600_000;
/** Kept per connection, so that two programs in one process (tests) never share it. */
const cache = new WeakMap<SourceHttp, { readAt: number; contracts: Contracts }>();

/**
 * Every swap by name, read at most every ten minutes; when it cannot be read again, the known list
 * serves up to an hour. Live is `state: live` and not pre-market. Throws `SourceError`.
 */
export async function readContracts(context: FetchContext): Promise<Contracts> {
  const { http, log, now } = context;
  const known = cache.get(http);
  const ageMs = known === undefined ? Number.POSITIVE_INFINITY : now() - known.readAt;
  if (known !== undefined && ageMs < KEEP_MS) return known.contracts;
  try {
    const rows = await getData(context, 'public/instruments', { instType: 'SWAP' });
    const contracts = new Map(rows.flatMap(namedContract));
    cache.set(http, { readAt: now(), contracts });
    return contracts;
  } catch (error) {
    if (known === undefined || ageMs >= LONGEST_KEEP_MS || !(error instanceof SourceError)) {
      throw error;
    }
    log.debug(
      { source: ID, reason: error.reason },
      'contracts not read again, the known ones serve',
    );
    return known.contracts;
  }
}

/** The size of a live contract of ours. Throws `unsupported` and `bad-payload`. */
export function sizeOf(contracts: Contracts, instrument: string): ContractSize {
  const contract = contracts.get(instrument);
  if (contract === undefined || contract.state === 'not-live') {
    throw new SourceError('unsupported', `${ID}: not a live perpetual here`);
  }
  if (contract.size === undefined) {
    throw new SourceError('bad-payload', `${ID}: contract size unknown`);
  }
  return contract.size;
}

function namedContract(raw: unknown): [string, Contract][] {
  const named = nameSchema.safeParse(raw);
  const coin = named.success ? coinOf(named.data.instId) : undefined;
  if (!named.success || coin === undefined) return [];
  return [[named.data.instId, contractOf(raw, coin)]];
}

const uly = z.object({ uly: z.string().min(1) });
const lever = z.object({ lever: positiveNumber });

function contractOf(raw: unknown, coin: OkxCoin): Contract {
  const size = contractSizeOf(raw, coin.base);
  const index = uly.safeParse(raw).data?.uly;
  const maxLeverage = lever.safeParse(raw).data?.lever;
  const assetClass = classOf(raw, coin.base);
  return {
    coin,
    state: stateOf(raw),
    ...(size === undefined ? {} : { size }),
    ...(index === undefined ? {} : { index }),
    ...(maxLeverage === undefined ? {} : { maxLeverage }),
    ...(assetClass === undefined ? {} : { assetClass }),
  };
}

function stateOf(raw: unknown): Contract['state'] {
  const state = stateSchema.safeParse(raw);
  if (!state.success) return isOut(raw) ? 'not-live' : 'unreadable';
  return state.data.state === 'live' && state.data.ruleType !== 'pre_market' ? 'live' : 'not-live';
}

/** Announced contracts (`preopen`) have no rule yet. */
function isOut(raw: unknown): boolean {
  const state: unknown = (raw as { state?: unknown }).state;
  return typeof state === 'string' && state !== '' && state !== 'live';
}

/**
 * `instCategory` of the base: 1 coins, 3 stocks, 4 commodities with metals, 5 currencies, 6 bonds
 * (whose nearest class is an index). Metals and stock indices are told apart by name, and all by
 * name where the venue gives no category.
 */
function classOf(raw: unknown, base: string): NonCoinClass | undefined {
  const byName = classOfName(base);
  switch ((raw as { instCategory?: unknown }).instCategory) {
    case '1':
      return undefined;
    case '3':
      return byName === 'index' ? 'index' : 'stock';
    case '4':
      return byName === 'metal' ? 'metal' : 'commodity';
    case '5':
      return 'fx';
    case '6':
      return 'index';
    default:
      return byName;
  }
}

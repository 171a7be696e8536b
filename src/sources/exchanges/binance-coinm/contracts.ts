import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { decodeShape, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext, SourceHttp } from '../../kit/define.ts';
import { ID } from './name.ts';

/** A live perpetual; `unreadable`: listed, but its state or size did not decode. */
export type Contract = { sizeUsd: number } | 'not-live' | 'unreadable';
export type Contracts = ReadonlyMap<string, Contract>;

const answerSchema = z.object({ symbols: z.array(z.unknown()) });
const symbolSchema = z.object({ symbol: z.string().min(1) });
const stateSchema = z.object({
  contractStatus: z.string().min(1),
  contractType: z.string().min(1),
  contractSize: positiveNumber,
});

const KEEP_MS = 600_000;
const LONGEST_KEEP_MS = 3_600_000;
/** Kept per connection, so that two programs in one process (tests) never share it. */
const cache = new WeakMap<SourceHttp, { readAt: number; contracts: Contracts }>();

/**
 * State and size in USD (100 of BTC, 10 of the others) of every contract, read at most every ten
 * minutes; when it cannot be read again, the known list serves up to an hour. Unlike USD-M the state
 * is `contractStatus`; contracts that are wound up say DELIVERING there and keep a funding time.
 * Throws `SourceError`.
 */
export async function readContracts({ http, log, now }: FetchContext): Promise<Contracts> {
  const known = cache.get(http);
  const ageMs = known === undefined ? Number.POSITIVE_INFINITY : now() - known.readAt;
  if (known !== undefined && ageMs < KEEP_MS) return known.contracts;
  try {
    const answer = await http.getJson('/dapi/v1/exchangeInfo', {}, { weight: 1 });
    const contracts = contractsOf(answer);
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

/** USD of one contract of a live perpetual. Throws `unsupported` and `bad-payload`. */
export function contractSizeUsd(contracts: Contracts, symbol: string): number {
  const contract = contracts.get(symbol);
  if (contract === undefined || contract === 'not-live') {
    throw new SourceError('unsupported', `${ID}: not a live perpetual here`);
  }
  if (contract === 'unreadable') {
    throw new SourceError('bad-payload', `${ID}: contract size unknown`);
  }
  return contract.sizeUsd;
}

function contractsOf(answer: unknown): Contracts {
  const { symbols } = decodeShape(answerSchema, answer, 'exchangeInfo');
  const contracts = new Map<string, Contract>();
  for (const raw of symbols) {
    const named = symbolSchema.safeParse(raw);
    if (named.success) contracts.set(named.data.symbol, contractOf(raw));
  }
  return contracts;
}

function contractOf(raw: unknown): Contract {
  const state = stateSchema.safeParse(raw);
  if (!state.success) return 'unreadable';
  const { contractSize, contractStatus, contractType } = state.data;
  const live = contractStatus === 'TRADING' && contractType === 'PERPETUAL';
  return live ? { sizeUsd: contractSize } : 'not-live';
}

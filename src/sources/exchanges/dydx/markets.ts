import { z } from 'zod';
import type { WantedKind } from '../../../signals/model/observations.ts';
import { decodeShape } from '../../kit/decode.ts';
import type { FetchContext } from '../../kit/define.ts';
import type { RowScope, RowTally } from '../../kit/tally.ts';
import { coinOf, type DydxCoin } from './name.ts';

const answerSchema = z.object({ markets: z.record(z.string(), z.unknown()) });

const STATUSES = [
  'ACTIVE',
  'PAUSED',
  'CANCEL_ONLY',
  'POST_ONLY',
  'INITIALIZING',
  'FINAL_SETTLEMENT',
] as const;

export interface LiveMarket {
  ticker: string;
  coin: DydxCoin;
  raw: unknown;
  row: RowScope;
}

/**
 * All active perpetuals, in one call. Markets with names that are no coin's and those not trading
 * (FINAL_SETTLEMENT keeps an oracle price and a rate of 0) are left out by rule; `kinds` are lost of
 * a market whose state cannot be read. Throws `SourceError`.
 */
export async function readMarkets(
  { http }: FetchContext,
  kinds: readonly WantedKind[],
  tally: RowTally,
): Promise<LiveMarket[]> {
  const answer = await http.getJson('/perpetualMarkets');
  const { markets } = decodeShape(answerSchema, answer, 'perpetualMarkets');
  return Object.entries(markets).flatMap(([ticker, raw]): LiveMarket[] => {
    const coin = coinOf(ticker);
    if (coin === undefined) return [];
    const schema = z.object({ ticker: z.literal(ticker), status: z.enum(STATUSES) });
    const state = schema.safeParse(raw);
    if (state.success && state.data.status !== 'ACTIVE') return [];
    const row = tally.row(ticker);
    if (row.read(kinds, schema, raw) === undefined) return [];
    return [{ ticker, coin, raw, row }];
  });
}

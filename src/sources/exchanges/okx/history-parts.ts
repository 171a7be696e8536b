import { z } from 'zod';
import { addCandle, type Candle, isSaneCandle } from '../../kit/candle.ts';
import {
  epochMs,
  intervalRateFraction,
  nonNegativeNumber,
  positiveNumber,
} from '../../kit/decode.ts';
import type { FetchContext } from '../../kit/define.ts';
import {
  addSettlements,
  HOUR_MS,
  type HourTable,
  hourWindows,
  MAX_HISTORY_PAGES,
  type Settlement,
} from '../../kit/history.ts';
import type { RowTally } from '../../kit/tally.ts';
import { getData } from './envelope.ts';

export interface HistoryJob {
  context: FetchContext;
  table: HourTable;
  tally: RowTally;
  instId: string;
  /** Epoch ms. */
  from: number;
  to: number;
}

/** Published limits are 300 and 400 by now; 100 is what they have always been at least. */
const ROWS_PER_CALL = 100;
/** Statistics allow 5 to 10 calls in 2 s, half of what the rest does. */
const STATISTICS_WEIGHT = 2;

/** `[start, open, high, low, close, contracts, coins, quote, confirm]`, newest first. */
export async function readCandles({ context, from, instId, table, tally, to }: HistoryJob) {
  const row = z
    .array(z.unknown())
    .min(9)
    .transform(([startAt, , high, low, close, , , volumeUsd, confirm]) => ({
      ...{ startAt, high, low, close, volumeUsd, confirm },
    }))
    .pipe(
      z.object({
        startAt: epochMs(context.now()),
        high: positiveNumber,
        low: positiveNumber,
        close: positiveNumber,
        volumeUsd: nonNegativeNumber,
        // "0" is a candle that still grows.
        confirm: z.enum(['0', '1']),
      }),
    )
    .refine((candle: Candle) => isSaneCandle(candle), 'contradicts itself');
  for (const window of hourWindows(from, to, ROWS_PER_CALL).slice(0, MAX_HISTORY_PAGES)) {
    // Both ends are exclusive.
    const rows = await getData(context, 'market/history-candles', {
      instId,
      bar: '1H',
      before: window.startAt - 1,
      after: window.endAt + 1,
      limit: ROWS_PER_CALL,
    });
    for (const raw of rows) {
      const candle = tally.row(undefined).read('history', row, raw);
      if (candle?.confirm === '1') addCandle(table, candle, 1);
    }
  }
}

/**
 * `[ts, contracts, coins, USD]`. Whether `ts` opens the hour that ends with this state or is the time
 * of the state is not documented: the hour it opens is taken, so that nothing is known too early.
 */
export async function readInterest({ context, from, instId, table, tally, to }: HistoryJob) {
  const row = z
    .array(z.unknown())
    .min(4)
    .transform(([at, , coins]) => ({ at, coins }))
    .pipe(z.object({ at: epochMs(context.now()), coins: nonNegativeNumber }));
  for (const window of hourWindows(from, to, ROWS_PER_CALL).slice(0, MAX_HISTORY_PAGES)) {
    const query = {
      instId,
      period: '1H',
      begin: window.startAt - 1,
      end: window.endAt + 1,
      limit: ROWS_PER_CALL,
    };
    const endpoint = 'rubik/stat/contracts/open-interest-history';
    for (const raw of await getData(context, endpoint, query, STATISTICS_WEIGHT)) {
      const interest = tally.row(undefined).read('history', row, raw);
      if (interest !== undefined) table.add(interest.at, { openInterestBase: interest.coins });
    }
  }
}

/** Settled rates are `realizedRate`; `fundingRate` beside it was the last prediction. Newest first. */
export async function readFunding({ context, from, instId, table, tally, to }: HistoryJob) {
  const schema = z.object({
    instId: z.literal(instId),
    realizedRate: intervalRateFraction,
    fundingTime: epochMs(context.now()),
  });
  const newestFirst: Settlement[] = [];
  // One interval earlier, so that the first rate's own interval is known.
  const before = from - 24 * HOUR_MS - 1;
  let after = to + 1;
  for (let page = 0; page < MAX_HISTORY_PAGES && after > before; page += 1) {
    const query = { instId, before, after, limit: ROWS_PER_CALL };
    const rows = await getData(context, 'public/funding-rate-history', query);
    for (const raw of rows) {
      const row = tally.row(undefined).read('history', schema, raw);
      newestFirst.push(
        row === undefined ? 'hole' : { at: row.fundingTime, rateFraction: row.realizedRate },
      );
    }
    const oldest = newestFirst.findLast((settlement) => settlement !== 'hole');
    if (rows.length < ROWS_PER_CALL || oldest === undefined || oldest.at >= after) break;
    after = oldest.at;
  }
  addSettlements(table, newestFirst.reverse());
}

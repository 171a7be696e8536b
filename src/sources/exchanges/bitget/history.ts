import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { InstrumentHour } from '../../../signals/model/history.ts';
import type { Gap } from '../../../signals/model/observations.ts';
import { addCandle, type Candle, isSaneCandle } from '../../kit/candle.ts';
import {
  epochMs,
  intervalRateFraction,
  nonNegativeNumber,
  positiveNumber,
} from '../../kit/decode.ts';
import type { FetchContext, InstrumentRef } from '../../kit/define.ts';
import { partOrGaps } from '../../kit/gap.ts';
import {
  addSettlements,
  createHourTable,
  HOUR_MS,
  type HourTable,
  hourWindows,
  MAX_HISTORY_PAGES,
  type Settlement,
} from '../../kit/history.ts';
import { createTally, type RowTally } from '../../kit/tally.ts';
import { getPublic, rowsSchema } from './envelope.ts';
import { type BitgetCoin, coinOf, ID } from './name.ts';

/** The most that `history-candles` gives. */
const CANDLES_PER_CALL = 100;
/** Fewer, for whether the ends of a range belong to it is not the same everywhere. */
const HOURS_PER_CALL = 98;
/** `candles` reaches back about 83 days, `history-candles` any time. */
const RECENT_MS = 80 * 24 * HOUR_MS;
const RATES_PER_CALL = 100;

interface Job {
  context: FetchContext;
  table: HourTable;
  tally: RowTally;
  coin: BitgetCoin;
  symbol: string;
  from: number;
  to: number;
}

/** Hourly candles and settled funding; Bitget keeps no open-interest history (a gap). */
export async function fetchHistory(
  context: FetchContext,
  instrument: InstrumentRef,
  from: number,
  to: number,
): Promise<{ hours: InstrumentHour[]; gaps: Gap[] }> {
  const symbol = instrument.instrument;
  const coin = coinOf(symbol);
  if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
  const detail = `${symbol}: no open-interest history at this venue`;
  const gaps: Gap[] = [
    { kind: 'gap', source: ID, wanted: 'history', reason: 'unsupported', detail },
  ];
  const tally = createTally(ID);
  const until = Math.min(to, context.now());
  const table = createHourTable(ID, instrument, from, until);
  const job: Job = { context, table, tally, coin, symbol, from, to: until };
  const part = (read: () => Promise<void>) => partOrGaps(ID, ['history'], gaps, read);
  await part(() => readCandles(job));
  await part(() => readFunding(job));
  return { hours: table.hours(), gaps: [...gaps, ...tally.batch([]).gaps] };
}

async function readCandles({ coin, context, from, symbol, table, tally, to }: Job): Promise<void> {
  // [start, open, high, low, close, volume in coins, turnover in the quote coin].
  const schema = z
    .array(z.unknown())
    .min(7)
    .transform(([startAt, , high, low, close, , volumeUsd]) => ({
      ...{ startAt, high, low, close, volumeUsd },
    }))
    .pipe(
      z.object({
        startAt: epochMs(context.now()),
        high: positiveNumber,
        low: positiveNumber,
        close: positiveNumber,
        volumeUsd: nonNegativeNumber,
      }),
    )
    .refine((candle: Candle) => isSaneCandle(candle), 'contradicts itself');
  const windows = hourWindows(from, to, HOURS_PER_CALL).slice(0, MAX_HISTORY_PAGES);
  for (const { endAt, startAt } of windows) {
    const endpoint = startAt < context.now() - RECENT_MS ? 'history-candles' : 'candles';
    const query = {
      category: coin.category,
      symbol,
      interval: '1H',
      startTime: startAt - 1,
      endTime: endAt + 1,
      limit: CANDLES_PER_CALL,
    };
    const { data } = await getPublic(context, `v3/market/${endpoint}`, { query }, rowsSchema);
    for (const raw of data) {
      const candle = tally.row(undefined).read('history', schema, raw);
      if (candle !== undefined) addCandle(table, candle, coin.multiplier);
    }
  }
}

/** Newest first and by pages: the venue takes no times. */
async function readFunding({ coin, context, from, symbol, table, tally }: Job): Promise<void> {
  const schema = z.object({
    symbol: z.literal(symbol),
    fundingRate: intervalRateFraction,
    fundingTime: epochMs(context.now()),
  });
  const newestFirst: Settlement[] = [];
  for (let pageNo = 1; pageNo <= MAX_HISTORY_PAGES; pageNo += 1) {
    const query = { productType: coin.category, symbol, pageSize: RATES_PER_CALL, pageNo };
    const path = 'v2/mix/market/history-fund-rate';
    const { data } = await getPublic(context, path, { query }, rowsSchema);
    for (const raw of data) {
      const row = tally.row(undefined).read('history', schema, raw);
      newestFirst.push(
        row === undefined ? 'hole' : { at: row.fundingTime, rateFraction: row.fundingRate },
      );
    }
    const oldest = newestFirst.findLast((settlement) => settlement !== 'hole');
    // One before the range is needed for the interval of the first in it.
    if (data.length < RATES_PER_CALL || oldest === undefined || oldest.at < from) break;
  }
  addSettlements(table, newestFirst.reverse());
}

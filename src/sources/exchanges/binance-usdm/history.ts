import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { InstrumentHour } from '../../../signals/model/history.ts';
import type { Gap } from '../../../signals/model/observations.ts';
import { addCandle, type Candle, isSaneCandle } from '../../kit/candle.ts';
import {
  decodeShape,
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
import { coinOf, ID } from './name.ts';

const rowsSchema = z.array(z.unknown());
const CANDLES_PER_CALL = 1000;
const INTEREST_ROWS_PER_CALL = 500;
const RATES_PER_CALL = 1000;
/** Binance keeps 30 days of open interest; a margin keeps the oldest window inside. */
const INTEREST_KEPT_MS = 30 * 86_400_000 - 2 * HOUR_MS;

/** Hourly candles, open interest (30 days) and settled funding. Parts that fail are gaps. */
export async function fetchHistory(
  context: FetchContext,
  instrument: InstrumentRef,
  from: number,
  to: number,
): Promise<{ hours: InstrumentHour[]; gaps: Gap[] }> {
  const coin = coinOf(instrument.instrument);
  if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const until = Math.min(to, context.now());
  const table = createHourTable(ID, instrument, from, until);
  const job: Job = { context, table, tally, symbol: instrument.instrument, from, to: until };
  const part = (read: () => Promise<void>) => partOrGaps(ID, ['history'], gaps, read);
  await part(() => readCandles(job, coin.multiplier));
  await part(() => readInterest(job, coin.multiplier, gaps));
  await part(() => readFunding(job));
  return { hours: table.hours(), gaps: [...gaps, ...tally.batch([]).gaps] };
}

interface Job {
  context: FetchContext;
  table: HourTable;
  tally: RowTally;
  symbol: string;
  from: number;
  to: number;
}

async function readCandles(job: Job, multiplier: number): Promise<void> {
  const { context, symbol, table, tally } = job;
  // [open time, open, high, low, close, base volume, close time, quote volume, ...4 more]
  const row = z
    .array(z.unknown())
    .min(12)
    .transform(([startAt, , high, low, close, , , volumeUsd]) => ({
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
  for (const window of hourWindows(job.from, job.to, CANDLES_PER_CALL).slice(
    0,
    MAX_HISTORY_PAGES,
  )) {
    const answer = await context.http.getJson(
      '/fapi/v1/klines',
      {
        symbol,
        interval: '1h',
        startTime: window.startAt,
        endTime: window.endAt,
        limit: CANDLES_PER_CALL,
      },
      { weight: 5 },
    );
    for (const raw of decodeShape(rowsSchema, answer, 'klines')) {
      const candle = tally.row(undefined).read('history', row, raw);
      if (candle !== undefined) addCandle(table, candle, multiplier);
    }
  }
}

async function readInterest(job: Job, multiplier: number, gaps: Gap[]): Promise<void> {
  const { context, symbol, table, tally } = job;
  const oldest = context.now() - INTEREST_KEPT_MS;
  if (job.from < oldest) {
    const detail = `${symbol}: open interest is kept for 30 days only`;
    gaps.push({ kind: 'gap', source: ID, wanted: 'history', reason: 'unsupported', detail });
  }
  const schema = z.object({
    symbol: z.literal(symbol),
    sumOpenInterest: nonNegativeNumber,
    timestamp: epochMs(context.now()),
  });
  // A stamp is the state at that time: the end of the hour before.
  const from = Math.max(job.from + HOUR_MS, oldest);
  for (const window of hourWindows(from, job.to + HOUR_MS, INTEREST_ROWS_PER_CALL)) {
    const query = {
      symbol,
      period: '1h',
      startTime: window.startAt,
      endTime: window.endAt,
      limit: INTEREST_ROWS_PER_CALL,
    };
    // 1000 calls / 5 min of their own: the weight keeps the budget under half of it.
    const call = { weight: 12 };
    const answer = await context.http.getJson('/futures/data/openInterestHist', query, call);
    for (const raw of decodeShape(rowsSchema, answer, 'openInterestHist')) {
      const row = tally.row(undefined).read('history', schema, raw);
      if (row === undefined) continue;
      const openInterestBase = row.sumOpenInterest * multiplier;
      table.add(row.timestamp - HOUR_MS, { openInterestBase });
    }
  }
}

async function readFunding(job: Job): Promise<void> {
  const { context, symbol, table, tally } = job;
  const schema = z.object({
    symbol: z.literal(symbol),
    fundingRate: intervalRateFraction,
    fundingTime: epochMs(context.now()),
  });
  const settlements: Settlement[] = [];
  // One interval earlier, so that the first rate's own interval is known.
  let startTime = job.from - 24 * HOUR_MS;
  for (let page = 0; page < MAX_HISTORY_PAGES && startTime <= job.to; page += 1) {
    const query = { symbol, startTime, endTime: job.to, limit: RATES_PER_CALL };
    // 500 calls / 5 min, shared with fundingInfo.
    const answer = await context.http.getJson('/fapi/v1/fundingRate', query, { weight: 24 });
    const rows = decodeShape(rowsSchema, answer, 'fundingRate');
    for (const raw of rows) {
      const row = tally.row(undefined).read('history', schema, raw);
      settlements.push(
        row === undefined ? 'hole' : { at: row.fundingTime, rateFraction: row.fundingRate },
      );
    }
    const last = settlements.findLast((settlement) => settlement !== 'hole');
    if (rows.length < RATES_PER_CALL || last === undefined || last.at < startTime) break;
    startTime = last.at + 1;
  }
  addSettlements(table, settlements);
}

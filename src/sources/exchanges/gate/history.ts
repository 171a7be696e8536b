import { z } from 'zod';
import type { InstrumentHour } from '../../../signals/model/history.ts';
import type { Gap } from '../../../signals/model/observations.ts';
import { addCandle, type Candle, isSaneCandle } from '../../kit/candle.ts';
import { intervalRateFraction, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
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
import { readContract, type SizedContract } from './contracts.ts';
import { ID } from './name.ts';
import { getFutures, rowsSchema } from './rest.ts';
import { secondsTime } from './seconds.ts';

const CANDLES_PER_CALL = 1000;
const STATISTICS_PER_CALL = 100;
const RATES_PER_CALL = 1000;

interface Job extends SizedContract {
  context: FetchContext;
  table: HourTable;
  tally: RowTally;
  contract: string;
  from: number;
  to: number;
}

/** Hourly candles, open interest and settled funding. Parts that fail are gaps. */
export async function fetchHistory(
  context: FetchContext,
  instrument: InstrumentRef,
  from: number,
  to: number,
): Promise<{ hours: InstrumentHour[]; gaps: Gap[] }> {
  const contract = instrument.instrument;
  const sized = await readContract(context, contract);
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const until = Math.min(to, context.now());
  const table = createHourTable(ID, instrument, from, until);
  const job: Job = { ...sized, context, table, tally, contract, from, to: until };
  const part = <T>(read: () => Promise<T>) => partOrGaps(ID, ['history'], gaps, read);
  const closes = await part(() => readCandles(job));
  await part(() => readInterest(job, closes ?? new Map()));
  await part(() => readFunding(job));
  return { hours: table.hours(), gaps: [...gaps, ...tally.batch([]).gaps] };
}

/** Closes by hour start: contracts settled in BTC need them for their coins. */
async function readCandles(job: Job): Promise<Map<number, number>> {
  const { context, contract, settle, table, tally } = job;
  // `sum` is in the quote coin, `v` in contracts; a contract settled in BTC is a dollar.
  const volume =
    settle === 'btc'
      ? z.object({ v: nonNegativeNumber }).transform(({ v }) => v)
      : z.object({ sum: nonNegativeNumber }).transform(({ sum }) => sum);
  const prices = z
    .object({
      t: secondsTime(context.now()),
      h: positiveNumber,
      l: positiveNumber,
      c: positiveNumber,
    })
    .transform(({ c, h, l, t }) => ({ startAt: t, high: h, low: l, close: c, volumeUsd: 0 }))
    .refine((candle: Candle) => isSaneCandle(candle), 'contradicts itself');
  const closes = new Map<number, number>();
  for (const { endAt, startAt } of hourWindows(job.from, job.to, CANDLES_PER_CALL).slice(
    0,
    MAX_HISTORY_PAGES,
  )) {
    const query = { contract, interval: '1h', from: startAt / 1000, to: endAt / 1000 };
    for (const raw of await getFutures(context, settle, 'candlesticks', query, rowsSchema)) {
      const row = tally.row(undefined);
      const candle = row.read('history', prices, raw);
      const volumeUsd = row.read('history', volume, raw);
      if (candle === undefined || volumeUsd === undefined) continue;
      addCandle(table, { ...candle, volumeUsd }, 1);
      closes.set(candle.startAt, candle.close);
    }
  }
  return closes;
}

/**
 * `open_interest` of the statistics counts both sides (`position_size` of contracts one), so it is
 * halved. A stamp is taken as the state at that time: the end of the hour before.
 */
async function readInterest(job: Job, closes: ReadonlyMap<number, number>): Promise<void> {
  const { context, contract, settle, size, table, tally } = job;
  const schema = z.object({ time: secondsTime(context.now()), open_interest: nonNegativeNumber });
  const windows = hourWindows(job.from, job.to, STATISTICS_PER_CALL).slice(0, MAX_HISTORY_PAGES);
  for (const { startAt } of windows) {
    const query = {
      contract,
      interval: '1h',
      from: (startAt + HOUR_MS) / 1000,
      limit: STATISTICS_PER_CALL,
    };
    for (const raw of await getFutures(context, settle, 'contract_stats', query, rowsSchema)) {
      const row = tally.row(undefined).read('history', schema, raw);
      if (row === undefined) continue;
      const hourAt = row.time - HOUR_MS;
      const close = settle === 'btc' ? closes.get(hourAt) : 1;
      if (close === undefined) continue;
      table.add(hourAt, { openInterestBase: size.toCoins(row.open_interest / 2, close) });
    }
  }
}

async function readFunding(job: Job): Promise<void> {
  const { context, contract, settle, table, tally } = job;
  const schema = z.object({ r: intervalRateFraction, t: secondsTime(context.now()) });
  const newestFirst: Settlement[] = [];
  // One interval earlier, so that the first rate's own interval is known.
  const earliest = Math.floor((job.from - 24 * HOUR_MS) / 1000);
  let latest = Math.floor(job.to / 1000);
  for (let page = 0; page < MAX_HISTORY_PAGES && latest > earliest; page += 1) {
    const query = { contract, from: earliest, to: latest, limit: RATES_PER_CALL };
    const rows = await getFutures(context, settle, 'funding_rate', query, rowsSchema);
    for (const raw of rows) {
      const row = tally.row(undefined).read('history', schema, raw);
      newestFirst.push(row === undefined ? 'hole' : { at: row.t, rateFraction: row.r });
    }
    const oldest = newestFirst.findLast((settlement) => settlement !== 'hole');
    if (rows.length < RATES_PER_CALL || oldest === undefined || oldest.at > latest * 1000) break;
    latest = Math.floor(oldest.at / 1000) - 1;
  }
  addSettlements(table, newestFirst.reverse());
}

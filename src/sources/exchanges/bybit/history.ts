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
import { getMarket } from './envelope.ts';
import { type BybitCoin, coinOf, ID } from './name.ts';

const listSchema = z.object({ list: z.array(z.unknown()) });
const cursorSchema = listSchema.extend({ nextPageCursor: z.string().nullish() });
const CANDLES_PER_CALL = 1000;
const INTEREST_ROWS_PER_CALL = 200;
const RATES_PER_CALL = 200;

/** Hourly candles, open interest and settled funding. Parts that fail are gaps. */
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
  const market = { category: coin.category, symbol: instrument.instrument };
  const job: Job = { context, table, tally, coin, market, from, to: until };
  const part = <T>(read: () => Promise<T>) => partOrGaps(ID, ['history'], gaps, read);
  const closes = await part(() => readCandles(job));
  await part(() => readInterest(job, closes ?? new Map()));
  await part(() => readFunding(job));
  return { hours: table.hours(), gaps: [...gaps, ...tally.batch([]).gaps] };
}

interface Job {
  context: FetchContext;
  table: HourTable;
  tally: RowTally;
  coin: BybitCoin;
  market: { category: string; symbol: string };
  from: number;
  to: number;
}

/** Close in the venue's price unit by hour start; inverse open interest needs it. */
async function readCandles(job: Job): Promise<Map<number, number>> {
  const { coin, context, market, table, tally } = job;
  const inverse = coin.category === 'inverse';
  // [start, open, high, low, close, volume, turnover], newest first; inverse volume is USD.
  const row = z
    .array(z.unknown())
    .min(7)
    .transform(([startAt, , high, low, close, volume, turnover]) => ({
      ...{ startAt, high, low, close },
      volumeUsd: inverse ? volume : turnover,
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
  const closes = new Map<number, number>();
  for (const window of hourWindows(job.from, job.to, CANDLES_PER_CALL).slice(
    0,
    MAX_HISTORY_PAGES,
  )) {
    const query = {
      ...market,
      interval: '60',
      start: window.startAt,
      end: window.endAt,
      limit: CANDLES_PER_CALL,
    };
    const { result } = await getMarket(context, 'kline', query, listSchema);
    for (const raw of result.list) {
      const candle = tally.row(undefined).read('history', row, raw);
      if (candle === undefined) continue;
      addCandle(table, candle, coin.multiplier);
      closes.set(candle.startAt, candle.close);
    }
  }
  return closes;
}

const bothSides = z
  .object({ openInterest: nonNegativeNumber })
  .transform(({ openInterest }) => openInterest / 2);
const oneSide = z
  .object({ singleOpenInterest: nonNegativeNumber })
  .transform(({ singleOpenInterest }) => singleOpenInterest);
const has = (raw: unknown, key: string) => typeof raw === 'object' && raw !== null && key in raw;

async function readInterest(job: Job, closes: ReadonlyMap<number, number>): Promise<void> {
  const { coin, context, market, table, tally } = job;
  const stamp = z.object({ timestamp: epochMs(context.now()) });
  const query = {
    ...market,
    intervalTime: '1h',
    startTime: job.from + HOUR_MS,
    endTime: job.to,
    limit: INTEREST_ROWS_PER_CALL,
  };
  let cursor: string | undefined;
  for (let page = 0; page < MAX_HISTORY_PAGES; page += 1) {
    const asked = cursor === undefined ? query : { ...query, cursor };
    const { result } = await getMarket(context, 'open-interest', asked, cursorSchema);
    // Answers of before 11 June 2026 lack the one-sided field in every row: those are halved.
    const newShape = result.list.some((raw) => has(raw, 'singleOpenInterest'));
    for (const raw of result.list) {
      const row = tally.row(undefined);
      const at = row.read('history', stamp, raw)?.timestamp;
      const venueUnits = row.read('history', newShape ? oneSide : bothSides, raw);
      if (at === undefined || venueUnits === undefined) continue;
      // A stamp is the state at that time: the end of the hour before.
      const hourAt = at - HOUR_MS;
      const price = coin.category === 'inverse' ? closes.get(hourAt) : 1;
      if (price === undefined) continue;
      table.add(hourAt, { openInterestBase: (venueUnits / price) * coin.multiplier });
    }
    const next = result.nextPageCursor;
    if (next === undefined || next === null || next === '' || result.list.length === 0) break;
    // The cursor comes percent-encoded and is encoded again on its way out.
    cursor = decodeURIComponent(next);
  }
}

async function readFunding(job: Job): Promise<void> {
  const { context, market, table, tally } = job;
  const schema = z.object({
    fundingRate: intervalRateFraction,
    fundingRateTimestamp: epochMs(context.now()),
  });
  const newestFirst: Settlement[] = [];
  // One interval earlier, so that the first rate's own interval is known.
  const startTime = job.from - 24 * HOUR_MS;
  let endTime = job.to;
  for (let page = 0; page < MAX_HISTORY_PAGES && endTime > startTime; page += 1) {
    const query = { ...market, startTime, endTime, limit: RATES_PER_CALL };
    const { result } = await getMarket(context, 'funding/history', query, listSchema);
    for (const raw of result.list) {
      const row = tally.row(undefined).read('history', schema, raw);
      newestFirst.push(
        row === undefined
          ? 'hole'
          : { at: row.fundingRateTimestamp, rateFraction: row.fundingRate },
      );
    }
    const oldest = newestFirst.findLast((settlement) => settlement !== 'hole');
    if (result.list.length < RATES_PER_CALL || oldest === undefined || oldest.at > endTime) break;
    endTime = oldest.at - 1;
  }
  addSettlements(table, newestFirst.reverse());
}

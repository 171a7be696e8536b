import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { InstrumentHour } from '../../../signals/model/history.ts';
import type { Gap } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import { addCandle, isSaneCandle } from '../../kit/candle.ts';
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
  createHourTable,
  HOUR_MS,
  type HourTable,
  hourWindows,
  MAX_HISTORY_PAGES,
} from '../../kit/history.ts';
import { createTally, type RowTally } from '../../kit/tally.ts';
import { ID, postInfo } from './info.ts';
import { coinOf } from './name.ts';

const rowsSchema = z.array(z.unknown());
/** The venue keeps the latest 5000 candles; windows are smaller to keep one call's weight low. */
const CANDLES_PER_CALL = 1200;
const CANDLE_WEIGHT = 20 + CANDLES_PER_CALL / 60;
const RATES_PER_CALL = 500;
const RATES_WEIGHT = 20 + RATES_PER_CALL / 20;

/** Hourly candles and settled funding; Hyperliquid keeps no open-interest history (a gap). */
export async function fetchHistory(
  context: FetchContext,
  instrument: InstrumentRef,
  from: number,
  to: number,
): Promise<{ hours: InstrumentHour[]; gaps: Gap[] }> {
  const coin = coinOf(instrument.instrument);
  if (coin === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
  const detail = `${instrument.instrument}: no open-interest history at this venue`;
  const gaps: Gap[] = [
    { kind: 'gap', source: ID, wanted: 'history', reason: 'unsupported', detail },
  ];
  const tally = createTally(ID);
  const until = Math.min(to, context.now());
  const table = createHourTable(ID, instrument, from, until);
  const job: Job = { context, table, tally, coin: instrument.instrument, from, to: until };
  const part = (read: () => Promise<void>) => partOrGaps(ID, ['history'], gaps, read);
  await part(() => readCandles(job, coin.multiplier));
  await part(() => readFunding(job));
  return { hours: table.hours(), gaps: [...gaps, ...tally.batch([]).gaps] };
}

interface Job {
  context: FetchContext;
  table: HourTable;
  tally: RowTally;
  coin: string;
  from: number;
  to: number;
}

async function readCandles(job: Job, multiplier: number): Promise<void> {
  const { coin, context, table, tally } = job;
  const schema = z
    .object({
      t: epochMs(context.now()),
      s: z.literal(coin),
      h: positiveNumber,
      l: positiveNumber,
      c: positiveNumber,
      v: nonNegativeNumber,
    })
    // `v` is in coins (thousands for k-names): valued at the close.
    .transform(({ t, h, l, c, v }) => ({ startAt: t, high: h, low: l, close: c, volumeUsd: v * c }))
    .refine(isSaneCandle, 'contradicts itself');
  for (const window of hourWindows(job.from, job.to, CANDLES_PER_CALL).slice(
    0,
    MAX_HISTORY_PAGES,
  )) {
    const req = { coin, interval: '1h', startTime: window.startAt, endTime: window.endAt };
    const answer = await postInfo(context, { type: 'candleSnapshot', req }, CANDLE_WEIGHT);
    for (const raw of decodeShape(rowsSchema, answer, 'candleSnapshot')) {
      const candle = tally.row(undefined).read('history', schema, raw);
      if (candle !== undefined) addCandle(table, candle, multiplier);
    }
  }
}

async function readFunding(job: Job): Promise<void> {
  const { coin, context, table, tally } = job;
  const schema = z.object({
    coin: z.literal(coin),
    fundingRate: intervalRateFraction,
    time: epochMs(context.now()),
  });
  let startTime = job.from;
  for (let page = 0; page < MAX_HISTORY_PAGES && startTime <= job.to; page += 1) {
    const body = { type: 'fundingHistory', coin, startTime, endTime: job.to };
    const answer = await postInfo(context, body, RATES_WEIGHT);
    const rows = decodeShape(rowsSchema, answer, 'fundingHistory');
    let last = startTime - 1;
    for (const raw of rows) {
      const row = tally.row(undefined).read('history', schema, raw);
      if (row === undefined) continue;
      last = Math.max(last, row.time);
      // Settled on the hour (with jitter), for the hour that ends there.
      const hourAt = Math.round(row.time / HOUR_MS) * HOUR_MS - HOUR_MS;
      table.add(hourAt, { fundingAnnualFraction: annualFraction(row.fundingRate, 1) });
    }
    if (rows.length < RATES_PER_CALL || last < startTime) break;
    startTime = last + 1;
  }
}

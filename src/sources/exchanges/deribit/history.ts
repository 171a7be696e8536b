import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { InstrumentHour } from '../../../signals/model/history.ts';
import type { Gap } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import { addCandle, isSaneCandle } from '../../kit/candle.ts';
import {
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
import { coinOf, ID } from './name.ts';
import { getPublic } from './rpc.ts';

const CANDLES_PER_CALL = 1000;
/** The venue answers with 744 rates at most, whatever is asked for. */
const RATES_PER_CALL = 720;

/** Hourly candles and funding; Deribit keeps no open-interest history (a gap). */
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
  const job: Job = { context, table, tally, instrument: instrument.instrument, from, to: until };
  const part = (read: () => Promise<void>) => partOrGaps(ID, ['history'], gaps, read);
  await part(() => readCandles(job, coin.multiplier));
  await part(() => readFunding(job));
  return { hours: table.hours(), gaps: [...gaps, ...tally.batch([]).gaps] };
}

interface Job {
  context: FetchContext;
  table: HourTable;
  tally: RowTally;
  instrument: string;
  from: number;
  to: number;
}

function windowsOf({ from, to }: Job, hours: number) {
  return hourWindows(from, to, hours).slice(0, MAX_HISTORY_PAGES);
}

const column = z.array(z.unknown());
/** Columns of equal length; `cost` is the volume in the quote currency. */
const chartSchema = z
  .object({
    ...{ status: z.literal('ok'), ticks: column },
    ...{ high: column, low: column, close: column, cost: column },
  })
  .refine(
    ({ close, cost, high, low, ticks }) =>
      [close, cost, high, low].every((values) => values.length === ticks.length),
    'has columns of different lengths',
  )
  .transform(({ close, cost, high, low, ticks }) =>
    ticks.map((startAt, i) => ({
      ...{ startAt, high: high[i], low: low[i] },
      ...{ close: close[i], volumeUsd: cost[i] },
    })),
  );
const noChart = z.object({ status: z.literal('no_data') }).transform((): unknown[] => []);
const answerSchema = z.union([chartSchema, noChart]);

async function readCandles(job: Job, multiplier: number): Promise<void> {
  const { context, instrument, table, tally } = job;
  const schema = z
    .object({
      startAt: epochMs(context.now()),
      high: positiveNumber,
      low: positiveNumber,
      close: positiveNumber,
      volumeUsd: nonNegativeNumber,
    })
    .refine(isSaneCandle, 'contradicts itself');
  for (const window of windowsOf(job, CANDLES_PER_CALL)) {
    const query = {
      instrument_name: instrument,
      // A start on the tick itself may leave that tick out.
      start_timestamp: window.startAt - 1,
      end_timestamp: window.endAt,
      resolution: '60',
    };
    const rows = await getPublic(context, 'get_tradingview_chart_data', query, answerSchema);
    for (const raw of rows) {
      const candle = tally.row(undefined).read('history', schema, raw);
      if (candle !== undefined) addCandle(table, candle, multiplier);
    }
  }
}

const ratesSchema = z.array(z.unknown());

async function readFunding(job: Job): Promise<void> {
  const { context, instrument, table, tally } = job;
  const schema = z.object({ timestamp: epochMs(context.now()), interest_1h: intervalRateFraction });
  for (const window of windowsOf(job, RATES_PER_CALL)) {
    const query = {
      instrument_name: instrument,
      start_timestamp: window.startAt,
      end_timestamp: window.endAt + HOUR_MS,
    };
    const rows = await getPublic(context, 'get_funding_rate_history', query, ratesSchema);
    for (const raw of rows) {
      const row = tally.row(undefined).read('history', schema, raw);
      if (row === undefined) continue;
      // What the hour that ends at the stamp cost.
      const fundingAnnualFraction = annualFraction(row.interest_1h, 1);
      table.add(row.timestamp - HOUR_MS, { fundingAnnualFraction });
    }
  }
}

import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { InstrumentHour } from '../../../signals/model/history.ts';
import type { Gap } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import { addCandle, isSaneCandle } from '../../kit/candle.ts';
import {
  decodeShape,
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
import { isoTime } from './iso-time.ts';
import { coinOf, ID } from './name.ts';

/** The indexer's own bound on rows an answer. */
const ROWS_PER_CALL = 1000;
const candlesSchema = z.object({ candles: z.array(z.unknown()) });
const ratesSchema = z.object({ historicalFunding: z.array(z.unknown()) });

/** Hourly candles with the open interest at their start, and settled funding, both from the listing on. */
export async function fetchHistory(
  context: FetchContext,
  instrument: InstrumentRef,
  from: number,
  to: number,
): Promise<{ hours: InstrumentHour[]; gaps: Gap[] }> {
  if (coinOf(instrument.instrument) === undefined) {
    throw new SourceError('unsupported', `${ID}: not a perpetual here`);
  }
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const until = Math.min(to, context.now());
  const table = createHourTable(ID, instrument, from, until);
  const job: Job = { context, table, tally, ticker: instrument.instrument, from, to: until };
  const part = (read: () => Promise<void>) => partOrGaps(ID, ['history'], gaps, read);
  await part(() => readCandles(job));
  await part(() => readFunding(job));
  return { hours: table.hours(), gaps: [...gaps, ...tally.batch([]).gaps] };
}

interface Job {
  context: FetchContext;
  table: HourTable;
  tally: RowTally;
  ticker: string;
  from: number;
  to: number;
}

async function readCandles(job: Job): Promise<void> {
  const { context, table, tally, ticker } = job;
  const row = z
    .object({
      startedAt: isoTime(context.now()),
      ticker: z.literal(ticker),
      resolution: z.literal('1HOUR'),
      high: positiveNumber,
      low: positiveNumber,
      close: positiveNumber,
      usdVolume: nonNegativeNumber,
    })
    .transform(({ close, high, low, startedAt, usdVolume }) => ({
      ...{ startAt: startedAt, high, low, close },
      volumeUsd: usdVolume,
    }))
    .refine(isSaneCandle, 'contradicts itself');
  const interest = z.object({
    startedAt: isoTime(context.now()),
    startingOpenInterest: nonNegativeNumber,
  });
  // One candle more: the open interest at its start is that at the end of the last hour.
  const windows = hourWindows(job.from, job.to + HOUR_MS, ROWS_PER_CALL);
  for (const window of windows.slice(0, MAX_HISTORY_PAGES)) {
    const answer = await context.http.getJson(`/candles/perpetualMarkets/${ticker}`, {
      resolution: '1HOUR',
      fromISO: new Date(window.startAt).toISOString(),
      // Exclusive at this venue.
      toISO: new Date(window.endAt + HOUR_MS).toISOString(),
      limit: ROWS_PER_CALL,
    });
    for (const raw of decodeShape(candlesSchema, answer, 'candles').candles) {
      const scope = tally.row(undefined);
      const candle = scope.read('history', row, raw);
      if (candle === undefined) continue;
      addCandle(table, candle, 1);
      const start = scope.read('history', interest, raw);
      // 0 is also what the indexer writes when it does not know; longs only, so one-sided.
      if (start === undefined || start.startingOpenInterest === 0) continue;
      table.add(start.startedAt - HOUR_MS, { openInterestBase: start.startingOpenInterest });
    }
  }
}

async function readFunding(job: Job): Promise<void> {
  const { context, table, tally, ticker } = job;
  const schema = z.object({
    ticker: z.literal(ticker),
    rate: intervalRateFraction,
    effectiveAt: isoTime(context.now()),
  });
  let before = job.to + HOUR_MS / 2;
  for (let page = 0; page < MAX_HISTORY_PAGES && before > job.from; page += 1) {
    const answer = await context.http.getJson(`/historicalFunding/${ticker}`, {
      effectiveBeforeOrAt: new Date(before).toISOString(),
      limit: ROWS_PER_CALL,
    });
    const rows = decodeShape(ratesSchema, answer, 'historicalFunding').historicalFunding;
    let oldest = before;
    for (const raw of rows) {
      const row = tally.row(undefined).read('history', schema, raw);
      if (row === undefined) continue;
      oldest = Math.min(oldest, row.effectiveAt);
      // Effective a moment after the hour it was taken over.
      const hourAt = Math.round(row.effectiveAt / HOUR_MS) * HOUR_MS - HOUR_MS;
      table.add(hourAt, { fundingAnnualFraction: annualFraction(row.rate, 1) });
    }
    if (rows.length < ROWS_PER_CALL || oldest >= before) break;
    before = oldest - 1;
  }
}

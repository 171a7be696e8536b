import { SourceError } from '../../../errors.ts';
import type { InstrumentHour } from '../../../signals/model/history.ts';
import type { Gap } from '../../../signals/model/observations.ts';
import { annualFraction } from '../../kit/annualize.ts';
import { addCandle } from '../../kit/candle.ts';
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
import {
  CANDLES_PER_CALL,
  candleRow,
  fetchCandleRows,
  fetchInterestPage,
  interestRow,
} from './charts.ts';
import { type ContractKind, ID, kindOf } from './name.ts';
import { fetchSettledRows, settledRate } from './rest-v3.ts';

interface Job {
  context: FetchContext;
  table: HourTable;
  tally: RowTally;
  kind: ContractKind;
  symbol: string;
  from: number;
  to: number;
}

/**
 * Hourly candles, open interest (linear contracts; in which unit the inverse ones are given is not
 * known, so that they are a gap) and funding of about the last year. Parts that fail are gaps.
 */
export async function fetchHistory(
  context: FetchContext,
  instrument: InstrumentRef,
  from: number,
  to: number,
): Promise<{ hours: InstrumentHour[]; gaps: Gap[] }> {
  const symbol = instrument.instrument;
  const kind = kindOf(symbol);
  if (kind === undefined) throw new SourceError('unsupported', `${ID}: not a perpetual here`);
  const gaps: Gap[] = [];
  const tally = createTally(ID);
  const until = Math.min(to, context.now());
  const table = createHourTable(ID, instrument, from, until);
  const job: Job = { context, table, tally, kind, symbol, from, to: until };
  const part = (read: () => Promise<void>) => partOrGaps(ID, ['history'], gaps, read);
  await part(() => readCandles(job));
  await part(() => readInterest(job));
  await part(() => readFunding(job));
  return { hours: table.hours(), gaps: [...gaps, ...tally.batch([]).gaps] };
}

async function readCandles({ context, from, kind, symbol, table, tally, to }: Job): Promise<void> {
  const schema = candleRow(kind, context.now());
  const windows = hourWindows(from, to, CANDLES_PER_CALL).slice(0, MAX_HISTORY_PAGES);
  for (const window of windows) {
    for (const raw of await fetchCandleRows(context, symbol, window)) {
      const candle = tally.row(undefined).read('history', schema, raw);
      if (candle !== undefined) addCandle(table, candle, 1);
    }
  }
}

async function readInterest(job: Job): Promise<void> {
  const { context, kind, symbol, table, tally, to } = job;
  if (kind === 'inverse') {
    throw new SourceError('unsupported', `${symbol}: unit of its open-interest history not known`);
  }
  const schema = interestRow(context.now());
  let from = Math.ceil(job.from / HOUR_MS) * HOUR_MS;
  for (let page = 0; page < MAX_HISTORY_PAGES && from < to; page += 1) {
    const { more, rows } = await fetchInterestPage(context, symbol, from, to);
    let newest = from - HOUR_MS;
    for (const raw of rows) {
      const row = tally.row(undefined).read('history', schema, raw);
      if (row === undefined) continue;
      table.add(row.hourAt, { openInterestBase: row.openInterest });
      newest = Math.max(newest, row.hourAt);
    }
    if (!more || newest < from) return;
    from = newest + HOUR_MS;
  }
}

async function readFunding({ context, symbol, table, tally }: Job): Promise<void> {
  const schema = settledRate(context.now());
  for (const raw of await fetchSettledRows(context, symbol)) {
    const row = tally.row(undefined).read('history', schema, raw);
    if (row === undefined) continue;
    // Fixed at the start of its hour and charged through it, unlike at other venues.
    table.add(row.hourAt, { fundingAnnualFraction: annualFraction(row.rateFraction, 1) });
  }
}

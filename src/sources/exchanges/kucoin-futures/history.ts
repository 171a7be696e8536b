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
import { getPublic } from './envelope.ts';
import { coinOf, ID, type KucoinCoin } from './name.ts';

const rowsSchema = z.array(z.unknown());
/** Documented as 500; an answer has held 200 at most. */
const CANDLES_PER_CALL = 200;
const CANDLES_WEIGHT = 3;
const RATES_PER_CALL = 100;
const RATES_WEIGHT = 5;

interface Job {
  context: FetchContext;
  table: HourTable;
  tally: RowTally;
  coin: KucoinCoin;
  symbol: string;
  from: number;
  to: number;
}

/** Hourly candles and settled funding; KuCoin keeps no open-interest history (a gap). */
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
  // [start, open, high, low, close, volume in lots, turnover]; an inverse lot is a dollar.
  const schema = z
    .array(z.unknown())
    .min(7)
    .transform(([startAt, , high, low, close, volume, turnover]) => ({
      ...{ startAt, high, low, close },
      volumeUsd: coin.inverse ? volume : turnover,
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
  const windows = hourWindows(from, to, CANDLES_PER_CALL).slice(0, MAX_HISTORY_PAGES);
  for (const { endAt, startAt } of windows) {
    const query = { symbol, granularity: 60, from: startAt, to: endAt + HOUR_MS - 1 };
    const options = { query, weight: CANDLES_WEIGHT };
    for (const raw of await getPublic(context, 'kline/query', options, rowsSchema)) {
      const candle = tally.row(undefined).read('history', schema, raw);
      if (candle !== undefined) addCandle(table, candle, coin.multiplier);
    }
  }
}

async function readFunding({ context, from, symbol, table, tally, to }: Job): Promise<void> {
  const schema = z.object({
    fundingRate: intervalRateFraction,
    timepoint: epochMs(context.now()),
  });
  const newestFirst: Settlement[] = [];
  // One interval earlier, so that the first rate's own interval is known.
  const earliest = from - 24 * HOUR_MS;
  let latest = to;
  for (let page = 0; page < MAX_HISTORY_PAGES && latest > earliest; page += 1) {
    const query = { symbol, from: earliest, to: latest };
    const options = { query, weight: RATES_WEIGHT };
    const rows = await getPublic(context, 'contract/funding-rates', options, rowsSchema);
    for (const raw of rows) {
      const row = tally.row(undefined).read('history', schema, raw);
      newestFirst.push(
        row === undefined ? 'hole' : { at: row.timepoint, rateFraction: row.fundingRate },
      );
    }
    const oldest = newestFirst.findLast((settlement) => settlement !== 'hole');
    if (rows.length < RATES_PER_CALL || oldest === undefined || oldest.at > latest) break;
    latest = oldest.at - 1;
  }
  addSettlements(table, newestFirst.reverse());
}

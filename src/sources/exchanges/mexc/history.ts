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
import { type Contract, contractNamed, readContracts } from './contracts.ts';
import { getPublic } from './envelope.ts';
import { ID } from './name.ts';

const CANDLES_PER_CALL = 2000;
/** Up to 1000 are documented by now; 100 was the limit before. */
const RATES_PER_CALL = 100;
const SECOND_MS = 1000;

interface Job {
  context: FetchContext;
  table: HourTable;
  tally: RowTally;
  contract: Contract;
  symbol: string;
  from: number;
  to: number;
}

/** Hourly candles and settled funding; MEXC publishes no open interest of the past (a gap). */
export async function fetchHistory(
  context: FetchContext,
  instrument: InstrumentRef,
  from: number,
  to: number,
): Promise<{ hours: InstrumentHour[]; gaps: Gap[] }> {
  const symbol = instrument.instrument;
  const contract = contractNamed(await readContracts(context), symbol);
  const detail = `${symbol}: no open-interest history at this venue`;
  const gaps: Gap[] = [
    { kind: 'gap', source: ID, wanted: 'history', reason: 'unsupported', detail },
  ];
  const tally = createTally(ID);
  const until = Math.min(to, context.now());
  const table = createHourTable(ID, instrument, from, until);
  const job: Job = { context, table, tally, contract, symbol, from, to: until };
  const part = (read: () => Promise<void>) => partOrGaps(ID, ['history'], gaps, read);
  await part(() => readCandles(job));
  await part(() => readFunding(job));
  return { hours: table.hours(), gaps: [...gaps, ...tally.batch([]).gaps] };
}

const column = z.array(z.unknown());
const columnsSchema = z.object({
  time: column,
  high: column,
  low: column,
  close: column,
  vol: column,
  amount: column,
});

/** Candles come as columns of equal length; `time` in seconds, `vol` in contracts. */
async function readCandles(job: Job): Promise<void> {
  const { context, contract, from, symbol, table, tally, to } = job;
  const { coin, contractSize } = contract;
  const schema = z
    .object({
      time: positiveNumber
        .transform((seconds): string | number => seconds * SECOND_MS)
        .pipe(epochMs(context.now())),
      high: positiveNumber,
      low: positiveNumber,
      close: positiveNumber,
      volume: nonNegativeNumber,
    })
    .transform(({ time, volume, ...prices }): Candle => {
      return { startAt: time, ...prices, volumeUsd: coin.inverse ? volume * contractSize : volume };
    })
    .refine(isSaneCandle, 'contradicts itself');
  const windows = hourWindows(from, to, CANDLES_PER_CALL).slice(0, MAX_HISTORY_PAGES);
  for (const { endAt, startAt } of windows) {
    const query = { interval: 'Min60', start: startAt / SECOND_MS, end: endAt / SECOND_MS };
    const columns = await getPublic(context, `kline/${symbol}`, query, columnsSchema);
    const { amount, close, high, low, time, vol } = columns;
    // One value too few would shift every figure after it into another hour.
    if ([close, high, low, vol, amount].some(({ length }) => length !== time.length)) {
      throw new SourceError('bad-payload', `kline ${symbol}: columns of unequal length`);
    }
    // The amount is in the quote coin, of inverse contracts in coins: those count their contracts.
    const volumes = coin.inverse ? vol : amount;
    for (const [index, at] of time.entries()) {
      const raw = { time: at, high: high[index], low: low[index], close: close[index] };
      const row = tally.row(undefined);
      const candle = row.read('history', schema, { ...raw, volume: volumes[index] });
      if (candle !== undefined) addCandle(table, candle, coin.multiplier);
    }
  }
}

const ratesSchema = z.object({ resultList: z.array(z.unknown()) });

/** Pages run from the newest settlement back. */
async function readFunding({ context, from, symbol, table, tally }: Job): Promise<void> {
  const schema = z.object({
    symbol: z.literal(symbol),
    fundingRate: intervalRateFraction,
    settleTime: epochMs(context.now()),
  });
  const newestFirst: Settlement[] = [];
  for (let page = 1; page <= MAX_HISTORY_PAGES; page += 1) {
    const query = { symbol, page_num: page, page_size: RATES_PER_CALL };
    const { resultList } = await getPublic(context, 'funding_rate/history', query, ratesSchema);
    for (const raw of resultList) {
      const row = tally.row(undefined).read('history', schema, raw);
      newestFirst.push(
        row === undefined ? 'hole' : { at: row.settleTime, rateFraction: row.fundingRate },
      );
    }
    const oldest = newestFirst.findLast((settlement) => settlement !== 'hole');
    // One interval earlier, so that the first rate's own interval is known.
    const reached = oldest !== undefined && oldest.at <= from - 24 * HOUR_MS;
    if (reached || resultList.length < RATES_PER_CALL) break;
  }
  addSettlements(table, newestFirst.reverse());
}

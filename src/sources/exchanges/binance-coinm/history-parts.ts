import { z } from 'zod';
import { addCandle, isSaneCandle } from '../../kit/candle.ts';
import {
  decodeShape,
  epochMs,
  intervalRateFraction,
  nonNegativeNumber,
  positiveNumber,
} from '../../kit/decode.ts';
import type { FetchContext } from '../../kit/define.ts';
import {
  addSettlements,
  HOUR_MS,
  type HourTable,
  hourWindows,
  MAX_HISTORY_PAGES,
  type Settlement,
} from '../../kit/history.ts';
import type { RowTally } from '../../kit/tally.ts';
import { contractSizeUsd, readContracts } from './contracts.ts';
import type { CoinmCoin } from './name.ts';

export interface HistoryJob {
  context: FetchContext;
  table: HourTable;
  tally: RowTally;
  symbol: string;
  coin: CoinmCoin;
  /** Epoch ms. */
  from: number;
  to: number;
}

const rowsSchema = z.array(z.unknown());
const PERPETUAL = 'PERPETUAL';
const CANDLES_PER_CALL = 1000;
const INTEREST_ROWS_PER_CALL = 500;
const RATES_PER_CALL = 1000;

/** `[open time, open, high, low, close, contracts, close time, coins, ...4 more]`, oldest first. */
export async function readCandles(job: HistoryJob): Promise<void> {
  const { coin, context, symbol, table, tally } = job;
  const sizeUsd = contractSizeUsd(await readContracts(context), symbol);
  const row = z
    .array(z.unknown())
    .min(12)
    .transform(([startAt, , high, low, close, contracts]) => ({
      ...{ startAt, high, low, close, contracts },
    }))
    .pipe(
      z.object({
        startAt: epochMs(context.now()),
        high: positiveNumber,
        low: positiveNumber,
        close: positiveNumber,
        contracts: nonNegativeNumber,
      }),
    )
    .transform(({ contracts, ...prices }) => ({ ...prices, volumeUsd: contracts * sizeUsd }))
    .refine(isSaneCandle, 'contradicts itself');
  const windows = hourWindows(job.from, job.to, CANDLES_PER_CALL).slice(0, MAX_HISTORY_PAGES);
  for (const { endAt, startAt } of windows) {
    const answer = await context.http.getJson(
      '/dapi/v1/klines',
      { symbol, interval: '1h', startTime: startAt, endTime: endAt, limit: CANDLES_PER_CALL },
      { weight: 5 },
    );
    for (const raw of decodeShape(rowsSchema, answer, 'klines')) {
      const candle = tally.row(undefined).read('history', row, raw);
      if (candle !== undefined) addCandle(table, candle, coin.multiplier);
    }
  }
}

/** `sumOpenInterest` counts contracts, `sumOpenInterestValue` coins: no price is needed. */
export async function readInterest(job: HistoryJob, oldest: number): Promise<void> {
  const { coin, context, table, tally } = job;
  const { multiplier, pair } = coin;
  const schema = z.object({
    pair: z.literal(pair),
    contractType: z.literal(PERPETUAL),
    sumOpenInterestValue: nonNegativeNumber,
    timestamp: epochMs(context.now()),
  });
  // A stamp is the state at that time: the end of the hour before.
  const from = Math.max(job.from + HOUR_MS, oldest);
  for (const window of hourWindows(from, job.to + HOUR_MS, INTEREST_ROWS_PER_CALL)) {
    const query = {
      ...{ pair, contractType: PERPETUAL, period: '1h' },
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
      const openInterestBase = row.sumOpenInterestValue * multiplier;
      table.add(row.timestamp - HOUR_MS, { openInterestBase });
    }
  }
}

/** Settled rates, oldest first. */
export async function readFunding(job: HistoryJob): Promise<void> {
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
    const answer = await context.http.getJson('/dapi/v1/fundingRate', query, { weight: 24 });
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

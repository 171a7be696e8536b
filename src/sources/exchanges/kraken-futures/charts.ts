import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { type Candle, isSaneCandle } from '../../kit/candle.ts';
import { decodeShape, epochMs, nonNegativeNumber, positiveNumber } from '../../kit/decode.ts';
import type { FetchContext } from '../../kit/define.ts';
import { HOUR_MS } from '../../kit/history.ts';
import type { ContractKind } from './name.ts';

/** The charts service: another one than REST v3, with an envelope of its own. */
const PREFIX = '/api/charts/v1';
/** An answer holds 2000 candles, whatever the documentation says. */
export const CANDLES_PER_CALL = 1000;

const seconds = (at: number): number => Math.floor(at / 1000);

/** Undecoded hourly candles of trades from `startAt` to the one that begins at `endAt`. */
export async function fetchCandleRows(
  { http }: FetchContext,
  symbol: string,
  window: { startAt: number; endAt: number },
): Promise<unknown[]> {
  const body = await http.getJson(`${PREFIX}/trade/${symbol}/1h`, {
    from: seconds(window.startAt),
    to: seconds(window.endAt + HOUR_MS - 1),
  });
  return decodeShape(z.object({ candles: z.array(z.unknown()) }), body, 'candles').candles;
}

/** A candle; its volume is in coins (linear, valued at its close) or dollars (inverse). */
export function candleRow(kind: ContractKind, now: number) {
  return z
    .object({
      time: epochMs(now),
      high: positiveNumber,
      low: positiveNumber,
      close: positiveNumber,
      volume: nonNegativeNumber,
    })
    .transform(
      ({ close, high, low, time, volume }): Candle => ({
        ...{ startAt: time, high, low, close },
        volumeUsd: kind === 'linear' ? volume * close : volume,
      }),
    )
    .refine(isSaneCandle, 'contradicts itself');
}

export interface InterestPage {
  /** Undecoded pairs for `interestRow`, oldest first. */
  rows: { stamp: unknown; bucket: unknown }[];
  more: boolean;
}

/** Hourly open interest between two times; an answer that says `more` ends early. */
export async function fetchInterestPage(
  { http }: FetchContext,
  symbol: string,
  from: number,
  to: number,
): Promise<InterestPage> {
  const body = await http.getJson(`${PREFIX}/analytics/${symbol}/open-interest`, {
    since: seconds(from),
    to: seconds(to),
    interval: HOUR_MS / 1000,
  });
  const schema = z.object({
    result: z.object({
      timestamp: z.array(z.unknown()),
      data: z.array(z.unknown()),
      more: z.boolean(),
    }),
  });
  const { data, more, timestamp } = decodeShape(schema, body, 'open interest').result;
  if (data.length !== timestamp.length) {
    throw new SourceError('bad-payload', 'open interest: as many times as values expected');
  }
  return { rows: timestamp.map((stamp, index) => ({ stamp, bucket: data[index] })), more };
}

/** The hour a bucket begins at, and the open interest at its end: `[open, high, low, close]`. */
export function interestRow(now: number) {
  const bucket = z
    .tuple([nonNegativeNumber, nonNegativeNumber, nonNegativeNumber, nonNegativeNumber])
    .refine(([, high, low, close]) => low <= close && close <= high, 'contradicts itself');
  return z
    .object({
      stamp: z
        .number()
        .int()
        .transform((stamp): string | number => stamp * 1000)
        .pipe(epochMs(now)),
      bucket,
    })
    .transform((row) => ({ hourAt: row.stamp, openInterest: row.bucket[3] }));
}

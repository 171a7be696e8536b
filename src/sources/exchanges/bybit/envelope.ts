import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { decodeShape, epochMs } from '../../kit/decode.ts';
import type { FetchContext } from '../../kit/define.ts';

const statusSchema = z.object({ retCode: z.number() });

const THROTTLED = new Set([10006, 10018, 10429]);
const VENUE_TROUBLE = new Set([10000, 10016, 10019]);
const NOT_THERE = new Set([10001, 10029, 110023]);
const THROTTLE_PAUSE_MS = 5000;

/** Bybit answers HTTP 200 for failures as well: `retCode` decides. */
function checkRetCode(body: unknown): void {
  const { retCode } = decodeShape(statusSchema, body, 'bybit');
  if (retCode === 0) return;
  const message = `bybit: retCode ${retCode}`;
  if (THROTTLED.has(retCode)) {
    throw new SourceError('rate-limited', message, { retryAfterMs: THROTTLE_PAUSE_MS });
  }
  if (VENUE_TROUBLE.has(retCode)) throw new SourceError('unavailable', message);
  if (NOT_THERE.has(retCode)) throw new SourceError('unsupported', message);
  throw new SourceError('bad-payload', message);
}

export interface BybitAnswer<T> {
  result: T;
  /** The venue's clock when it answered. */
  observedAt: number;
}

/** One market call. Throws `SourceError`, also for failures told with HTTP 200. */
export async function getMarket<T>(
  { http, now }: FetchContext,
  endpoint: string,
  query: Readonly<Record<string, string | number>>,
  result: z.ZodType<T>,
): Promise<BybitAnswer<T>> {
  const body = await http.getJson(`/v5/market/${endpoint}`, query, { check: checkRetCode });
  const schema = z.object({ result, time: epochMs(now()) });
  const answer = decodeShape(schema, body, `bybit ${endpoint}`);
  return { result: answer.result as T, observedAt: answer.time };
}

import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { decodeShape } from '../../kit/decode.ts';
import type { FetchContext } from '../../kit/define.ts';

const errorSchema = z.object({ error: z.object({ code: z.number() }) });

/** too_many_requests, matching_engine_queue_full, too_many_concurrent_requests. */
const THROTTLED = new Set([10028, 10047, 10066]);
/**
 * retry, settlement_in_progress (seconds a day), system_maintenance, internal_server_error,
 * method_switched_off_by_admin, temporarily_unavailable, timed_out.
 */
const VENUE_TROUBLE = new Set([10040, 10041, 11051, 11094, 13025, 13028, 13888]);
/** Unknown method, unknown instrument or currency, a closed book. */
const NOT_THERE = new Set([-32601, -32602, 10020, 10033, 13019, 13020]);
/** The venue gives no time; its pool of credits is full again after five seconds. */
const THROTTLE_PAUSE_MS = 5000;

/** JSON-RPC errors come with HTTP 400, mostly: `error.code` decides. */
function checkError(body: unknown): void {
  const failed = errorSchema.safeParse(body);
  if (!failed.success) return;
  const { code } = failed.data.error;
  const message = `deribit: error ${code}`;
  if (THROTTLED.has(code)) {
    throw new SourceError('rate-limited', message, { retryAfterMs: THROTTLE_PAUSE_MS });
  }
  if (VENUE_TROUBLE.has(code)) throw new SourceError('unavailable', message);
  if (NOT_THERE.has(code)) throw new SourceError('unsupported', message);
  throw new SourceError('bad-payload', message);
}

/** The result of one public method. Throws `SourceError`. */
export async function getPublic<T>(
  { http }: FetchContext,
  method: string,
  query: Readonly<Record<string, string | number>>,
  result: z.ZodType<T>,
): Promise<T> {
  const body = await http.getJson(`/public/${method}`, query, {
    check: checkError,
    checkRefusal: checkError,
  });
  return decodeShape(z.object({ result }), body, `deribit ${method}`).result as T;
}

import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { decodeShape } from '../../kit/decode.ts';
import type { FetchContext } from '../../kit/define.ts';

const statusSchema = z.object({ success: z.boolean(), code: z.number().int() });

const THROTTLED = 510;
/** Limits are counted over two seconds. */
const THROTTLE_PAUSE_MS = 4000;
const VENUE_TROUBLE = new Set([500, 501, 9999]);
/** No such endpoint, request or contract; 1002: a contract that is not open. */
const NOT_THERE = new Set([511, 513, 600, 1001, 1002]);

/** MEXC answers HTTP 200 for failures as well: `success` and `code` decide. Texts are not quoted. */
function checkSuccess(body: unknown): void {
  const { code, success } = decodeShape(statusSchema, body, 'mexc');
  if (success && code === 0) return;
  const message = `mexc: code ${code}`;
  if (code === THROTTLED) {
    throw new SourceError('rate-limited', message, { retryAfterMs: THROTTLE_PAUSE_MS });
  }
  if (VENUE_TROUBLE.has(code)) throw new SourceError('unavailable', message);
  if (NOT_THERE.has(code)) throw new SourceError('unsupported', message);
  throw new SourceError('bad-payload', message);
}

/** The `data` of one public call. Throws `SourceError`, also for failures told with HTTP 200. */
export async function getPublic<T>(
  { http }: FetchContext,
  endpoint: string,
  query: Readonly<Record<string, string | number>>,
  schema: z.ZodType<T>,
): Promise<T> {
  const body = await http.getJson(`/api/v1/contract/${endpoint}`, query, { check: checkSuccess });
  return decodeShape(z.object({ data: schema }), body, `mexc ${endpoint}`).data as T;
}

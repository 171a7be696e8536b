import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { decodeShape } from '../../kit/decode.ts';
import type { FetchContext } from '../../kit/define.ts';

const statusSchema = z.object({ code: z.string().min(1).max(10) });
const dataSchema = z.object({ data: z.array(z.unknown()) });

const THROTTLED: ReadonlySet<string> = new Set(['50011', '50061']);
/** Unavailable, timed out, busy, system error. */
const VENUE_TROUBLE: ReadonlySet<string> = new Set(['50001', '50004', '50013', '50026']);
/** Parameter missing, parameter wrong, no such instrument. */
const NOT_THERE: ReadonlySet<string> = new Set(['50014', '51000', '51001']);
/** Limits are counted in windows of two seconds. */
const THROTTLE_PAUSE_MS = 2000;

/** OKX answers HTTP 200 for failures as well: `code` decides. */
function checkCode(body: unknown): void {
  const { code } = decodeShape(statusSchema, body, 'okx');
  if (code === '0') return;
  const message = /^\d+$/.test(code) ? `okx: code ${code}` : 'okx: a code that is no number';
  if (THROTTLED.has(code)) {
    throw new SourceError('rate-limited', message, { retryAfterMs: THROTTLE_PAUSE_MS });
  }
  if (VENUE_TROUBLE.has(code)) throw new SourceError('unavailable', message);
  if (NOT_THERE.has(code)) throw new SourceError('unsupported', message);
  throw new SourceError('bad-payload', message);
}

/** The rows of one public call. Throws `SourceError`, also for failures told with HTTP 200. */
export async function getData(
  { http }: FetchContext,
  endpoint: string,
  query: Readonly<Record<string, string | number>>,
  weight = 1,
): Promise<unknown[]> {
  const call = { weight, check: checkCode };
  const body = await http.getJson(`/api/v5/${endpoint}`, query, call);
  return decodeShape(dataSchema, body, `okx ${endpoint}`).data;
}

import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { decodeShape } from '../../kit/decode.ts';
import type { FetchContext } from '../../kit/define.ts';

const statusSchema = z.object({ code: z.string() });

const GOOD = '200000';
const THROTTLED = '429000';
/** The public pool refills every 30 seconds; how much is left of them is in a header only. */
const THROTTLE_PAUSE_MS = 30_000;
const WRONG_REGION = '400302';
const VENUE_TROUBLE = new Set(['500000', '503000']);
const NOT_THERE = new Set(['100001', '300000', '400100', '404000']);

/** KuCoin says in `code` what went wrong, with HTTP 200 too. Texts are not quoted. */
function checkCode(body: unknown): void {
  const { code } = decodeShape(statusSchema, body, 'kucoin-futures');
  if (code === GOOD) return;
  const message = `kucoin-futures: code ${/^\d{1,8}$/.test(code) ? code : '(odd)'}`;
  if (code === THROTTLED) {
    throw new SourceError('rate-limited', message, { retryAfterMs: THROTTLE_PAUSE_MS });
  }
  if (code === WRONG_REGION) {
    throw new SourceError('unavailable', `${message}, not for this region`, { retryable: false });
  }
  if (VENUE_TROUBLE.has(code)) throw new SourceError('unavailable', message);
  if (NOT_THERE.has(code)) throw new SourceError('unsupported', message);
  throw new SourceError('bad-payload', message);
}

/** The `data` of one public call. Throws `SourceError`, also for failures told with HTTP 200. */
export async function getPublic<T>(
  { http }: FetchContext,
  endpoint: string,
  options: { query?: Readonly<Record<string, string | number>>; weight: number },
  schema: z.ZodType<T>,
): Promise<T> {
  const { query = {}, weight } = options;
  const body = await http.getJson(`/api/v1/${endpoint}`, query, { weight, check: checkCode });
  return decodeShape(z.object({ data: schema }), body, `kucoin ${endpoint}`).data as T;
}

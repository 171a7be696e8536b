import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { decodeShape, epochMs } from '../../kit/decode.ts';
import type { FetchContext } from '../../kit/define.ts';

const statusSchema = z.object({ code: z.string() });

const GOOD = '00000';
const THROTTLED = '429';
const THROTTLE_PAUSE_MS = 10_000;
/** Timed out, system abnormal, upgrade, service error, unknown error. */
const VENUE_TROUBLE: ReadonlySet<string> = new Set(['40010', '40015', '40200', '40725', '45001']);
/** Parameter missing, wrong or unknown; no such symbol. */
const NOT_THERE: ReadonlySet<string> = new Set(['25100', '40017', '40019', '40034', '400172']);

/** `code` decides, with HTTP 400 and now and then with HTTP 200. Texts are not quoted. */
function checkCode(body: unknown): void {
  const { code } = decodeShape(statusSchema, body, 'bitget');
  if (code === GOOD) return;
  const message = `bitget: code ${/^\d{1,8}$/.test(code) ? code : '(odd)'}`;
  if (code === THROTTLED) {
    throw new SourceError('rate-limited', message, { retryAfterMs: THROTTLE_PAUSE_MS });
  }
  if (VENUE_TROUBLE.has(code)) throw new SourceError('unavailable', message);
  if (NOT_THERE.has(code)) throw new SourceError('unsupported', message);
  throw new SourceError('bad-payload', message);
}

export interface BitgetAnswer<T> {
  data: T;
  /** The venue's clock when it answered. */
  answeredAt: number;
}

/** One public call; `path` begins with the version. Throws `SourceError`, also for a bad `code`. */
export async function getPublic<T>(
  { http, now }: FetchContext,
  path: string,
  options: { query: Readonly<Record<string, string | number>>; weight?: number },
  data: z.ZodType<T>,
): Promise<BitgetAnswer<T>> {
  const { query, weight = 1 } = options;
  const call = { weight, check: checkCode, checkRefusal: checkCode };
  const body = await http.getJson(`/api/${path}`, query, call);
  const schema = z.object({ data, requestTime: epochMs(now()) });
  const answer = decodeShape(schema, body, `bitget ${path}`);
  return { data: answer.data as T, answeredAt: answer.requestTime };
}

export const rowsSchema = z.array(z.unknown());

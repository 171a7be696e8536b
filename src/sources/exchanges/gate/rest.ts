import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import { decodeShape } from '../../kit/decode.ts';
import type { FetchContext } from '../../kit/define.ts';
import type { Settle } from './name.ts';

const refusalSchema = z.object({ label: z.string() });

/** The window of the limits. */
const THROTTLE_PAUSE_MS = 10_000;
const THROTTLED = new Set(['TOO_MANY_REQUESTS', 'TOO_FAST']);
const VENUE_TROUBLE = new Set(['SERVER_ERROR', 'INTERNAL', 'TOO_BUSY']);

/**
 * Gate says what went wrong as `{"label": …}`, mostly with HTTP 400. Good answers are lists or objects
 * without a label. Texts are not quoted. Throws `SourceError`.
 */
function checkLabel(body: unknown): void {
  const refusal = refusalSchema.safeParse(body);
  if (!refusal.success) return;
  const { label } = refusal.data;
  const message = `gate: ${/^[A-Z_]{1,40}$/.test(label) ? label : '(odd label)'}`;
  if (THROTTLED.has(label)) {
    throw new SourceError('rate-limited', message, { retryAfterMs: THROTTLE_PAUSE_MS });
  }
  if (VENUE_TROUBLE.has(label)) throw new SourceError('unavailable', message);
  // CONTRACT_NOT_FOUND, INVALID_PARAM_VALUE, MISSING_REQUIRED_PARAM and the like.
  throw new SourceError('unsupported', message);
}

/** One public call, of weight 1. Throws `SourceError`, also for a label in the body. */
export async function getFutures<T>(
  { http }: FetchContext,
  settle: Settle,
  endpoint: string,
  query: Readonly<Record<string, string | number>>,
  schema: z.ZodType<T>,
): Promise<T> {
  const body = await http.getJson(`/futures/${settle}/${endpoint}`, query, {
    check: checkLabel,
    checkRefusal: checkLabel,
  });
  return decodeShape(schema, body, `gate ${endpoint}`);
}

export const rowsSchema = z.array(z.unknown());

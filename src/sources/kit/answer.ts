import { SourceError } from '../../errors.ts';

/** What came back over HTTP, before it means anything. */
export interface RawAnswer {
  status: number;
  retryAfter: string | undefined;
  text: string;
}

const BYBIT_BAN_MS = 600_000;
const DEFAULT_THROTTLE_MS = 10_000;
/** Binance's first IP ban lasts two minutes. */
const DEFAULT_BAN_MS = 120_000;

/**
 * The parsed JSON of a good answer. Throws `SourceError` for everything else, by status;
 * messages carry neither body nor host.
 */
export function readAnswer(answer: RawAnswer, what: string, now: number): unknown {
  const { status, text } = answer;
  if (status >= 200 && status < 300) return parseJson(text, what);
  const askedMs = parseRetryAfter(answer.retryAfter, now);
  const heading = `${what}: HTTP ${status}`;
  if (status === 429 || status === 418) {
    const retryAfterMs = askedMs ?? (status === 418 ? DEFAULT_BAN_MS : DEFAULT_THROTTLE_MS);
    throw new SourceError('rate-limited', heading, { retryAfterMs });
  }
  // Bybit throttles with 403 "access too frequent" and wants ten minutes of silence.
  if (status === 403 && /too frequent|rate limit/i.test(text.slice(0, 4000))) {
    throw new SourceError('rate-limited', `${heading}, too frequent`, {
      retryAfterMs: askedMs ?? BYBIT_BAN_MS,
    });
  }
  if (status === 403 || status === 451) {
    throw new SourceError(
      'unavailable',
      `${heading}, not reachable from here (region or firewall)`,
      {
        retryable: false,
      },
    );
  }
  if (status >= 500) {
    throw new SourceError('unavailable', heading, {
      ...(askedMs === undefined ? {} : { retryAfterMs: askedMs }),
    });
  }
  if (status >= 300 && status < 400) {
    throw new SourceError('unavailable', `${heading}, a redirect`, { retryable: false });
  }
  if (status === 404 || status === 405 || status === 410) {
    throw new SourceError('unsupported', heading);
  }
  throw new SourceError('bad-payload', heading);
}

/** Seconds or an HTTP date, as ms from `now`; undefined when absent or unreadable. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,7}(\.\d+)?$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

const LONG_INTEGER = /[:[,]\s*-?\d{16,}/;

/**
 * JSON with its numbers intact: an integer too long for a double comes as the string of its
 * digits, so that raw token amounts stay exact.
 */
function parseJson(text: string, what: string): unknown {
  try {
    return LONG_INTEGER.test(text) ? JSON.parse(text, keepLongIntegers) : JSON.parse(text);
  } catch {
    const html = /^\s*</.test(text);
    throw new SourceError('bad-payload', `${what}: ${html ? 'a web page' : 'no JSON'}, not data`);
  }
}

function keepLongIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? source : value;
}

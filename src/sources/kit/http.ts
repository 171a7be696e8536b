import axios from 'axios';
import { SourceError } from '../../errors.ts';
import type { Clock, Logger, Random } from '../../ports.ts';
import { type RawAnswer, readAnswer } from './answer.ts';
import { createBreaker } from './breaker.ts';
import { createBudget } from './budget.ts';
import type { Budget, CallOptions, SourceHttp } from './define.ts';
import { checkRefusal } from './refusal.ts';
import { withRetry } from './retry.ts';

export interface HttpLimits {
  /** From the call to the last byte, real time, ms. */
  timeoutMs: number;
  /** Counted after decompression. */
  maxBodyBytes: number;
  /** Longest wait for the request budget, ms of `clock`. */
  maxBudgetWaitMs: number;
  maxTries: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  timeoutMs: 10_000,
  maxBodyBytes: 32 * 1024 * 1024,
  maxBudgetWaitMs: 30_000,
  maxTries: 3,
};

export interface SourceHttpOptions {
  /** Id, named in errors. */
  source: string;
  /** Scheme, host and an optional path prefix, which is kept. */
  baseUrl: string;
  budget: Budget;
  clock: Clock;
  log: Logger;
  random: Random;
  signal: AbortSignal;
  limits?: Partial<HttpLimits>;
}

/**
 * HTTP of one source, long-lived: budget and breaker remember across calls. JSON only, no
 * redirects; errors are `SourceError`s that name the path but never host, query or body. When
 * `signal` aborts, calls reject with its reason. A proxy is set up in Node (NODE_USE_ENV_PROXY).
 */
export function createSourceHttp(options: SourceHttpOptions): SourceHttp {
  const { source, clock, log, random, signal } = options;
  const limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
  const base = options.baseUrl.replace(/\/+$/, '');
  const budget = createBudget({
    source,
    clock,
    weightPerMinute: options.budget.weightPerMinute,
    maxWaitMs: limits.maxBudgetWaitMs,
  });
  const breaker = createBreaker({ source, clock });

  async function attempt(request: Request, call: CallOptions): Promise<unknown> {
    signal.throwIfAborted();
    await budget.take(call.weight ?? 1, signal);
    const what = `${source} ${request.path}`;
    try {
      const answer = await send(request, what);
      if (call.checkRefusal !== undefined) checkRefusal(answer, call.checkRefusal);
      const body = readAnswer(answer, what, clock.now());
      call.check?.(body);
      return body;
    } catch (error) {
      if (error instanceof SourceError) {
        if (error.reason === 'rate-limited') budget.hold(error.retryAfterMs ?? 0);
        log.debug({ source, path: request.path, reason: error.reason }, 'call failed');
      }
      throw error;
    }
  }

  async function send(request: Request, what: string): Promise<RawAnswer> {
    // Sockets live in real time even when the program's clock is simulated.
    const timeout = AbortSignal.timeout(limits.timeoutMs);
    try {
      const response = await axios.request<string>({
        url: base + request.path + request.query,
        method: request.body === undefined ? 'GET' : 'POST',
        ...(request.body === undefined ? {} : { data: JSON.stringify(request.body) }),
        headers: {
          Accept: 'application/json',
          'User-Agent': 'cascade-watch',
          ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        responseType: 'text',
        transformResponse: (text: string) => text,
        validateStatus: () => true,
        maxRedirects: 0,
        maxContentLength: limits.maxBodyBytes,
        proxy: false,
        signal: AbortSignal.any([signal, timeout]),
      });
      const retryAfter: unknown = response.headers['retry-after'];
      return {
        status: response.status,
        text: response.data,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      };
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted) {
        throw new SourceError('timeout', `${what}: no answer within ${limits.timeoutMs} ms`);
      }
      throw networkError(error, what);
    }
  }

  function run(request: Request, call: CallOptions = {}): Promise<unknown> {
    const once = () => breaker.run(() => attempt(request, call));
    return withRetry(once, { clock, random, signal, maxTries: limits.maxTries });
  }

  return {
    getJson: (path, query = {}, call = {}) => run({ path, query: queryString(query) }, call),
    postJson: (path, body, call = {}) => run({ path, query: '', body }, call),
  };
}

interface Request {
  path: string;
  query: string;
  body?: unknown;
}

function queryString(query: Readonly<Record<string, string | number>>): string {
  const entries = Object.entries(query).map(([key, value]): [string, string] => [
    key,
    String(value),
  ]);
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`;
}

/** axios' own error is not kept as cause: it carries the full URL and the request. */
function networkError(error: unknown, what: string): unknown {
  if (!axios.isAxiosError(error)) return error;
  if (error.message.startsWith('maxContentLength')) {
    return new SourceError('bad-payload', `${what}: the answer is too large`);
  }
  const code = error.code ?? 'unknown';
  if (code.startsWith('Z_') || code.startsWith('ERR_BUFFER')) {
    return new SourceError('bad-payload', `${what}: the compressed answer is damaged`);
  }
  if (code === 'ETIMEDOUT' || code === 'ECONNABORTED') {
    return new SourceError('timeout', `${what}: ${code}`);
  }
  return new SourceError('unavailable', `${what}: connection failed (${code})`);
}

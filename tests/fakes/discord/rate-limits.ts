/** How often: docs give no numbers; messages 5 per 5 s and deletions 5 per 1 s are what was seen. */
const LIMITS: readonly { method: string; path: RegExp; limit: number; windowMs: number }[] = [
  { method: 'POST', path: /^\/channels\/(\d+)\/messages$/, limit: 5, windowMs: 5000 },
  { method: 'PATCH', path: /^\/channels\/(\d+)\/messages\/\d+$/, limit: 5, windowMs: 5000 },
  { method: 'DELETE', path: /^\/channels\/(\d+)\/messages\/\d+$/, limit: 5, windowMs: 1000 },
  { method: 'POST', path: /^\/channels\/(\d+)\/typing$/, limit: 5, windowMs: 5000 },
  {
    method: 'POST',
    path: /^\/channels\/(\d+)\/messages\/\d+\/crosspost$/,
    limit: 10,
    windowMs: 3_600_000,
  },
];

const OTHER = { limit: 50, windowMs: 1000 };
const GLOBAL = { limit: 50, windowMs: 1000 };

export interface Verdict {
  headers: Record<string, string>;
  refused?: { retryAfterMs: number; isGlobal: boolean };
}

export interface RateLimits {
  /** Counts a request and gives its headers; `refused` only when limits are enforced. */
  take(method: string, path: string): Verdict;
}

interface Window {
  endsAt: number;
  used: number;
}

/**
 * Buckets by route and channel (or server, or webhook), in `now()` time. Not `enforced`: the
 * headers never say that nothing is left, so that no client waits.
 */
export function rateLimits(now: () => number, enforced: boolean): RateLimits {
  const windows = new Map<string, Window>();
  function windowOf(key: string, windowMs: number): Window {
    const found = windows.get(key);
    if (found !== undefined && now() < found.endsAt) return found;
    const fresh = { endsAt: now() + windowMs, used: 0 };
    windows.set(key, fresh);
    return fresh;
  }
  return {
    take(method, path) {
      // No headers and no limit but the 3 s: the documents exempt these from the global one too.
      if (path.startsWith('/interactions/')) return { headers: {} };
      const isWebhook = path.startsWith('/webhooks/');
      const global = windowOf('global', GLOBAL.windowMs);
      if (enforced && !isWebhook && global.used >= GLOBAL.limit) {
        return {
          headers: {},
          refused: { retryAfterMs: global.endsAt - now(), isGlobal: true },
        };
      }
      if (!isWebhook) global.used += 1;
      const rule = LIMITS.find((one) => one.method === method && one.path.test(path));
      const { limit, windowMs } = rule ?? OTHER;
      const key = bucketKey(method, path);
      const bucket = windowOf(key, windowMs);
      const isFull = enforced && bucket.used >= limit;
      if (!isFull) bucket.used += 1;
      const leftMs = bucket.endsAt - now();
      const headers = {
        'X-RateLimit-Limit': String(limit),
        'X-RateLimit-Remaining': String(enforced ? limit - bucket.used : limit - 1),
        'X-RateLimit-Reset': (bucket.endsAt / 1000).toFixed(3),
        'X-RateLimit-Reset-After': (leftMs / 1000).toFixed(3),
        'X-RateLimit-Bucket': routeName(method, path),
      };
      if (!isFull) return { headers };
      return { headers, refused: { retryAfterMs: leftMs, isGlobal: false } };
    },
  };
}

/** The route with ids and tokens left out: what the bucket header names. */
function routeName(method: string, path: string): string {
  const general = path.replace(/\d{15,}/g, 'id').replace(/^(\/webhooks\/id)\/[^/]+/, '$1/token');
  return Buffer.from(`${method} ${general}`).toString('base64url');
}

/** The route with its major part (channel, server, webhook) and no other id. */
function bucketKey(method: string, path: string): string {
  const major = /^\/(channels|guilds|webhooks)\/[^/]+(\/[^/]{60,})?/.exec(path)?.[0] ?? '';
  return `${routeName(method, path)} ${major}`;
}

/** Body and headers of a 429. */
export function tooMany(
  retryAfterMs: number,
  scope: 'user' | 'shared' | 'global',
): { status: 429; headers: Record<string, string>; body: object } {
  const isGlobal = scope === 'global';
  const message =
    scope === 'shared' ? 'The resource is being rate limited.' : 'You are being rate limited.';
  return {
    status: 429,
    headers: {
      'Retry-After': String(Math.ceil(retryAfterMs / 1000)),
      'X-RateLimit-Scope': scope,
      ...(isGlobal ? { 'X-RateLimit-Global': 'true' } : {}),
    },
    body: { message, retry_after: retryAfterMs / 1000, global: isGlobal },
  };
}

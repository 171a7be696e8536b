import type { Random } from '../../../src/ports.ts';
import type { FaultKind as DiscordFault } from '../../fakes/discord/api.ts';
import type { FaultKind as TelegramFault } from '../../fakes/telegram/types.ts';

/** One request going wrong. */
export interface WireFault {
  name: string;
  telegram?: TelegramFault;
  discord?: DiscordFault;
}

interface Drawn {
  weight: number;
  make(random: Random): WireFault;
}

const BAD_GATEWAY = '<html><body><h1>502 Bad Gateway</h1></body></html>';

const FAULTS: readonly Drawn[] = [
  { weight: 6, make: (random) => rateLimit('429', seconds(random), 'user') },
  { weight: 1, make: (random) => rateLimit('429 shared', seconds(random), 'shared') },
  { weight: 1, make: (random) => rateLimit('429 global', seconds(random), 'global') },
  ...[500, 502, 503, 504].map((status) => same(2, String(status), { status })),
  same(2, '502 HTML', { status: 502, body: BAD_GATEWAY, headers: { 'content-type': 'text/html' } }),
  same(1, '504 HTML', { status: 504, body: BAD_GATEWAY, headers: { 'content-type': 'text/html' } }),
  same(4, 'reset-before', 'reset-before'),
  same(4, 'reset-after', 'reset-after'),
  same(3, 'silence-before', 'silence-before'),
  same(3, 'silence-after', 'silence-after'),
  same(3, 'garbage', 'garbage'),
  same(1, 'oversize', { oversize: 6_000_000 }),
  same(1, 'redirect', { redirect: 'http://127.0.0.1:1/elsewhere' }),
  same(3, 'delay', { delayMs: 3 }),
  { weight: 4, make: (random) => formatRefusal(random) },
  { weight: 1, make: () => forbidden() },
  { weight: 0.3, make: () => tokenRefused() },
];

export function drawFault(random: Random): WireFault {
  const total = FAULTS.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * total;
  const drawn = FAULTS.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return (drawn ?? (FAULTS[0] as Drawn)).make(random);
}

/** Names of all that `drawFault` can give. */
export function faultNames(): string[] {
  return FAULTS.map(({ make }) => make(() => 0).name);
}

/** Does the chat get nothing to see of it, and the program no word that something went wrong? */
export function isSilent({ telegram, discord }: WireFault): 'before' | 'after' | undefined {
  if ((telegram ?? discord) === 'silence-before') return 'before';
  return (telegram ?? discord) === 'silence-after' ? 'after' : undefined;
}

function same(weight: number, name: string, kind: TelegramFault & DiscordFault): Drawn {
  return { weight, make: () => ({ name, telegram: kind, discord: kind }) };
}

/** 1 to 20, more often few. */
function seconds(random: Random): number {
  return 1 + Math.floor(random() ** 2 * 20);
}

/** Telegram does not say for whom it is; Discord does. */
export function rateLimit(
  name: string,
  retryAfterS: number,
  scope: 'user' | 'shared' | 'global',
): WireFault {
  return {
    name,
    telegram: {
      status: 429,
      body: {
        ok: false,
        error_code: 429,
        description: `Too Many Requests: retry after ${retryAfterS}`,
        parameters: { retry_after: retryAfterS },
      },
    },
    discord: { rateLimit: { retryAfterMs: retryAfterS * 1000, scope } },
  };
}

function formatRefusal(random: Random): WireFault {
  const telegram = [
    "Bad Request: can't parse entities: Unsupported start tag at byte offset 3",
    'Bad Request: PHOTO_INVALID_DIMENSIONS',
    'Bad Request: BUTTON_DATA_INVALID',
  ];
  const description = telegram[Math.floor(random() * telegram.length)] ?? '';
  return {
    name: '400 format',
    telegram: telegramRefusal(400, description),
    discord:
      random() < 0.8
        ? { status: 400, body: { code: 50035, message: 'Invalid Form Body', errors: {} } }
        : { status: 413, body: { code: 40005, message: 'Request entity too large' } },
  };
}

/** A code that no document knows, and one that everybody does. */
function forbidden(): WireFault {
  return {
    name: '403',
    telegram: telegramRefusal(400, 'Bad Request: CHAT_WRITE_FORBIDDEN'),
    discord: { status: 403, body: { code: 40333, message: 'internal network error' } },
  };
}

function tokenRefused(): WireFault {
  return {
    name: '401',
    telegram: telegramRefusal(401, 'Unauthorized'),
    discord: { status: 401, body: { code: 0, message: '401: Unauthorized' } },
  };
}

function telegramRefusal(status: number, description: string): TelegramFault {
  return { status, body: { ok: false, error_code: status, description } };
}

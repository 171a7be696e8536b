import { DefaultRestOptions, type RESTOptions, type ResponseLike } from 'discord.js';
import { AppError } from '../../../errors.ts';

type MakeRequest = RESTOptions['makeRequest'];

/** Who listens to the answers. */
export interface AnswerWatch {
  /** Told the time on Discord's clock (epoch ms) with every answer. */
  apiTimeSeen?(at: number): void;
  /** Told of every answer that counts towards a ban of the address. */
  invalidSeen?(): void;
}

/** Lists of commands and permissions are the longest answers; they stay far below. */
const MOST_BYTES = 4 * 1024 * 1024;
/** "Maximum number of edits to messages older than 1 hour reached". */
const OLD_EDITS = 30046;
/** Of a limit that does not say how long, and of a ban by Discord's provider. */
const UNTOLD_SECONDS = 60;

/**
 * The request function of @discordjs/rest with a guard around it: redirects are not followed (the
 * token would travel along), answers are read here, within the deadline of the request and up to
 * 4 MiB. Rejects with AppError `discord/redirect` or `discord/oversize`.
 */
export function guardedRequest(
  makeRequest: MakeRequest = DefaultRestOptions.makeRequest,
  watch: AnswerWatch = {},
) {
  return async (
    url: Parameters<MakeRequest>[0],
    init: Parameters<MakeRequest>[1],
  ): Promise<ResponseLike> => {
    const response = await makeRequest(url, init);
    const at = Date.parse(response.headers.get('date') ?? '');
    if (Number.isFinite(at)) watch.apiTimeSeen?.(at);
    if (isInvalid(response)) watch.invalidSeen?.();
    if (response.status >= 300 && response.status < 400) {
      await discard(response.body);
      throw new AppError('discord/redirect', 'the Discord API answered with a redirect', {
        context: { status: response.status },
      });
    }
    return buffered(response, await readAtMost(response.body));
  };
}

/** Counts towards the ban of the address, see `InvalidRequests`. */
function isInvalid({ status, headers }: ResponseLike): boolean {
  if (status === 429) return headers.get('X-RateLimit-Scope') !== 'shared';
  return status === 401 || status === 403;
}

async function readAtMost(body: ResponseLike['body']): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    // Leaving the loop destroys the stream, and the connection with it.
    if (bytes > MOST_BYTES) throw new AppError('discord/oversize', 'the answer is too large');
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

async function discard(body: ResponseLike['body']): Promise<void> {
  if (body === null) return;
  if ('destroy' in body) {
    // Its complaint about being ended early is no news.
    body.on('error', () => {});
    body.destroy();
  } else await body.cancel();
}

function buffered(response: ResponseLike, read: Buffer): ResponseLike {
  const { headers } = response;
  let { status } = response;
  let bytes = read;
  const isOfDiscord = isObject(parsed(read));
  if (status >= 400 && status < 500 && !isOfDiscord) {
    // A refusal all the same; the library trips over one that is not written as JSON.
    bytes = Buffer.from('{"message":"","code":0}');
    headers.set('Content-Type', 'application/json');
  }
  if (status === 429) {
    const told = limitIn(bytes);
    // Sent with the status of a rate limit, but no wait helps: as one, its code would be lost.
    if (told.code === OLD_EDITS) status = 400;
    else tellLimit(headers, told, isOfDiscord);
  }
  return {
    body: null,
    bodyUsed: false,
    headers,
    status,
    statusText: response.statusText,
    ok: response.ok,
    arrayBuffer: async () => new Uint8Array(bytes).buffer,
    json: async () => JSON.parse(bytes.toString('utf8')) as unknown,
    text: async () => bytes.toString('utf8'),
  };
}

/** The library reads headers only; what a proxy took away is in the body, or nowhere. */
function tellLimit(
  headers: ResponseLike['headers'],
  told: ReturnType<typeof limitIn>,
  isOfDiscord: boolean,
): void {
  const seconds = secondsIn(headers) ?? told.retryAfterSeconds;
  const isUntold = !isOfDiscord || seconds === undefined;
  const leastSeconds = isUntold ? UNTOLD_SECONDS : 0;
  headers.set('Retry-After', String(Math.max(leastSeconds, seconds ?? 0)));
  if (told.isGlobal || isUntold) headers.set('X-RateLimit-Global', 'true');
}

function secondsIn(headers: ResponseLike['headers']): number | undefined {
  const seconds = Number.parseFloat(headers.get('Retry-After') ?? '');
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

function limitIn(bytes: Buffer): { code?: number; retryAfterSeconds?: number; isGlobal: boolean } {
  const told = parsed(bytes);
  if (!isObject(told)) return { isGlobal: false };
  const code: unknown = Reflect.get(told, 'code');
  const after: unknown = Reflect.get(told, 'retry_after');
  return {
    ...(typeof code === 'number' ? { code } : {}),
    ...(typeof after === 'number' && after >= 0 ? { retryAfterSeconds: after } : {}),
    isGlobal: Reflect.get(told, 'global') === true,
  };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ApiAnswer } from './api-answer.ts';
import { createGrowingWait, pauseFor } from './growing-wait.ts';
import { tokenRefusal } from './identify.ts';
import { ALLOWED_UPDATES } from './read-update.ts';
import type { ReceiveParts } from './receive-parts.ts';
import { createRecency, type Recency } from './recency.ts';

export interface WebhookParts extends ReceiveParts {
  token: string;
  webhook: { url: string; host: string; port: number };
}

const REQUEST_TIMEOUT_MS = 30_000;
const infoSchema = z.object({ url: z.string() });

/**
 * Receives updates on a small server of its own until told to stop or the token is refused. An
 * update is answered 200 only when it is stored; else Telegram sends it again.
 */
export async function receiveByWebhook(
  parts: WebhookParts,
  signal: AbortSignal,
): Promise<'stopped' | 'token-refused'> {
  const { api, status, clock, random, settings } = parts;
  const { retryMinMs, retryMaxMs, callDeadlineMs: deadlineMs } = settings;
  const wait = createGrowingWait(clock, random, { minMs: retryMinMs, maxMs: retryMaxMs });
  const secret = secretOf(parts.token);
  const recency = createRecency(api.serverNow);
  const server = createServer(createListener(parts, secret, recency));
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  try {
    while (!signal.aborted && !(await listen(server, parts))) {
      status.connecting('the webhook port cannot be opened');
      await wait.pause(signal);
    }
    wait.reset();
    let isSet = false;
    while (!signal.aborted) {
      const askedAt = api.serverNow();
      const answer = isSet
        ? await api.call('getWebhookInfo', {}, { deadlineMs, signal })
        : await api.call('setWebhook', settingOf(parts, secret), { deadlineMs, signal });
      if (signal.aborted) break;
      if (tokenRefusal(answer) !== undefined) return 'token-refused';
      if (answer.kind !== 'ok') {
        status.connecting(reasonOf(answer));
        await wait.pause(signal, answer.kind === 'refused' ? answer.retryAfterMs : undefined);
      } else if (isSet && infoSchema.safeParse(answer.result).data?.url !== parts.webhook.url) {
        isSet = false;
      } else {
        if (isSet) recency.looked(answer.result, askedAt);
        isSet = true;
        wait.reset();
        status.connected();
        await pauseFor(clock, settings.webhookCheckMs, signal);
      }
    }
    return 'stopped';
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Proves to the server that Telegram is calling. Only who has the token can work it out. */
function secretOf(token: string): string {
  return createHash('sha256').update(`cascade-watch webhook ${token}`).digest('hex');
}

function settingOf({ webhook }: WebhookParts, secret: string): object {
  return {
    url: webhook.url,
    secret_token: secret,
    max_connections: 1,
    allowed_updates: ALLOWED_UPDATES,
  };
}

function reasonOf(answer: ApiAnswer): string {
  if (answer.kind === 'failed') return answer.reason;
  return answer.kind === 'refused' && answer.code === 400
    ? 'Telegram refuses the address of the webhook (400)'
    : 'Telegram did not take the webhook';
}

function listen(server: Server, { webhook, log }: WebhookParts): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const failed = (error: NodeJS.ErrnoException) => {
    log.error({ code: error.code }, 'telegram webhook port not opened');
    resolve(false);
  };
  server.once('error', failed);
  server.listen(webhook.port, webhook.host, () => {
    server.off('error', failed);
    resolve(true);
  });
  return promise;
}

function createListener(parts: WebhookParts, secret: string, recency: Recency) {
  const { intake, log } = parts;
  const path = new URL(parts.webhook.url).pathname;
  let last: Promise<unknown> = Promise.resolve();

  async function stored(raw: unknown): Promise<boolean> {
    const update = intake.accept(raw);
    if (update !== undefined) {
      const { id, sentAt } = update;
      const isRecent = recency.isRecent(id);
      recency.received(id, sentAt);
      if ((await update.work(isRecent)) === 'not-stored') return false;
      recency.accepted();
    }
    return (await intake.flush()) === 'done';
  }

  /** Gives the status to answer with. */
  async function receive(request: IncomingMessage): Promise<number> {
    const [asked = ''] = (request.url ?? '').split('?', 1);
    if (request.method !== 'POST' || asked !== path) return 404;
    if (!isSecret(request.headers['x-telegram-bot-api-secret-token'], secret)) return 401;
    const body = await readBody(request, parts.settings.mostUpdateBytes);
    if (body === undefined) return 413;
    let raw: unknown;
    try {
      raw = JSON.parse(body);
    } catch {
      log.warn({ update: 'no JSON' }, 'malformed telegram update skipped');
      return 200;
    }
    const mine = last.then(() => stored(raw));
    last = mine.catch(() => undefined);
    return (await mine) ? 200 : 503;
  }

  return (request: IncomingMessage, response: ServerResponse) => {
    receive(request).then(
      (code) => {
        // Nothing more is read of a request that was not let in.
        if (code !== 200 && code !== 503) response.setHeader('connection', 'close');
        response.writeHead(code).end();
      },
      () => response.destroy(),
    );
  };
}

function isSecret(given: string | string[] | undefined, secret: string): boolean {
  if (typeof given !== 'string') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

/** Undefined: too large. Rejects when the connection breaks. */
async function readBody(request: IncomingMessage, mostBytes: number): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

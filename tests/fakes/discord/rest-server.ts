import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeCall, FaultKind } from './api.ts';
import { ApiError, known, notFound, unauthorized } from './api-error.ts';
import type { Faults } from './faults.ts';
import { type RateLimits, tooMany } from './rate-limits.ts';
import { type ApiRequest, readBody } from './request.ts';
import { Created, matchRoute, type Route } from './router.ts';

export interface RestOptions {
  routes(): readonly Route[];
  /** Is this the value of a valid Authorization header? */
  authorized(header: string | undefined): boolean;
  faults: Faults;
  limits: RateLimits;
  now(): number;
  calls: FakeCall[];
  /** Told of 401, 403 and unshared 429. */
  invalid(): void;
}

export interface RestServer {
  port: number;
  /** TCP of new connections is refused while on, and open ones end. */
  refuse(on: boolean): void;
  close(): Promise<void>;
}

interface Outcome {
  status: number;
  headers?: Record<string, string>;
  /** Text as it is, anything else as JSON; absent: no body. */
  body?: unknown;
}

export async function startRest(options: RestOptions): Promise<RestServer> {
  const stopping = new AbortController();
  const server = createServer((request, response) => {
    // A client that hangs up is no failure of the server.
    serve(options, request, response, stopping.signal).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    refuse(on) {
      if (on === !server.listening) return;
      if (on) void endServer(server);
      else server.listen(port, '127.0.0.1');
    },
    close() {
      stopping.abort();
      return endServer(server);
    },
  };
}

function endServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(
  options: RestOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const version = /^\/api(\/v\d+)?(?=\/)/.exec(url.pathname);
  const path = url.pathname.slice(version?.[0].length ?? 0);
  const method = incoming.method ?? 'GET';
  const call: FakeCall = { method, path, query: url.search, at: options.now(), status: 0 };
  options.calls.push(call);
  const bytes = await collect(incoming);
  const act = async (): Promise<Outcome> => {
    try {
      if (version === null) throw notFound();
      if (version[1] !== '/v10') throw known(50041);
      return await carryOut(options, incoming, call, url, bytes);
    } catch (error) {
      return failure(error);
    }
  };
  const fault = options.faults.take(method, path);
  const outcome = await withFault(fault, act, signal);
  if (outcome === 'silence') return;
  if (outcome === 'reset') {
    incoming.socket.resetAndDestroy();
    return;
  }
  call.status = outcome.status;
  countInvalid(options, outcome);
  answer(response, outcome, options.now());
}

async function collect(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Authorization, limits, body, route: in that order. */
async function carryOut(
  options: RestOptions,
  incoming: IncomingMessage,
  call: FakeCall,
  url: URL,
  bytes: Buffer,
): Promise<Outcome> {
  const { method, path } = call;
  const parsed = await readBody(bytes, incoming.headers['content-type'] ?? '').catch(
    (error: unknown) => error,
  );
  if (isBody(parsed)) call.body = parsed.body;
  const { route, params } = matchRoute(options.routes(), method, path);
  if (route.open !== true && !options.authorized(incoming.headers.authorization)) {
    throw unauthorized();
  }
  const { headers, refused } = options.limits.take(method, path);
  if (refused !== undefined) {
    const refusal = tooMany(refused.retryAfterMs, refused.isGlobal ? 'global' : 'user');
    return { ...refusal, headers: { ...headers, ...refusal.headers } };
  }
  if (!isBody(parsed)) return { ...failure(parsed), headers };
  const request: ApiRequest = { method, path, query: url.searchParams, ...parsed };
  try {
    const result = route.handle({ request, params: (name) => params[name] ?? '' });
    if (result === undefined) return { status: 204, headers };
    if (result instanceof Created) return { status: 201, headers, body: result.json };
    return { status: 200, headers, body: result };
  } catch (error) {
    return { ...failure(error), headers };
  }
}

function isBody(value: unknown): value is Pick<ApiRequest, 'body' | 'files'> {
  return typeof value === 'object' && value !== null && 'files' in value;
}

function failure(error: unknown): Outcome {
  if (error instanceof ApiError) return { status: error.status, body: error.body() };
  // A bug of the fake, visible in the failing test.
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { status: 500, body: { message: `the Discord fake failed: ${message}`, code: 0 } };
}

async function withFault(
  fault: FaultKind | undefined,
  act: () => Promise<Outcome>,
  signal: AbortSignal,
): Promise<Outcome | 'silence' | 'reset'> {
  if (fault === undefined) return act();
  if (fault === 'reset-before') return 'reset';
  if (fault === 'silence-before') return 'silence';
  if (typeof fault === 'string') {
    await act();
    if (fault === 'garbage') return { status: 200, body: '{"id": "12' };
    return fault === 'reset-after' ? 'reset' : 'silence';
  }
  if ('delayMs' in fault) {
    await sleep(fault.delayMs, undefined, { ref: false, signal });
    return act();
  }
  if ('rateLimit' in fault) return tooMany(fault.rateLimit.retryAfterMs, fault.rateLimit.scope);
  if ('redirect' in fault) return { status: 302, headers: { Location: fault.redirect }, body: '' };
  if ('oversize' in fault) return { status: 200, body: `"${'x'.repeat(fault.oversize - 2)}"` };
  return fault;
}

function countInvalid(options: RestOptions, outcome: Outcome): void {
  const { status, headers } = outcome;
  const isShared = headers?.['X-RateLimit-Scope'] === 'shared';
  if (status === 401 || status === 403 || (status === 429 && !isShared)) options.invalid();
}

function answer(response: ServerResponse, { status, headers, body }: Outcome, now: number): void {
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  const type = text === '' ? {} : { 'Content-Type': 'application/json' };
  response.writeHead(status, { Date: new Date(now).toUTCString(), ...type, ...headers });
  response.end(text);
}

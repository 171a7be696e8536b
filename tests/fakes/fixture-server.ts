import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

export interface FixtureCall {
  method: 'GET' | 'POST';
  path: string;
  /** Exact query, all values as text. */
  query?: Record<string, string>;
  /** The parts of a JSON request body that must agree. */
  body?: Record<string, unknown>;
  answer: unknown;
}

export interface SeenRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
}

export interface FixtureServer {
  /** With a path prefix, to show that it is kept. */
  baseUrl: string;
  requests: SeenRequest[];
  close(): Promise<void>;
}

type Respond = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** An HTTP server on loopback; `respond` gets the path without the prefix. */
export async function startServer(respond: Respond, prefix = '/venue'): Promise<FixtureServer> {
  const requests: SeenRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const request = await readRequest(incoming, prefix);
    requests.push(request);
    await respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}${prefix}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Serves recorded calls; anything else is a 404, which the tests see in `requests`. */
export function startFixtureServer(calls: readonly FixtureCall[]): Promise<FixtureServer> {
  return startServer((request, response) => {
    const call = calls.find((one) => matches(one, request));
    if (call === undefined) return sendJson(response, { error: 'not recorded' }, 404);
    return sendJson(response, call.answer);
  });
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

export function matches(call: FixtureCall, request: SeenRequest): boolean {
  if (call.method !== request.method || call.path !== request.path) return false;
  if (!isDeepStrictEqual(call.query ?? {}, { ...request.query })) return false;
  return call.body === undefined || isPartOf(call.body, request.body);
}

/** Is every key of `part` in `whole` with an equal value? Objects are compared key by key. */
function isPartOf(part: unknown, whole: unknown): boolean {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) {
    return isDeepStrictEqual(part, whole);
  }
  if (typeof whole !== 'object' || whole === null) return false;
  return Object.entries(part).every(([key, value]) =>
    isPartOf(value, (whole as Record<string, unknown>)[key]),
  );
}

async function readRequest(incoming: IncomingMessage, prefix: string): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const path = url.pathname.startsWith(`${prefix}/`)
    ? url.pathname.slice(prefix.length)
    : `(outside the prefix) ${url.pathname}`;
  return {
    method: incoming.method ?? '',
    path,
    query: Object.fromEntries(url.searchParams),
    body: text === '' ? undefined : JSON.parse(text),
  };
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApiCall, readCall } from './api-call.ts';
import { type Answer, afterEffect, beforeEffect, type Faults } from './faults.ts';
import { runMethod } from './methods.ts';
import { Refusal, refusalBody } from './refusal.ts';
import type { FakeCall } from './types.ts';
import type { World } from './world.ts';

/** The API on HTTP: paths, token, record of calls, faults. */
export interface Api {
  world: World;
  token: string;
  revoked: boolean;
  calls: FakeCall[];
  faults: Faults;
  closed: AbortController;
}

export async function listen(api: Api): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    void serve(api, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}` };
}

async function serve(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const body = await readBody(request);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const path = /^\/bot(\d+:[^/]+)\/([^/]+)$/.exec(decodeURIComponent(url.pathname));
  const [, token = '', method = ''] = path ?? [];
  let call: ApiCall = { method, args: new Map(), files: new Map(), payload: {} };
  const record: FakeCall = { method, at: api.world.now(), ok: false, pending: true, payload: {} };
  let early: Refusal | undefined = path === null ? new Refusal(404, 'Not Found') : undefined;
  try {
    call = readCall(method, url.searchParams, request.headers['content-type'] ?? '', body);
  } catch (error) {
    early ??= asRefusal(error);
  }
  record.payload = call.payload;
  api.calls.push(record);
  if (token !== api.token || api.revoked)
    early = path === null ? early : new Refusal(401, 'Unauthorized');
  const fault = api.faults.take(call);
  const start = await beforeEffect(fault, response, api.closed.signal);
  if (start !== 'go') {
    settle(record, start);
    if (start !== undefined) send(api, response, start);
    return;
  }
  const answer = early === undefined ? await work(api.world, call, gone.signal) : refused(early);
  settle(record, answer);
  const left = afterEffect(fault, response, answer);
  if (left !== undefined) send(api, response, left);
}

async function work(world: World, call: ApiCall, gone: AbortSignal): Promise<Answer> {
  try {
    const result = await runMethod(world, call, gone);
    return { status: 200, body: { ok: true, result }, headers: {} };
  } catch (error) {
    return refused(asRefusal(error));
  }
}

function refused(refusal: Refusal): Answer {
  const seconds = refusal.parameters?.retry_after;
  const headers = seconds === undefined ? {} : { 'retry-after': String(seconds) };
  return { status: refusal.code, body: refusalBody(refusal), headers };
}

/** Anything but a refusal is a fault of this fake, and shown as such. */
function asRefusal(error: unknown): Refusal {
  return error instanceof Refusal
    ? error
    : new Refusal(500, `Internal Server Error: the fake failed: ${String(error)}`);
}

function settle(record: FakeCall, answer: Answer | undefined): void {
  record.pending = false;
  if (answer === undefined) return;
  record.ok = answer.status < 300;
  if (!record.ok) record.code = answer.status;
}

function send(api: Api, response: ServerResponse, { status, body, headers }: Answer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.sendDate = false;
  response.writeHead(status, {
    date: new Date(api.world.now()).toUTCString(),
    'content-type': typeof body === 'string' ? 'text/html' : 'application/json',
    ...headers,
  });
  response.end(text);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

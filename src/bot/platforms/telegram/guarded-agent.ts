import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Agent,
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';

/** What is seen of one request on its way; `refuse` ends it. */
export interface Wire {
  /** The connection stood: the request may have been received. */
  connected: boolean;
  /** HTTP status of the answer, once there is one. */
  status?: number;
  /** The `Date` of the answer, epoch ms. */
  answeredAt?: number;
  refuse(problem: WireProblem): void;
}

export type WireProblem = 'redirect' | 'oversize' | 'encoded' | 'deadline' | 'stopped';

export interface GuardedAgent {
  agent: Agent;
  /** Requests made by `work` report to `wire`. */
  watched<T>(wire: Wire, work: () => Promise<T>): Promise<T>;
}

/** Idle connections end before Telegram ends them: a request never meets a dead one. */
const IDLE_MS = 15_000;
const MOST_IDLE = 16;

/**
 * The connections to the API. telegraf's HTTP client (node-fetch 2) follows redirects, with the
 * token in the path, and reads and unpacks answers of any size: here both are refused before the
 * answer is read.
 */
export function createGuardedAgent(secure: boolean, mostAnswerBytes: number): GuardedAgent {
  const options = { keepAlive: true, maxFreeSockets: MOST_IDLE, timeout: IDLE_MS };
  const agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
  const wires = new AsyncLocalStorage<Wire>();
  // Node calls this for each request of an agent; it is not among the documented methods.
  const inner = agent as unknown as {
    addRequest(request: ClientRequest, ...rest: unknown[]): void;
  };
  const addRequest = inner.addRequest.bind(agent);
  inner.addRequest = (request, ...rest) => {
    const wire = wires.getStore();
    if (wire !== undefined) watch(request, wire, secure, mostAnswerBytes);
    addRequest(request, ...rest);
  };
  return {
    agent,
    watched: (wire, work) => wires.run(wire, work),
  };
}

function watch(request: ClientRequest, wire: Wire, secure: boolean, mostBytes: number): void {
  request.removeHeader('accept-encoding');
  const connected = () => {
    wire.connected = true;
  };
  request.once('socket', (socket: Socket) => {
    if (request.reusedSocket || (!socket.connecting && !secure)) connected();
    else socket.once(secure ? 'secureConnect' : 'connect', connected);
  });
  request.once('response', (response) => {
    wire.status = response.statusCode ?? 0;
    const date = Date.parse(response.headers.date ?? '');
    if (Number.isFinite(date)) wire.answeredAt = date;
    const problem = problemOf(response, mostBytes);
    if (problem !== undefined) {
      // Without an address there is nothing to follow, whatever the client makes of the abort.
      delete response.headers.location;
      end(problem);
      return;
    }
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) end('oversize');
    });
  });

  function end(problem: WireProblem): void {
    wire.refuse(problem);
    request.destroy();
  }
}

function problemOf(response: IncomingMessage, mostBytes: number): WireProblem | undefined {
  const status = response.statusCode ?? 0;
  if (status >= 300 && status < 400) return 'redirect';
  const { 'content-length': length, 'content-encoding': encoding } = response.headers;
  if (encoding !== undefined && encoding !== 'identity') return 'encoded';
  return Number(length ?? 0) > mostBytes ? 'oversize' : undefined;
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { scenarioByName } from '../scenarios/by-name.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { type Control, parseControl, SOURCES } from './control.ts';
import { createExchangeHall, type ExchangeHall } from './exchange-hall.ts';
import { answerFault } from './faults.ts';
import { createSimClock, type SimClock } from './sim-clock.ts';
import { type Truth, tellTruth } from './truth.ts';
import { createWorld, STEP_MS } from './world.ts';
import type { World } from './world-state.ts';

const BODY_LIMIT_BYTES = 1_000_000;
/** The world is also stepped without requests, so that no request has much to catch up. */
const CATCH_UP_MS = 250;

export interface MarketOptions {
  /** 0 picks a free one. */
  port: number;
  /** Simulated ms per real ms. */
  speed: number;
  scenario: string | Scenario;
  seed: number;
  /** Epoch ms at which the story begins; default: now. */
  startAt?: number;
  historyDays?: number;
  /** Real ms that only grow; default: the machine's. */
  monotonic?: () => number;
}

export interface MarketServer {
  /** `http://127.0.0.1:N` */
  url: string;
  clock: SimClock;
  scenario: Scenario;
  /** Epoch ms of the start of the story. */
  startAt: number;
  control(command: Control): void;
  /** The record up to now. */
  truth(asset?: string): Truth;
  close(): Promise<void>;
}

export const DEFAULT_HISTORY_DAYS = 40;

/** Throws RangeError for a scenario that does not exist. */
export async function startMarket(options: MarketOptions): Promise<MarketServer> {
  const scenario =
    typeof options.scenario === 'string' ? scenarioByName(options.scenario) : options.scenario;
  if (scenario === undefined) throw new RangeError(`no such scenario: ${String(options.scenario)}`);
  const startAt = Math.floor((options.startAt ?? Date.now()) / STEP_MS) * STEP_MS;
  const world = createWorld({
    seed: options.seed,
    scenario,
    startAt,
    historyDays: options.historyDays ?? DEFAULT_HISTORY_DAYS,
  });
  const clock = createSimClock(options.startAt ?? Date.now(), options.speed, options.monotonic);
  const hall = createExchangeHall(world, clock);
  const server = createServer((request, response) => {
    serve({ world, clock, hall }, request, response).catch(() => response.destroy());
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const timer = setInterval(() => hall.catchUp(), CATCH_UP_MS);
  timer.unref();

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clock,
    scenario,
    startAt: world.startAt,
    control: (command) => hall.control(command),
    truth: (asset) => {
      hall.catchUp();
      return tellTruth(world, STEP_MS, asset);
    },
    async close() {
      clearInterval(timer);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Parts {
  world: World;
  clock: SimClock;
  hall: ExchangeHall;
}

async function serve(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const method = request.method ?? 'GET';
  const [, first = ''] = url.pathname.split('/');
  const source = SOURCES.find((name) => name === first);
  if (source !== undefined) {
    if (answerFault(parts.hall.faultOf(source), request, response)) return;
    const body = method === 'POST' ? await readJson(request) : undefined;
    const path = url.pathname.slice(source.length + 1);
    const answer = parts.hall.answer(source, { method, path, query: url.searchParams, body });
    send(response, answer.status, answer.body);
    return;
  }
  if (url.pathname === '/clock' && method === 'GET') {
    send(response, 200, { nowMs: parts.clock.now(), speed: parts.clock.speed() });
  } else if (url.pathname === '/truth' && method === 'GET') {
    parts.hall.catchUp();
    const asset = url.searchParams.get('asset') ?? undefined;
    send(response, 200, tellTruth(parts.world, STEP_MS, asset));
  } else if (url.pathname === '/control' && method === 'POST') {
    const command = parseControl(await readJson(request));
    if (typeof command === 'string') send(response, 400, { error: command });
    else {
      parts.hall.control(command);
      send(response, 200, { nowMs: parts.clock.now(), speed: parts.clock.speed() });
    }
  } else {
    send(response, 404, { error: `nothing here; sources: ${SOURCES.join(', ')}` });
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Undefined when the body is no JSON, or too long to be a request. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > BODY_LIMIT_BYTES) return undefined;
    chunks.push(bytes);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

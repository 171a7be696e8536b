import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ExitError } from '../errors.ts';

export interface Readiness {
  ready: boolean;
  /** What is not as it should be, for people; empty when ready. */
  problems: string[];
  /** More facts for the JSON body. */
  details: Readonly<Record<string, unknown>>;
}

export interface OperationsServer {
  /** `http://127.0.0.1:8787` */
  url: string;
  close(): Promise<void>;
}

const LISTEN_FAILURES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'not permitted',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'the host name is unknown',
};

interface ServerOptions {
  host: string;
  port: number;
  readiness(): Promise<Readiness>;
  metrics(): Promise<string>;
}

/**
 * `/healthz`: the process answers. `/readyz`: 200 only while it does its work, with the reasons when
 * it does not. `/metrics`: Prometheus text. Throws ExitError 69 when the port is taken.
 */
export async function startOperationsServer(options: ServerOptions): Promise<OperationsServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      send(response, 405, 'text/plain', 'only GET and HEAD\n');
      return;
    }
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    answer(path, options, response).catch(() => {
      if (!response.headersSent) send(response, 500, 'text/plain', 'internal error\n');
      else response.destroy();
    });
  });
  server.requestTimeout = 10_000;
  const port = await listen(server, options.host, options.port);
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  path: string,
  options: ServerOptions,
  response: ServerResponse,
): Promise<void> {
  if (path === '/healthz') {
    send(response, 200, 'text/plain', 'alive\n');
  } else if (path === '/readyz') {
    const readiness = await options.readiness();
    const body = { ready: readiness.ready, problems: readiness.problems, ...readiness.details };
    send(response, readiness.ready ? 200 : 503, 'application/json', `${JSON.stringify(body)}\n`);
  } else if (path === '/metrics') {
    send(response, 200, 'text/plain; version=0.0.4', await options.metrics());
  } else {
    send(response, 404, 'text/plain', 'there is /healthz, /readyz and /metrics\n');
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` });
  response.end(body);
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    // Stays attached: a connection that cannot be accepted later (no file descriptors left) fails the
    // health check, and must not end the watch as well.
    server.on('error', (error: NodeJS.ErrnoException) => {
      const why = LISTEN_FAILURES[error.code ?? ''] ?? error.code ?? error.message;
      const message = `cannot listen on ${host} port ${port}: ${why}; change HTTP_HOST or HTTP_PORT`;
      reject(new ExitError(69, message, { cause: error }));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

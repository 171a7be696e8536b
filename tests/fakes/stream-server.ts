import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** What becomes of a connection that is tried. */
export type StreamFault =
  | { kind: 'status'; status: number; headers?: Record<string, string> }
  /** The TCP connection is cut in the middle of the handshake. */
  | { kind: 'drop' }
  /** The handshake is never answered. */
  | { kind: 'hang' };

/** One client of the server, from its handshake on. */
export interface StreamClient {
  path: string;
  headers: IncomingMessage['headers'];
  /** Text frames it sent, oldest first. */
  received: string[];
  pings: number;
  isOpen(): boolean;
  send(frame: string | Buffer): void;
  ping(): void;
  pongs: number;
  /** With a close frame. */
  close(code: number): void;
  /** Without a word. */
  cut(): void;
  /** Bytes the client has not taken yet. */
  backlog(): number;
}

/** A WebSocket server on loopback, told what to do by the test. */
export interface StreamServer {
  /** `ws://127.0.0.1:port` and the prefix. */
  url: string;
  /** Handshakes tried, whatever became of them. */
  readonly handshakes: number;
  clients: StreamClient[];
  /** Befalls every following handshake until another is ordered; undefined: none. */
  fault(fault: StreamFault | undefined): void;
  /** Called with each client that came in. */
  onClient(greet: (client: StreamClient) => void): void;
  close(): Promise<void>;
}

/** `deflate`: frames are compressed, where the client can; slow for floods. */
export async function startStreamServer(prefix = '', deflate = false): Promise<StreamServer> {
  const http = createServer((_request, response) => response.writeHead(426).end());
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: deflate });
  const clients: StreamClient[] = [];
  /** Also those whose handshake is not answered: the HTTP server has let go of them. */
  const raw = new Set<Duplex>();
  let ordered: StreamFault | undefined;
  let greet: (client: StreamClient) => void = () => undefined;
  let handshakes = 0;

  http.on('upgrade', (request, socket, head) => {
    handshakes += 1;
    socket.on('error', () => undefined);
    raw.add(socket);
    socket.on('close', () => raw.delete(socket));
    if (ordered?.kind === 'hang') return;
    if (ordered?.kind === 'drop') {
      socket.destroy();
      return;
    }
    if (ordered?.kind === 'status') {
      const headers = Object.entries(ordered.headers ?? {}).map(
        ([name, value]) => `${name}: ${value}`,
      );
      socket.end(
        [`HTTP/1.1 ${ordered.status} No`, ...headers, 'Content-Length: 0', '', ''].join('\r\n'),
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (one) => {
      const client = clientOf(one, request, prefix);
      clients.push(client);
      greet(client);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}${prefix}`,
    get handshakes() {
      return handshakes;
    },
    clients,
    fault: (fault) => {
      ordered = fault;
    },
    onClient: (call) => {
      greet = call;
    },
    close() {
      for (const one of raw) one.destroy();
      return new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
    },
  };
}

function clientOf(socket: WebSocket, request: IncomingMessage, prefix: string): StreamClient {
  const client: StreamClient = {
    path: (request.url ?? '').slice(prefix.length),
    headers: request.headers,
    received: [],
    pings: 0,
    pongs: 0,
    isOpen: () => socket.readyState === socket.OPEN,
    send: (frame) => socket.send(frame, () => undefined),
    ping: () => socket.ping(),
    close: (code) => socket.close(code),
    cut: () => socket.terminate(),
    backlog: () => socket.bufferedAmount,
  };
  socket.on('error', () => socket.terminate());
  socket.on('message', (data) => client.received.push(data.toString()));
  socket.on('ping', () => {
    client.pings += 1;
  });
  socket.on('pong', () => {
    client.pongs += 1;
  });
  return client;
}

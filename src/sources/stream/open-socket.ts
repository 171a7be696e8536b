import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { SourceError } from '../../errors.ts';
import { readAnswer } from '../kit/answer.ts';

/** What the supervision needs of a socket; `ws` is known in this file only. */
export interface StreamSocket {
  send(text: string): void;
  /** A protocol ping; pongs come as `heard`. */
  ping(): void;
  pause(): void;
  resume(): void;
  /** At once, without a goodbye: what follows is not wanted any more. */
  terminate(): void;
}

export interface SocketEvents {
  opened(): void;
  frame(data: Buffer): void;
  /** A ping (answered by the library) or a pong. */
  heard(): void;
  /** Once, however it ended, also before it opened. Log-safe. */
  ended(reason: SourceError): void;
}

export interface SocketAddress {
  url: string;
  headers: Readonly<Record<string, string>>;
  maxFrameBytes: number;
}

export type OpenSocket = (
  address: SocketAddress,
  events: SocketEvents,
  now: number,
) => StreamSocket;

const AGENT = 'cascade-watch';

/** Dials. Nothing told of it carries the URL, the host or the venue's words. */
export const openSocket: OpenSocket = ({ headers, maxFrameBytes, url }, events, now) => {
  let over = false;
  const end = (reason: SourceError) => {
    if (over) return;
    over = true;
    events.ended(reason);
  };
  let socket: WebSocket;
  try {
    socket = new WebSocket(url, {
      headers: { 'User-Agent': AGENT, ...headers },
      maxPayload: maxFrameBytes,
      followRedirects: false,
    });
  } catch {
    // The library's message quotes the URL.
    throw new SourceError('unsupported', 'the stream URL is not one', { retryable: false });
  }
  socket.on('open', () => {
    if (!over) events.opened();
  });
  socket.on('message', (data: Buffer | ArrayBuffer | Buffer[]) => {
    if (!over) events.frame(bufferOf(data));
  });
  socket.on('ping', () => events.heard());
  socket.on('pong', () => events.heard());
  socket.on('unexpected-response', (_request, response: IncomingMessage) => {
    end(refusalOf(response, now));
    socket.terminate();
  });
  socket.on('error', (error) => end(errorOf(error)));
  socket.on('close', (code: number) => {
    end(new SourceError('unavailable', `the connection was closed (${code})`));
  });
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text, () => undefined);
    },
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping(undefined, undefined, () => undefined);
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    terminate: () => {
      over = true;
      socket.terminate();
    },
  };
};

function bufferOf(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

/** An HTTP answer where a WebSocket should have opened: bans and regions are told by its status. */
function refusalOf(response: IncomingMessage, now: number): SourceError {
  const status = response.statusCode ?? 0;
  response.resume();
  try {
    readAnswer(
      { status, retryAfter: response.headers['retry-after'], text: '""' },
      'handshake',
      now,
    );
  } catch (error) {
    if (error instanceof SourceError) return error;
  }
  return new SourceError('unavailable', `handshake: HTTP ${status} instead of a WebSocket`);
}

function errorOf(error: Error): SourceError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
    return new SourceError('bad-payload', 'a frame is too large', { retryable: true });
  }
  const safe = /^\w{1,60}$/.test(code) ? code : 'unknown';
  return new SourceError('unavailable', `connection failed (${safe})`);
}

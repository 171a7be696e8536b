import { SourceError } from '../../src/errors.ts';
import type {
  OpenSocket,
  SocketAddress,
  SocketEvents,
} from '../../src/sources/stream/open-socket.ts';

/** One connection that was dialled; the test says what happens to it. */
export interface Dialled {
  address: SocketAddress;
  /** Text frames sent, oldest first. */
  sent: string[];
  pings: number;
  paused: boolean;
  terminated: boolean;
  open(): void;
  frame(value: unknown): void;
  raw(data: string | Buffer): void;
  pong(): void;
  fail(error?: SourceError): void;
}

/** Sockets without a network, for tests on a virtual clock. */
export function scriptedSockets(): { open: OpenSocket; dialled: Dialled[]; newest(): Dialled } {
  const dialled: Dialled[] = [];
  const open: OpenSocket = (address, events) => {
    const one = dialledOf(address, events);
    dialled.push(one);
    return {
      send: (text) => one.sent.push(text),
      ping: () => {
        one.pings += 1;
      },
      pause: () => {
        one.paused = true;
      },
      resume: () => {
        one.paused = false;
      },
      terminate: () => {
        one.terminated = true;
      },
    };
  };
  return {
    open,
    dialled,
    newest() {
      const last = dialled.at(-1);
      if (last === undefined) throw new Error('nothing was dialled');
      return last;
    },
  };
}

function dialledOf(address: SocketAddress, events: SocketEvents): Dialled {
  const one: Dialled = {
    address,
    sent: [],
    pings: 0,
    paused: false,
    terminated: false,
    open: () => events.opened(),
    frame: (value) => one.raw(JSON.stringify(value)),
    raw: (data) => events.frame(Buffer.from(data)),
    pong: () => events.heard(),
    fail: (error = new SourceError('unavailable', 'the connection was closed (1006)')) =>
      events.ended(error),
  };
  return one;
}

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface TcpGate {
  /** The same address with this port. */
  url: string;
  /** Connections are accepted (and passed on) from now on. */
  open(): Promise<void>;
  /** Connections are refused from now on, and those that stand end. */
  shut(): void;
}

/** A port of its own before a server, shut at first: connections are refused by TCP. */
export async function tcpGate(url: string): Promise<TcpGate> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  let server: Server | undefined;

  function pass(inner: Socket): void {
    const outer = connect(Number(target.port), target.hostname);
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        inner.destroy();
        outer.destroy();
      });
    }
    inner.pipe(outer).pipe(inner);
  }

  function shut(): void {
    server?.close();
    server = undefined;
    for (const socket of sockets) socket.destroy();
  }

  onTestFinished(shut);
  const gated = new URL(url);
  gated.port = String(port);
  return {
    url: gated.href.replace(/\/$/, ''),
    async open() {
      server = createServer(pass).listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    shut,
  };
}

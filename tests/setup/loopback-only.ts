import { Socket } from 'node:net';
import { vi } from 'vitest';

/**
 * No test may leave this machine: a socket to anything but loopback throws, so that a forgotten
 * base URL fails loudly instead of reaching a real venue.
 */
const connect = Socket.prototype.connect;

function hostOf(args: readonly unknown[]): string | undefined {
  const first = Array.isArray(args[0]) ? (args[0] as unknown[])[0] : args[0];
  if (typeof first === 'object' && first !== null) {
    const options = first as { host?: string; path?: string };
    return options.path === undefined ? (options.host ?? 'localhost') : undefined;
  }
  if (typeof first === 'number') return typeof args[1] === 'string' ? args[1] : 'localhost';
  return undefined;
}

vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (
  this: Socket,
  ...args: unknown[]
) {
  const host = hostOf(args);
  if (host !== undefined && !/^(127\.|localhost$|::1$)/.test(host)) {
    throw new Error(`a test tried to reach ${host}: only loopback is allowed`);
  }
  return Reflect.apply(connect, this, args) as Socket;
});

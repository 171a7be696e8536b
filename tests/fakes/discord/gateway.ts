import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FakeGateway } from './api.ts';
import { type GatewayConnection, openConnection } from './gateway-connection.ts';
import { CLOSE_REASONS, ENDS_SESSION } from './gateway-identify.ts';
import { type GatewayState, isForShard, send, sendEvent } from './gateway-session.ts';
import type { World } from './world.ts';

/** IDENTIFYs in 24 hours. */
const IDENTIFIES_PER_DAY = 1000;

export interface GatewayServer {
  state: GatewayState;
  gateway: FakeGateway;
  /** To everybody, whatever was asked for. */
  dispatch(event: string, data: unknown): void;
  emit: World['emit'];
  close(): Promise<void>;
}

export async function startGateway(
  world: World,
  options: { isToken(token: unknown): boolean; resetToken(): void; pacing: boolean },
): Promise<GatewayServer> {
  const http = createServer((_request, response) => response.writeHead(426).end());
  const sockets = new WebSocketServer({ noServer: true });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  const state: GatewayState = {
    world,
    url: `ws://127.0.0.1:${port}`,
    ...options,
    sessions: new Map(),
    connections: 0,
    identifies: 0,
    resumes: 0,
    intents: 0,
    remainingIdentifies: IDENTIFIES_PER_DAY,
    heartbeatIntervalMs: 41_250,
    lastIdentifyAtMs: Number.NEGATIVE_INFINITY,
    isZombie: false,
    isMuted: false,
  };
  const open = new Map<WebSocket, GatewayConnection>();
  http.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => {
      state.connections += 1;
      const query = new URL(request.url ?? '/', state.url).searchParams;
      open.set(client, openConnection(state, client, query));
      client.on('close', () => open.delete(client));
    });
  });
  return {
    state,
    gateway: controls(state, open, (on) => {
      if (on === !http.listening) return;
      if (on) http.close();
      else http.listen(port, '127.0.0.1');
    }),
    dispatch(event, data) {
      for (const session of state.sessions.values()) sendEvent(session, event, data);
    },
    emit(event, data, { intent, guildId }) {
      for (const session of state.sessions.values()) {
        const wanted = intent === 0 || (session.intents & intent) !== 0;
        if (wanted && isForShard(session, guildId)) sendEvent(session, event, data);
      }
    },
    close() {
      for (const [client, connection] of open) {
        connection.stop();
        client.terminate();
      }
      return new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
    },
  };
}

function controls(
  state: GatewayState,
  open: ReadonlyMap<WebSocket, GatewayConnection>,
  refuse: (on: boolean) => void,
): FakeGateway {
  return {
    get connections() {
      return state.connections;
    },
    get identifies() {
      return state.identifies;
    },
    get resumes() {
      return state.resumes;
    },
    sessions: () => [...state.sessions.values()].filter((one) => one.socket !== undefined).length,
    close(code) {
      if (ENDS_SESSION.includes(code)) state.sessions.clear();
      for (const client of open.keys()) client.close(code, CLOSE_REASONS[code] ?? '');
    },
    drop() {
      for (const client of open.keys()) client.terminate();
    },
    invalidSession(resumable) {
      if (!resumable) state.sessions.clear();
      for (const client of open.keys()) send(client, { op: 9, d: resumable });
    },
    reconnect() {
      for (const client of open.keys()) send(client, { op: 7, d: null });
    },
    zombie(on) {
      state.isZombie = on;
    },
    refuse,
    mute(on) {
      state.isMuted = on;
    },
    get heartbeatIntervalMs() {
      return state.heartbeatIntervalMs;
    },
    set heartbeatIntervalMs(value) {
      state.heartbeatIntervalMs = value;
    },
    get remainingIdentifies() {
      return state.remainingIdentifies;
    },
    set remainingIdentifies(value) {
      state.remainingIdentifies = value;
    },
    intents: () => state.intents,
  };
}

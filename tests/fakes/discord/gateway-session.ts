import type { WebSocket } from 'ws';
import type { Json } from './json.ts';
import type { World } from './world.ts';

/** What a client gets on one session, kept for RESUME. */
export interface GatewaySession {
  id: string;
  intents: number;
  shard: readonly [number, number];
  /** Number of the last event. */
  sequence: number;
  events: { s: number; t: string; d: unknown }[];
  /** Absent while the client is away. */
  socket?: WebSocket;
}

/** What connections share; counters are for tests. */
export interface GatewayState {
  world: World;
  url: string;
  pacing: boolean;
  sessions: Map<string, GatewaySession>;
  isToken(token: unknown): boolean;
  /** Over the daily IDENTIFYs Discord resets the token. */
  resetToken(): void;
  connections: number;
  identifies: number;
  resumes: number;
  intents: number;
  remainingIdentifies: number;
  heartbeatIntervalMs: number;
  /** Real time of the last IDENTIFY by concurrency key: one in 5 s. */
  lastIdentifyAtMs: number;
  isZombie: boolean;
  isMuted: boolean;
}

/** Events kept for a client that is away; a longer absence would lose the session. */
const KEPT_EVENTS = 5000;

export function send(socket: WebSocket | undefined, payload: Json): void {
  if (socket?.readyState === socket?.OPEN) socket?.send(JSON.stringify(payload));
}

export function sendEvent(session: GatewaySession, t: string, d: unknown): void {
  session.sequence += 1;
  const event = { s: session.sequence, t, d };
  session.events.push(event);
  if (session.events.length > KEPT_EVENTS) session.events.shift();
  send(session.socket, { op: 0, ...event });
}

/** Is this event for that shard? Direct messages go to the first one. */
export function isForShard(session: GatewaySession, guildId: string | undefined): boolean {
  const [index, total] = session.shard;
  if (guildId === undefined) return index === 0;
  return Number((BigInt(guildId) >> 22n) % BigInt(total)) === index;
}

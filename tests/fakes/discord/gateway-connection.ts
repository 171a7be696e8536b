import type { RawData, WebSocket } from 'ws';
import { CLOSE_REASONS, ENDS_SESSION, readIdentify } from './gateway-identify.ts';
import {
  type GatewaySession,
  type GatewayState,
  isForShard,
  send,
  sendEvent,
} from './gateway-session.ts';
import { isRecord, type Json, record } from './json.ts';
import { guildCreateJson, memberJson, userJson } from './payloads.ts';

const MAX_PAYLOAD_BYTES = 4096;
const MAX_EVENTS = 120;
const EVENTS_WINDOW_MS = 60_000;
const IDENTIFY_PAUSE_MS = 5000;

export interface GatewayConnection {
  /** Stops its timer. */
  stop(): void;
}

/** One client: HELLO, then what it sends is checked and answered as the gateway does. */
export function openConnection(
  state: GatewayState,
  socket: WebSocket,
  query: URLSearchParams,
): GatewayConnection {
  let session: GatewaySession | undefined;
  let timer: NodeJS.Timeout | undefined;
  const eventTimes: number[] = [];

  const end = (code: number) => {
    if (session !== undefined && ENDS_SESSION.includes(code)) state.sessions.delete(session.id);
    socket.close(code, CLOSE_REASONS[code] ?? '');
  };
  /** Without a heartbeat in two intervals the session times out; heartbeats are in real time. */
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(() => end(4009), state.heartbeatIntervalMs * 2);
    timer.unref();
  };
  const isTooFast = () => {
    const now = performance.now();
    eventTimes.push(now);
    while ((eventTimes[0] ?? now) <= now - EVENTS_WINDOW_MS) eventTimes.shift();
    return eventTimes.length > MAX_EVENTS;
  };

  socket.on('error', () => socket.terminate());
  socket.on('close', (code: number) => {
    clearTimeout(timer);
    if (session === undefined || session.socket !== socket) return;
    delete session.socket;
    // A client that closes with 1000 or 1001 gives its session up.
    if (code === 1000 || code === 1001) state.sessions.delete(session.id);
  });
  socket.on('message', (raw: RawData) => {
    const text = raw.toString();
    if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) return end(4002);
    if (isTooFast()) return end(4008);
    const payload = parse(text);
    if (payload === undefined) return end(4002);
    const data = record(payload['d']);
    switch (payload['op']) {
      case 1:
        if (state.isZombie) return undefined;
        watch();
        return send(socket, { op: 11 });
      case 2:
        if (session !== undefined) return end(4005);
        session = identify(state, socket, data, end);
        return undefined;
      case 6:
        if (session !== undefined) return end(4005);
        session = resume(state, socket, data, end);
        return undefined;
      case 3:
      case 4:
        return session === undefined ? end(4003) : undefined;
      case 8:
        return session === undefined ? end(4003) : sendMembers(state, session, data);
      default:
        return end(4001);
    }
  });

  if (query.get('v') !== '10') end(4012);
  else if (query.get('encoding') !== 'json') end(4002);
  else if (!state.isMuted) {
    send(socket, { op: 10, d: { heartbeat_interval: state.heartbeatIntervalMs } });
    watch();
  }
  return { stop: () => clearTimeout(timer) };
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function identify(
  state: GatewayState,
  socket: WebSocket,
  data: Json,
  end: (code: number) => void,
): GatewaySession | undefined {
  const { world } = state;
  const wanted = readIdentify(world, data, state.isToken);
  if (typeof wanted === 'number') {
    end(wanted);
    return undefined;
  }
  const now = performance.now();
  if (state.pacing && now - state.lastIdentifyAtMs < IDENTIFY_PAUSE_MS) {
    send(socket, { op: 9, d: false });
    return undefined;
  }
  state.lastIdentifyAtMs = now;
  if (state.remainingIdentifies <= 0) {
    state.resetToken();
    end(4004);
    return undefined;
  }
  state.remainingIdentifies -= 1;
  state.identifies += 1;
  state.intents = wanted.intents;
  const session: GatewaySession = {
    id: `session-${state.identifies}`,
    ...wanted,
    sequence: 0,
    events: [],
    socket,
  };
  state.sessions.set(session.id, session);
  const guilds = [...world.guilds.values()].filter(
    (guild) => guild.joined && isForShard(session, guild.id),
  );
  sendEvent(session, 'READY', {
    v: 10,
    user: { ...userJson(world.bot), verified: true, mfa_enabled: true, email: null },
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    session_id: session.id,
    session_type: 'normal',
    resume_gateway_url: state.url,
    shard: session.shard,
    application: { id: world.applicationId, flags: 0 },
    private_channels: [],
    relationships: [],
  });
  if ((session.intents & 1) === 0) return session;
  for (const guild of guilds) {
    if (guild.available) sendEvent(session, 'GUILD_CREATE', guildCreateJson(world, guild));
  }
  return session;
}

function resume(
  state: GatewayState,
  socket: WebSocket,
  data: Json,
  end: (code: number) => void,
): GatewaySession | undefined {
  if (!state.isToken(data['token'])) {
    end(4004);
    return undefined;
  }
  const session = state.sessions.get(String(data['session_id']));
  if (session === undefined) {
    send(socket, { op: 9, d: false });
    return undefined;
  }
  const seen = Number(data['seq']);
  if (!Number.isInteger(seen) || seen > session.sequence) {
    state.sessions.delete(session.id);
    end(4007);
    return undefined;
  }
  const first = session.events[0]?.s ?? session.sequence + 1;
  if (seen + 1 < first) {
    state.sessions.delete(session.id);
    send(socket, { op: 9, d: false });
    return undefined;
  }
  state.resumes += 1;
  session.socket?.terminate();
  session.socket = socket;
  for (const event of session.events) {
    if (event.s > seen) send(socket, { op: 0, ...event });
  }
  sendEvent(session, 'RESUMED', { _trace: [] });
  return session;
}

/** Op 8: without the members intent only those named by id can be asked for. */
function sendMembers(state: GatewayState, session: GatewaySession, data: Json): void {
  const guild = state.world.guilds.get(String(data['guild_id']));
  if (guild === undefined || !guild.joined) return;
  const ids = Array.isArray(data['user_ids']) ? data['user_ids'].map(String) : [];
  const members = ids.flatMap((id) => {
    const user = id === state.world.bot.id ? state.world.bot : state.world.users.get(id);
    const member = guild.members.get(id);
    return user === undefined || member === undefined ? [] : [memberJson(user, member)];
  });
  sendEvent(session, 'GUILD_MEMBERS_CHUNK', {
    guild_id: guild.id,
    members,
    chunk_index: 0,
    chunk_count: 1,
    not_found: ids.filter((id) => !guild.members.has(id)),
    ...(data['nonce'] === undefined ? {} : { nonce: data['nonce'] }),
  });
}

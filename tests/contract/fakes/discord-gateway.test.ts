import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { isRecord } from '../../fakes/discord/json.ts';
import { scene, TOKEN } from './discord-scene.ts';

interface Payload {
  op: number;
  d: Record<string, unknown>;
  s?: number;
  t?: string;
}

const open: WebSocket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});

/** A client that keeps what it gets and waits for what it names. */
function connect(url: string, query = '?v=10&encoding=json') {
  const socket = new WebSocket(`${url}/${query}`);
  open.push(socket);
  const got: Payload[] = [];
  let wake = () => {};
  socket.on('message', (raw) => {
    const payload: unknown = JSON.parse(String(raw));
    if (isRecord(payload)) got.push(payload as unknown as Payload);
    wake();
  });
  socket.on('error', () => {});
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  async function until(fits: (payload: Payload) => boolean): Promise<Payload> {
    for (;;) {
      const index = got.findIndex(fits);
      if (index >= 0) return got.splice(index, 1)[0] as Payload;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return {
    got,
    closed,
    send: (payload: unknown) =>
      socket.send(typeof payload === 'string' ? payload : JSON.stringify(payload)),
    close: (code: number) => socket.close(code),
    op: (op: number) => until((payload) => payload.op === op),
    event: (name: string) => until((payload) => payload.t === name),
  };
}

const identify = (more = {}) => ({
  op: 2,
  d: { token: TOKEN, intents: 1, properties: { os: 'x' }, ...more },
});

async function gatewayScene(options = {}) {
  const all = await scene(options);
  const { url } = (await all.api('GET', '/gateway/bot')).body as unknown as { url: string };
  return { ...all, url };
}

async function identified(url: string, more = {}) {
  const client = connect(url);
  await client.op(10);
  client.send(identify(more));
  const ready = await client.event('READY');
  return { ...client, ready };
}

describe('the gateway of the Discord fake', () => {
  it('greets, identifies, sends every server and answers heartbeats', async () => {
    const { discord, url } = await gatewayScene();
    const guild = discord.addGuild({ name: 'desk' });
    const client = connect(url);
    expect((await client.op(10)).d).toEqual({ heartbeat_interval: 41_250 });
    client.send(identify());
    const ready = await client.event('READY');
    expect(ready).toMatchObject({
      s: 1,
      d: {
        v: 10,
        user: { id: discord.botUserId },
        guilds: [{ id: guild.id, unavailable: true }],
        shard: [0, 1],
        application: { id: discord.applicationId },
        resume_gateway_url: url,
      },
    });
    const created = await client.event('GUILD_CREATE');
    expect(created).toMatchObject({
      s: 2,
      d: { id: guild.id, system_channel_id: guild.general.id, member_count: 2 },
    });
    client.send({ op: 1, d: 2 });
    expect((await client.op(11)).op).toBe(11);
    expect(discord.gateway.sessions()).toBe(1);
    expect(discord.gateway.intents()).toBe(1);
  });

  it('replays what a client missed, then says RESUMED', async () => {
    const { discord, url } = await gatewayScene();
    const first = await identified(url);
    discord.addGuild({ name: 'seen' });
    const seen = await first.event('GUILD_CREATE');
    discord.gateway.drop();
    await first.closed;
    discord.addGuild({ name: 'missed' });
    const second = connect(url);
    await second.op(10);
    const { session_id } = first.ready.d;
    second.send({ op: 6, d: { token: TOKEN, session_id, seq: seen.s } });
    const missed = await second.event('GUILD_CREATE');
    expect(missed).toMatchObject({ s: (seen.s ?? 0) + 1, d: { name: 'missed' } });
    await second.event('RESUMED');
    expect(discord.gateway).toMatchObject({ connections: 2, identifies: 1, resumes: 1 });
    expect(second.got).toEqual([]);
  });

  it('refuses to resume an unknown session, a future number, or after a client closed with 1000', async () => {
    const { url } = await gatewayScene();
    const resume = async (d: Record<string, unknown>) => {
      const client = connect(url);
      await client.op(10);
      client.send({ op: 6, d: { token: TOKEN, ...d } });
      return client;
    };
    const unknown = await resume({ session_id: 'none', seq: 1 });
    expect((await unknown.op(9)).d).toBe(false);
    const first = await identified(url);
    const ahead = await resume({ session_id: first.ready.d['session_id'], seq: 99 });
    expect(await ahead.closed).toBe(4007);
    const left = await identified(url);
    left.close(1000);
    await left.closed;
    const late = await resume({ session_id: left.ready.d['session_id'], seq: 1 });
    expect((await late.op(9)).d).toBe(false);
  });

  it.each([
    ['a wrong token', identify({ token: 'other' }), 4004],
    ['a privileged intent', identify({ intents: 1 | (1 << 15) }), 4014],
    ['an unknown intent', identify({ intents: 1 << 27 }), 4013],
    ['an impossible shard', identify({ shard: [2, 2] }), 4010],
    ['text that is no JSON', '{"op":', 4002],
    ['a payload too large', { op: 2, d: 'x'.repeat(4097) }, 4002],
    ['an unknown opcode', { op: 42, d: {} }, 4001],
    ['events before identifying', { op: 3, d: {} }, 4003],
  ])('closes for %s', async (_what, payload, code) => {
    const { url } = await gatewayScene();
    const client = connect(url);
    await client.op(10);
    client.send(payload);
    expect(await client.closed).toBe(code);
  });

  it('closes for a second IDENTIFY, too many events, a wrong version and a silent client', async () => {
    const { discord, url } = await gatewayScene();
    const twice = await identified(url);
    twice.send(identify());
    expect(await twice.closed).toBe(4005);
    const busy = await identified(url);
    for (let count = 0; count < 120; count += 1) busy.send({ op: 1, d: count });
    expect(await busy.closed).toBe(4008);
    expect(await connect(url, '?v=6&encoding=json').closed).toBe(4012);
    discord.gateway.heartbeatIntervalMs = 40;
    const silent = await identified(url);
    expect(await silent.closed).toBe(4009);
  });

  it('counts IDENTIFYs: one in 5 s when pacing, and over the daily number the token is reset', async () => {
    const paced = await gatewayScene({ pacing: true });
    await identified(paced.url);
    const tooSoon = connect(paced.url);
    await tooSoon.op(10);
    tooSoon.send(identify());
    expect((await tooSoon.op(9)).d).toBe(false);

    const { discord, url, api } = await gatewayScene();
    discord.gateway.remainingIdentifies = 1;
    await identified(url);
    const { body } = await api('GET', '/gateway/bot');
    expect(body).toMatchObject({ session_start_limit: { remaining: 0 } });
    const over = connect(url);
    await over.op(10);
    over.send(identify());
    expect(await over.closed).toBe(4004);
    expect((await api('GET', '/users/@me')).status).toBe(401);
  });

  it('sends only what was asked for, and to the shard it belongs to', async () => {
    const { discord, url, api } = await gatewayScene();
    const quiet = await identified(url);
    const reading = await identified(url, { intents: 1 | (1 << 9) });
    const guild = discord.addGuild({ name: 'desk' });
    const index = Number((BigInt(guild.id) >> 22n) % 2n);
    const mine = await identified(url, { shard: [index, 2] });
    const other = await identified(url, { shard: [1 - index, 2] });
    await mine.event('GUILD_CREATE');
    await api('POST', `/channels/${guild.general.id}/messages`, { content: 'x' });
    expect((await reading.event('MESSAGE_CREATE')).d).toMatchObject({ content: 'x' });
    discord.dispatch('ODD', 'no object');
    await Promise.all([quiet.event('ODD'), other.event('ODD')]);
    expect(quiet.got.map((one) => one.t)).toEqual(['GUILD_CREATE']);
    expect(other.got).toEqual([]);
  });

  it('tells of servers, channels and rights', async () => {
    const { discord, url } = await gatewayScene();
    const guild = discord.addGuild({ name: 'desk' });
    const client = await identified(url);
    discord.guildOutage(guild);
    expect((await client.event('GUILD_DELETE')).d).toEqual({ id: guild.id, unavailable: true });
    discord.guildBack(guild);
    const room = discord.addChannel(guild, { name: 'room' });
    await client.event('CHANNEL_CREATE');
    discord.addChannel(guild, { name: 'talk', type: 'thread', parent: room });
    expect((await client.event('THREAD_CREATE')).d).toMatchObject({ parent_id: room.id, type: 11 });
    discord.setBotPermissions(room, 0n);
    expect((await client.event('CHANNEL_UPDATE')).d['permission_overwrites']).toHaveLength(1);
    discord.deleteChannel(room);
    await client.event('CHANNEL_DELETE');
    discord.removeBot(guild);
    expect((await client.event('GUILD_DELETE')).d).toEqual({ id: guild.id });
    discord.inviteBot(guild);
    await client.event('GUILD_CREATE');
    client.send({ op: 8, d: { guild_id: guild.id, user_ids: [discord.botUserId, '1'] } });
    const chunk = await client.event('GUILD_MEMBERS_CHUNK');
    expect(chunk.d).toMatchObject({ not_found: ['1'], members: [{ user: { bot: true } }] });
  });

  it('can close, ask to reconnect, invalidate, fall silent and refuse', async () => {
    const { discord, url } = await gatewayScene();
    const { gateway } = discord;
    const guild = discord.addGuild({ name: 'desk' });
    const first = await identified(url);
    gateway.reconnect();
    await first.op(7);
    gateway.invalidSession(true);
    expect((await first.op(9)).d).toBe(true);
    gateway.zombie(true);
    first.send({ op: 1, d: 1 });
    first.send({ op: 8, d: { guild_id: guild.id, user_ids: [] } });
    await first.event('GUILD_MEMBERS_CHUNK');
    expect(first.got.filter((one) => one.op === 11)).toEqual([]);
    gateway.zombie(false);
    first.send({ op: 1, d: 2 });
    await first.op(11);
    gateway.close(4000);
    expect(await first.closed).toBe(4000);
    await vi.waitFor(() => expect(gateway.sessions()).toBe(0));
    gateway.mute(true);
    const muted = connect(url);
    await vi.waitFor(() => expect(gateway.connections).toBe(2));
    gateway.mute(false);
    const next = connect(url);
    await next.op(10);
    gateway.refuse(true);
    const refused = connect(url);
    expect(await refused.closed).toBe(1006);
    gateway.refuse(false);
    await identified(url);
    expect(muted.got.length + next.got.length).toBe(0);
    discord.revokeToken();
    expect(await next.closed).toBe(4004);
  });
});

import { describe, expect, it } from 'vitest';
import type { FakeInteraction } from '../../fakes/discord/discord-server.ts';
import { isRecord } from '../../fakes/discord/json.ts';
import { form, PNG, scene } from './discord-scene.ts';

const BUTTONS = [
  {
    type: 1,
    components: [
      { type: 2, style: 2, label: 'Mute 1 h', custom_id: 'cw1:mute' },
      { type: 2, style: 2, label: 'Off', custom_id: 'cw1:off', disabled: true },
    ],
  },
];

/** A bot without a gateway: it sees interactions through `emit` of a raw session. */
async function asked() {
  const all = await scene();
  const { discord, api } = all;
  const guild = discord.addGuild({ name: 'desk' });
  const anna = discord.addUser({ name: 'anna' });
  discord.addMember(guild, anna);
  await api('PUT', `/applications/${discord.applicationId}/commands`, [
    {
      name: 'risk',
      description: 'How close',
      options: [{ type: 3, name: 'asset', description: 'A coin', autocomplete: true }],
    },
  ]);
  const seen = await watchInteractions(discord.url);
  const next = async () => {
    const got = await seen.next();
    return {
      ...got,
      callback: `/interactions/${got.id}/${got.token}/callback`,
      hook: `/webhooks/${discord.applicationId}/${got.token}`,
    };
  };
  /** The person asks, the bot gets it, the person waits. */
  async function slash(): Promise<{
    got: Awaited<ReturnType<typeof next>>;
    acted: Promise<FakeInteraction>;
  }> {
    const acted = discord.slash(guild.general, anna, 'risk', { asset: 'ETH' });
    return { got: await next(), acted };
  }
  return { ...all, guild, room: guild.general, anna, next, slash };
}

interface Seen {
  id: string;
  token: string;
  type: number;
  data: Record<string, unknown>;
  [key: string]: unknown;
}

async function watchInteractions(url: string) {
  const gateway = (await (await fetch(`${url}/v10/gateway`)).json()) as { url: string };
  const socket = new WebSocket(`${gateway.url}/?v=10&encoding=json`);
  const waiting: ((seen: Seen) => void)[] = [];
  const early: Seen[] = [];
  const ready = Promise.withResolvers<void>();
  socket.addEventListener('message', ({ data }) => {
    const payload: unknown = JSON.parse(String(data));
    if (!isRecord(payload)) return;
    if (payload['op'] === 10) {
      const d = { token: 'MTIz.fake.token', intents: 1, properties: {} };
      socket.send(JSON.stringify({ op: 2, d }));
    }
    if (payload['t'] === 'READY') ready.resolve();
    if (payload['t'] !== 'INTERACTION_CREATE') return;
    const seen = payload['d'] as Seen;
    const waiter = waiting.shift();
    if (waiter === undefined) early.push(seen);
    else waiter(seen);
  });
  await ready.promise;
  return {
    next: (): Promise<Seen> => {
      const [seen] = early.splice(0, 1);
      return seen === undefined
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(seen);
    },
  };
}

describe('interactions of the Discord fake', () => {
  it('carry who asked, where, and what both may do', async () => {
    const { slash, discord, guild, anna, room, next } = await asked();
    const { got } = await slash();
    expect(got).toMatchObject({
      application_id: discord.applicationId,
      type: 2,
      version: 1,
      guild_id: guild.id,
      channel_id: room.id,
      channel: { id: room.id, type: 0 },
      context: 0,
      locale: 'en-US',
      entitlements: [],
      authorizing_integration_owners: { '0': guild.id },
      member: { user: { id: anna.id }, roles: [], permissions: expect.stringMatching(/^\d+$/) },
      app_permissions: expect.stringMatching(/^\d+$/),
      data: { name: 'risk', type: 1, options: [{ name: 'asset', type: 3, value: 'ETH' }] },
    });
    const dm = discord.openDm(anna);
    void discord.slash(dm, anna, 'risk');
    const direct = await next();
    expect(direct).toMatchObject({ context: 1, user: { id: anna.id }, channel: { type: 1 } });
    expect(direct).not.toHaveProperty('guild_id');
    expect(direct).not.toHaveProperty('member');
  });

  it('are answered at once, by a message with its file', async () => {
    const { slash, api, room, discord } = await asked();
    const { got, acted } = await slash();
    const data = { embeds: [{ title: 'ETH', image: { url: 'attachment://c.png' } }], flags: 64 };
    const answer = form({ type: 4, data }, [{ name: 'c.png', bytes: PNG }]);
    const done = await api('POST', `${got.callback}?with_response=true`, answer, 'no token needed');
    expect(done).toMatchObject({
      status: 200,
      body: {
        interaction: { id: got.id, type: 2, response_message_ephemeral: true },
        resource: { type: 4, message: { flags: 64 } },
      },
    });
    const interaction = await acted;
    await interaction.settled();
    expect(interaction).toMatchObject({ delivered: true, deferred: false, ephemeral: true });
    expect(interaction.message()?.files[0]?.bytes).toEqual(PNG);
    const posted = interaction.message()?.id ?? '';
    expect((await api('GET', `/channels/${room.id}/messages/${posted}`)).body.code).toBe(10008);
    expect(discord.messages(room)).toHaveLength(1);
  });

  it('are deferred, and loading until the edit', async () => {
    const { slash, api, clock, room, discord } = await asked();
    const { got, acted } = await slash();
    clock.now += 2000;
    expect((await api('POST', got.callback, { type: 5, data: { flags: 4096 | 64 } })).status).toBe(
      204,
    );
    const interaction = await acted;
    expect(interaction).toMatchObject({ deferred: true, ephemeral: true, latencyMs: 2000 });
    expect(interaction.message()?.flags).toBe(64 | 128);
    let isSettled = false;
    const settled = interaction.settled().then(() => {
      isSettled = true;
    });
    clock.now += 14 * 60_000;
    expect(isSettled).toBe(false);
    await api('PATCH', `${got.hook}/messages/@original`, { content: 'ETH is calm' });
    await settled;
    expect(interaction.message()).toMatchObject({ content: 'ETH is calm', flags: 64 });
    expect(discord.messages(room)).toHaveLength(1);
    const more = await api('POST', got.hook, { content: 'more' });
    expect(interaction.followUps.map((one) => one.id)).toEqual([more.body.id]);
    await api('DELETE', `${got.hook}/messages/${more.body.id}`);
    expect(interaction.followUps[0]?.deleted).toBe(true);
    clock.now += 60_000;
    const late = await api('PATCH', `${got.hook}/messages/@original`, { content: 'late' });
    expect(late).toMatchObject({ status: 401, body: { code: 50027 } });
  });

  it('take the first follow-up to a deferral as its edit', async () => {
    const { slash, api } = await asked();
    const { got, acted } = await slash();
    await api('POST', got.callback, { type: 5 });
    await api('POST', got.hook, { content: 'done' });
    const interaction = await acted;
    await interaction.settled();
    expect(interaction.message()?.content).toBe('done');
    expect(interaction.followUps).toEqual([]);
    expect((await api('GET', `${got.hook}/messages/@original`)).body.content).toBe('done');
  });

  it('are dead after 3 s, taken once, and need an answer before anything else', async () => {
    const { slash, api, clock } = await asked();
    const late = await slash();
    const before = await api('PATCH', `${late.got.hook}/messages/@original`, { content: 'x' });
    expect(before).toMatchObject({ status: 404, body: { code: 10015 } });
    clock.now += 3001;
    const dead = await api('POST', late.got.callback, { type: 5 });
    expect(dead).toMatchObject({ status: 404, body: { code: 10062 } });
    await expect(late.acted).rejects.toThrow('did not respond');
    const once = await slash();
    clock.now += 3000;
    expect((await api('POST', once.got.callback, { type: 5 })).status).toBe(204);
    expect((await api('POST', once.got.callback, { type: 5 })).body.code).toBe(40060);
    expect((await api('POST', '/interactions/1/none/callback', { type: 5 })).body.code).toBe(10062);
  });

  it('refuse answers of a wrong kind or with mistakes, and may then be answered well', async () => {
    const { slash, api } = await asked();
    const { got, acted } = await slash();
    const wrong = await api('POST', got.callback, { type: 7, data: { content: 'x' } });
    expect(wrong.body).toMatchObject({ code: 50035 });
    const long = await api('POST', got.callback, { type: 4, data: { content: 'x'.repeat(2001) } });
    expect(long.body).toMatchObject({ errors: { data: { content: { _errors: [{}] } } } });
    expect((await api('POST', got.callback, { type: 4, data: {} })).body.code).toBe(50006);
    expect((await api('POST', got.callback, { type: 4, data: { content: 'x' } })).status).toBe(204);
    expect((await acted).callbacks).toHaveLength(1);
  });

  it('suggest at most 25 choices', async () => {
    const { api, discord, room, anna, next } = await asked();
    const asking = discord.autocomplete(room, anna, 'risk', { name: 'asset', value: 'et' });
    const got = await next();
    expect(got).toMatchObject({
      type: 4,
      data: { options: [{ name: 'asset', value: 'et', focused: true }] },
    });
    const choices = Array.from({ length: 26 }, (_, i) => ({ name: `c${i}`, value: `v${i}` }));
    const many = await api('POST', got.callback, { type: 8, data: { choices } });
    expect(many.body.code).toBe(50035);
    await api('POST', got.callback, { type: 8, data: { choices: choices.slice(0, 2) } });
    expect(await asking).toEqual(choices.slice(0, 2));
  });

  it('come from buttons, and change the message they belong to', async () => {
    const { api, discord, room, anna, next } = await asked();
    const body = { content: 'alert', components: BUTTONS };
    await api('POST', `/channels/${room.id}/messages`, body);
    const [alert] = discord.messages(room);
    if (alert === undefined) throw new Error('nothing was posted');
    expect(alert.buttons[0]).toEqual({ label: 'Mute 1 h', customId: 'cw1:mute' });
    const pressing = discord.press(alert, anna, { label: 'Mute 1 h' });
    const got = await next();
    expect(got).toMatchObject({
      type: 3,
      data: { custom_id: 'cw1:mute', component_type: 2 },
      message: { id: alert.id, content: 'alert' },
    });
    await api('POST', got.callback, { type: 7, data: { content: 'muted', components: [] } });
    const pressed = await pressing;
    expect(pressed.message()).toBe(alert);
    expect(alert).toMatchObject({ content: 'muted', buttons: [] });

    await api('POST', `/channels/${room.id}/messages`, body);
    const again = discord.messages(room).at(-1);
    if (again === undefined) throw new Error('nothing was posted');
    const acting = discord.press(again, anna, { customId: 'cw1:mute' });
    const second = await next();
    await api('POST', second.callback, { type: 6 });
    await api('POST', second.hook, { content: 'only for you', flags: 64 });
    const result = await acting;
    expect(result).toMatchObject({ deferred: true, followUps: [{ ephemeral: true }] });
    expect(again.content).toBe('alert');

    await expect(discord.press(again, anna, { label: 'Off' })).rejects.toThrow('disabled');
    await expect(discord.press(again, anna, { label: 'None' })).rejects.toThrow('no button');
    const bob = discord.addUser({ name: 'bob' });
    expect((await discord.press(again, bob, { label: 'Mute 1 h' })).delivered).toBe(false);
    discord.deleteMessage(room, again.id);
    await expect(discord.press(again, anna, { label: 'Mute 1 h' })).rejects.toThrow('not there');
  });

  it('end with an error for whoever waits when the fake is closed', async () => {
    const { slash, discord } = await asked();
    const { acted } = await slash();
    await discord.close();
    await expect(acted).rejects.toThrow('closed');
  });
});

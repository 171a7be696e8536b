import { describe, expect, it } from 'vitest';
import { PERMISSION } from '../../fakes/discord/permissions.ts';
import { errorCode, form, PNG, scene } from './discord-scene.ts';

const HOUR_MS = 3_600_000;

async function inGuild(options = {}) {
  const all = await scene(options);
  const guild = all.discord.addGuild({ name: 'desk' });
  const room = guild.general;
  return {
    ...all,
    guild,
    room,
    path: `/channels/${room.id}/messages`,
    post: (body: unknown) => all.api('POST', `/channels/${room.id}/messages`, body),
  };
}

describe('messages of the Discord fake', () => {
  it('keeps the bytes of a picture and turns attachment:// into an address outside attachments', async () => {
    const { discord, api, path, room } = await inGuild();
    const embed = { title: 'ETH', image: { url: 'attachment://chart.png' } };
    const sent = await api(
      'POST',
      path,
      form({ embeds: [embed], attachments: [{ id: 0, filename: 'chart.png' }] }, [
        { name: 'chart.png', bytes: PNG },
      ]),
    );
    expect(sent.status).toBe(200);
    expect(sent.body.attachments).toEqual([]);
    expect(sent.body.embeds[0]?.image.url).toMatch(
      /^https:\/\/cdn\.discordapp\.com\/.*chart\.png$/,
    );
    const [message] = discord.messages(room);
    expect(message?.files.map((file) => file.name)).toEqual(['chart.png']);
    expect(message?.files[0]?.bytes).toEqual(PNG);
  });

  it('drops the old file when an edit brings a new one, and keeps every version', async () => {
    const { discord, api, path, room } = await inGuild();
    const sent = await api('POST', path, form({ content: 'one' }, [{ name: 'a.png', bytes: PNG }]));
    const other = Uint8Array.from([1, 2, 3]);
    const edit = form({ content: 'two' }, [{ name: 'b.png', bytes: other }]);
    await api('PATCH', `${path}/${sent.body.id}`, edit);
    const [message] = discord.messages(room);
    expect(message?.content).toBe('two');
    expect(message?.files.map((file) => file.name)).toEqual(['b.png']);
    expect(message?.versions.map((one) => one.content)).toEqual(['one', 'two']);
    expect(message?.versions[0]?.files[0]?.bytes).toEqual(PNG);
    const kept = await api('PATCH', `${path}/${sent.body.id}`, { content: 'three' });
    expect(kept.body.attachments).toHaveLength(1);
    const cleared = await api('PATCH', `${path}/${sent.body.id}`, { attachments: [] });
    expect(cleared.body.attachments).toEqual([]);
  });

  it('names every mistake of a body at its place', async () => {
    const { post } = await inGuild();
    const button = { type: 2, style: 1, label: 'x', custom_id: 'same' };
    const answer = await post({
      content: 'x'.repeat(2001),
      embeds: [
        { title: 'x'.repeat(257), fields: [{ name: ' ', value: 'v' }], image: { url: 'ftp://x' } },
      ],
      components: [{ type: 1, components: [button, button] }],
      nonce: 'x'.repeat(26),
      allowed_mentions: { parse: ['users'], users: ['1'] },
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 50035, message: 'Invalid Form Body' });
    expect(errorCode(answer, 'content')).toBe('BASE_TYPE_MAX_LENGTH');
    expect(errorCode(answer, 'embeds.0.title')).toBe('BASE_TYPE_MAX_LENGTH');
    expect(errorCode(answer, 'embeds.0.fields.0.name')).toBe('BASE_TYPE_REQUIRED');
    expect(errorCode(answer, 'embeds.0.image.url')).toBe('URL_TYPE_INVALID_SCHEME');
    expect(errorCode(answer, 'components.0.components.1.custom_id')).toBe(
      'COMPONENT_CUSTOM_ID_DUPLICATED',
    );
    expect(errorCode(answer, 'nonce')).toBe('NONCE_TYPE_TOO_LONG');
    expect(errorCode(answer, 'allowed_mentions')).toBe('MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE');
  });

  it('counts code points over all embeds of a message', async () => {
    const { post } = await inGuild();
    const embed = (length: number) => ({ description: '🦀'.repeat(length) });
    expect((await post({ embeds: [embed(3000), embed(3000)] })).status).toBe(200);
    const over = await post({ embeds: [embed(3000), embed(3001)] });
    expect(errorCode(over, 'embeds')).toBe('MAX_EMBED_SIZE_EXCEEDED');
    const rows = Array.from({ length: 6 }, (_, row) => ({
      type: 1,
      components: [{ type: 2, style: 1, label: 'x', custom_id: `${row}` }],
    }));
    expect((await post({ content: 'x', components: rows })).body.code).toBe(50035);
    expect((await post({ content: '  ' })).body).toMatchObject({ code: 50006 });
  });

  it('gives the first message again for an enforced nonce, for a few minutes', async () => {
    const { post, clock, discord, room } = await inGuild();
    const first = await post({ content: 'a', nonce: 'n1', enforce_nonce: true });
    const again = await post({ content: 'b', nonce: 'n1', enforce_nonce: true });
    expect(again.body.id).toBe(first.body.id);
    await post({ content: 'c', nonce: 'n1' });
    clock.now += 5 * 60_000;
    await post({ content: 'd', nonce: 'n1', enforce_nonce: true });
    expect(discord.messages(room).map((one) => one.content)).toEqual(['a', 'c', 'd']);
  });

  it('tells who would have been pinged, and that embeds never ping', async () => {
    const { post, discord, room, guild } = await inGuild();
    const anna = discord.addUser({ name: 'anna' });
    const role = discord.addRole(guild, { name: 'risk', permissions: 0n });
    const content = `@everyone <@${anna.id}> <@&${role.id}>`;
    await post({ content });
    await post({ content, allowed_mentions: { parse: [] } });
    await post({ content, allowed_mentions: { roles: [role.id] } });
    await post({ embeds: [{ description: content }] });
    const { VIEW_CHANNEL, SEND_MESSAGES } = PERMISSION;
    discord.setBotPermissions(room, VIEW_CHANNEL | SEND_MESSAGES);
    await post({ content });
    expect(discord.messages(room).map((one) => one.mentioned)).toEqual([
      { users: [anna.id], roles: [role.id], everyone: true },
      { users: [], roles: [], everyone: false },
      { users: [], roles: [role.id], everyone: false },
      { users: [], roles: [], everyone: false },
      { users: [anna.id], roles: [], everyone: false },
    ]);
  });

  it('answers a message that is gone only when told not to fail', async () => {
    const { post, discord, room } = await inGuild();
    const first = await post({ content: 'first' });
    const reply = { content: 'reply', message_reference: { message_id: first.body.id } };
    expect((await post(reply)).body).toMatchObject({ type: 19 });
    discord.deleteMessage(room, first.body.id);
    expect(errorCode(await post(reply), 'message_reference')).toBe(
      'MESSAGE_REFERENCE_UNKNOWN_MESSAGE',
    );
    const loose = { ...reply.message_reference, fail_if_not_exists: false };
    await post({ content: 'loose', message_reference: loose, flags: 4096 });
    const [, replied, last] = discord.messages(room);
    expect(replied?.replyTo).toBe(first.body.id);
    expect(last?.replyTo).toBeUndefined();
    expect(last?.silent).toBe(true);
  });

  it('refuses by permission, and silently drops embeds without EMBED_LINKS', async () => {
    const { post, discord, room, api, path } = await inGuild();
    const { VIEW_CHANNEL, SEND_MESSAGES, ATTACH_FILES, EMBED_LINKS } = PERMISSION;
    const codeWith = async (permissions: bigint, body: unknown) => {
      discord.setBotPermissions(room, permissions);
      return (await post(body)).body.code;
    };
    const file = () => form({ content: 'x' }, [{ name: 'a.png', bytes: PNG }]);
    expect(await codeWith(0n, { content: 'x' })).toBe(50001);
    expect(await codeWith(VIEW_CHANNEL, { content: 'x' })).toBe(50013);
    expect(await codeWith(VIEW_CHANNEL | SEND_MESSAGES, file())).toBe(50013);
    const embeds = [{ title: 'x' }];
    expect(await codeWith(VIEW_CHANNEL | SEND_MESSAGES, { embeds })).toBe(50013);
    expect(await codeWith(VIEW_CHANNEL | SEND_MESSAGES, { content: 'x', embeds })).toBeUndefined();
    expect(discord.messages(room)[0]?.embeds).toEqual([]);
    discord.setBotPermissions(room, VIEW_CHANNEL | SEND_MESSAGES | ATTACH_FILES | EMBED_LINKS);
    expect((await api('POST', path, file())).status).toBe(200);
  });

  it('posts in threads by their own permission, not when locked, and never edits archived ones', async () => {
    const { discord, api, guild, room } = await inGuild();
    const thread = discord.addChannel(guild, { name: 'talk', type: 'thread', parent: room });
    const path = `/channels/${thread.id}/messages`;
    discord.setBotPermissions(thread, PERMISSION.VIEW_CHANNEL | PERMISSION.SEND_MESSAGES);
    expect((await api('POST', path, { content: 'x' })).body.code).toBe(50013);
    discord.setBotPermissions(
      thread,
      PERMISSION.VIEW_CHANNEL | PERMISSION.SEND_MESSAGES_IN_THREADS,
    );
    const sent = await api('POST', path, { content: 'x' });
    expect(sent.status).toBe(200);
    discord.archiveThread(thread);
    expect((await api('PATCH', `${path}/${sent.body.id}`, { content: 'y' })).body.code).toBe(50083);
    expect((await api('POST', path, { content: 'opens it again' })).status).toBe(200);
    discord.archiveThread(thread, { locked: true });
    expect((await api('POST', path, { content: 'x' })).body.code).toBe(50083);
  });

  it('knows channels, messages, strangers, direct messages and servers that are gone', async () => {
    const { discord, api, guild, room, path } = await inGuild();
    const anna = discord.addUser({ name: 'anna' });
    const code = async (method: string, to: string, body?: unknown) => {
      const { status, body: json } = await api(method, to, body);
      return [status, json?.code];
    };
    expect(await code('POST', '/channels/1/messages', { content: 'x' })).toEqual([404, 10003]);
    expect(await code('PATCH', `${path}/1`, { content: 'x' })).toEqual([404, 10008]);
    const hers = discord.say(room, anna, 'hello');
    expect(await code('PATCH', `${path}/${hers.id}`, { content: 'x' })).toEqual([403, 50005]);
    const dm = discord.openDm(anna);
    const send = () => code('POST', `/channels/${dm.id}/messages`, { content: 'x' });
    expect(await send()).toEqual([403, 50278]);
    discord.addMember(guild, anna);
    expect(await send()).toEqual([200, undefined]);
    discord.closeDms(anna);
    expect(await send()).toEqual([403, 50007]);
    expect(await code('GET', `/guilds/${guild.id}/members/1`)).toEqual([404, 10013]);
    expect(await code('GET', `/guilds/1`)).toEqual([404, 10004]);
    discord.removeBot(guild);
    expect(await code('POST', path, { content: 'x' })).toEqual([403, 50001]);
    expect(await code('GET', `/guilds/${guild.id}`)).toEqual([403, 50001]);
    discord.inviteBot(guild);
    expect(await code('POST', path, { content: 'x' })).toEqual([200, undefined]);
    discord.deleteChannel(room);
    expect(await code('POST', path, { content: 'x' })).toEqual([404, 10003]);
    expect(discord.invalidRequests).toBe(5);
  });

  it('allows only so many edits of messages older than an hour', async () => {
    const { api, post, path, clock } = await inGuild({ oldEditsPerHour: 2 });
    const { body } = await post({ content: 'x' });
    const edit = () => api('PATCH', `${path}/${body.id}`, { content: 'y' });
    for (let count = 0; count < 3; count += 1) expect((await edit()).status).toBe(200);
    clock.now += HOUR_MS + 1;
    const statuses = [await edit(), await edit(), await edit()].map((one) => one.status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await edit()).body.code).toBe(30046);
    clock.now += HOUR_MS;
    expect((await edit()).status).toBe(200);
  });

  it('publishes messages of announcement channels once', async () => {
    const { api, post, discord, guild } = await inGuild();
    const plain = await post({ content: 'x' });
    const nowhere = `/channels/${guild.general.id}/messages/${plain.body.id}/crosspost`;
    expect((await api('POST', nowhere)).body.code).toBe(50024);
    const news = discord.addChannel(guild, { name: 'news', type: 'announcement' });
    const sent = await api('POST', `/channels/${news.id}/messages`, { content: 'x' });
    const path = `/channels/${news.id}/messages/${sent.body.id}/crosspost`;
    expect((await api('POST', path)).status).toBe(200);
    expect(discord.messages(news)[0]?.crossposted).toBe(true);
    expect((await api('POST', path)).body.code).toBe(40033);
  });

  it('refuses bodies it cannot read and files that are too large', async () => {
    const { discord, api, path } = await inGuild();
    const send = (type: string, body: string) =>
      fetch(`${discord.url}/v10${path}`, {
        method: 'POST',
        headers: { Authorization: 'Bot MTIz.fake.token', 'Content-Type': type },
        body,
      }).then(async (response) => (await response.json()) as { code: number });
    expect(await send('application/json', '{"content":')).toMatchObject({ code: 50109 });
    expect(await send('text/plain', 'hello')).toMatchObject({ code: 50035 });
    const large = { name: 'a.png', bytes: new Uint8Array(10 * 1024 * 1024 + 1) };
    expect(await api('POST', path, form({}, [large]))).toMatchObject({
      status: 413,
      body: { code: 40005 },
    });
  });
});

import { describe, expect, it } from 'vitest';
import { PERMISSION } from '../../fakes/discord/permissions.ts';
import { makeDoc } from '../../fakes/make-message.ts';
import { discordScene, messageTo, NEVER, PNG, roomOf, until } from './discord-scene.ts';

const EVERYTHING_BUT = (lacking: bigint) => ((1n << 50n) - 1n) & ~(lacking | (1n << 3n));
const ACTIONS = [{ label: 'Mute 1 h', command: 'mute', text: '1h' }];

describe('sending to Discord', () => {
  it('posts an embed with the chart byte for byte, buttons and its nonce', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    const doc = makeDoc({ actions: ACTIONS });
    const message = messageTo(roomOf(guild, channel), { doc, png: PNG });
    const outcome = await platform.send(message, NEVER);
    const [shown, ...others] = discord.messages(channel);
    expect(others).toEqual([]);
    expect(outcome).toEqual({ kind: 'sent', platformMessageId: shown?.id });
    expect(shown).toMatchObject({ nonce: message.id, silent: false, content: '' });
    expect(shown?.files.map(({ bytes }) => bytes)).toEqual([PNG]);
    expect(shown?.embeds[0]).toMatchObject({ title: doc.title, color: 0xff9446 });
    expect(shown?.embeds[0]).toHaveProperty('image.url', expect.stringContaining('/chart.png'));
    expect(shown?.buttons.map(({ label }) => label)).toEqual(['Mute 1 h']);
  });

  it('needs no connection to the gateway', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    await platform.send(messageTo(roomOf(guild, channel)), NEVER);
    expect(discord.gateway.connections).toBe(0);
    expect(discord.messages(channel)).toHaveLength(1);
  });

  it('posts into threads, announcement channels and direct messages', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    const thread = discord.addChannel(guild, { name: 'deep', type: 'thread', parent: channel });
    const news = discord.addChannel(guild, { name: 'news', type: 'announcement' });
    const user = discord.addUser({ name: 'ann' });
    discord.addMember(guild, user);
    const dm = discord.openDm(user);
    for (const room of [thread, news]) {
      const outcome = await platform.send(messageTo(roomOf(guild, room)), NEVER);
      expect(outcome.kind).toBe('sent');
      expect(discord.messages(room)).toHaveLength(1);
    }
    const chat = { platform: 'discord', chatId: dm.id };
    expect((await platform.send(messageTo(chat), NEVER)).kind).toBe('sent');
    expect(discord.messages(dm)).toHaveLength(1);
  });

  it('posts the same message once, however often it is sent', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    const message = messageTo(roomOf(guild, channel), { png: PNG });
    discord.fault({ method: 'POST', kind: 'reset-after', times: 1 });
    expect((await platform.send(message, NEVER)).kind).toBe('unknown');
    const again = await platform.send(message, NEVER);
    expect(again).toEqual({ kind: 'sent', platformMessageId: discord.messages(channel)[0]?.id });
    expect(discord.messages(channel)).toHaveLength(1);
  });

  it('is silent when told to, and answers the message before it', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    const chat = roomOf(guild, channel);
    const first = await platform.send(messageTo(chat, { id: 'one' }), NEVER);
    if (first.kind !== 'sent') throw new Error(first.kind);
    const replyTo = first.platformMessageId;
    await platform.send(messageTo(chat, { id: 'two', silent: true, replyTo }), NEVER);
    expect(discord.messages(channel)[1]).toMatchObject({ silent: true, replyTo });
    discord.deleteMessage(channel, replyTo);
    await platform.send(messageTo(chat, { id: 'three', replyTo }), NEVER);
    expect(discord.messages(channel)).toHaveLength(3);
  });

  it('posts without the reference where the bot may not read what it answers', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    const chat = roomOf(guild, channel);
    const first = await platform.send(messageTo(chat, { id: 'one' }), NEVER);
    if (first.kind !== 'sent') throw new Error(first.kind);
    discord.setBotPermissions(channel, EVERYTHING_BUT(PERMISSION.READ_MESSAGE_HISTORY));
    const replyTo = first.platformMessageId;
    const outcome = await platform.send(messageTo(chat, { id: 'two', replyTo }), NEVER);
    expect(outcome.kind).toBe('sent');
    expect(discord.messages(channel)[1]?.embeds).toHaveLength(1);
  });

  it('changes a message, its chart and its buttons', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    const chat = roomOf(guild, channel);
    const doc = makeDoc({ actions: ACTIONS });
    const first = await platform.send(messageTo(chat, { doc, png: PNG }), NEVER);
    if (first.kind !== 'sent') throw new Error(first.kind);
    const editOf = first.platformMessageId;
    const second = Uint8Array.from([1, 2, 3]);
    const changed = messageTo(chat, { doc: makeDoc({ title: 'New', tone: 'low' }), editOf });
    expect(await platform.send({ ...changed, png: second }, NEVER)).toEqual(first);
    const shown = discord.messages(channel)[0];
    expect(shown?.embeds[0]).toMatchObject({ title: 'New' });
    expect(shown?.files.map(({ bytes }) => bytes)).toEqual([second]);
    expect(shown?.buttons).toEqual([]);
    await platform.send(changed, NEVER);
    expect(discord.messages(channel)[0]?.files).toEqual([]);
    expect(discord.messages(channel)).toHaveLength(1);
  });

  it('says that a message to be changed is gone', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    const chat = roomOf(guild, channel);
    const first = await platform.send(messageTo(chat), NEVER);
    if (first.kind !== 'sent') throw new Error(first.kind);
    discord.deleteMessage(channel, first.platformMessageId);
    const outcome = await platform.send(
      messageTo(chat, { editOf: first.platformMessageId }),
      NEVER,
    );
    expect(outcome).toEqual({ kind: 'gone', reason: expect.stringContaining('deleted') });
  });

  it('takes the limit on edits of old messages for the end of the message, not for a pause', async () => {
    let now = Date.UTC(2026, 0, 1);
    const { platform, discord, guild, channel } = await discordScene({ now: () => now });
    const chat = roomOf(guild, channel);
    const first = await platform.send(messageTo(chat), NEVER);
    if (first.kind !== 'sent') throw new Error(first.kind);
    now += 3_700_000;
    const edit = messageTo(chat, { editOf: first.platformMessageId });
    const kinds = new Set<string>();
    for (let count = 0; count < 40; count += 1) {
      kinds.add((await platform.send(edit, NEVER)).kind);
    }
    expect(kinds).toEqual(new Set(['sent', 'gone']));
    expect(discord.messages(channel)).toHaveLength(1);
  });

  it('mentions the configured role with new critical posts alone', async () => {
    const role = '4711';
    const mentions: Record<string, string> = {};
    const { platform, discord, guild, channel } = await discordScene({
      criticalMentions: mentions,
    });
    mentions[guild.id] = role;
    const chat = roomOf(guild, channel);
    const shown = async (overrides: Parameters<typeof messageTo>[1]) => {
      await platform.send(messageTo(chat, overrides), NEVER);
      return discord.messages(channel).at(-1);
    };
    expect((await shown({ id: 'a', severity: 2 }))?.mentioned.roles).toEqual([]);
    const critical = await shown({ id: 'b', severity: 3 });
    expect(critical?.mentioned).toEqual({ users: [], roles: [role], everyone: false });
    const edited = await shown({ id: 'c', severity: 3, editOf: critical?.id ?? '' });
    expect(edited?.content).toBe('');
    const other = discord.addGuild({ name: 'other' });
    await platform.send(messageTo(roomOf(other, other.general), { severity: 3 }), NEVER);
    expect(discord.messages(other.general)[0]?.mentioned.roles).toEqual([]);
  });

  it('pings nobody, whatever the names of markets say', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    const evil = '@everyone @here <@1> <@&2> <#3> [x](https://evil.example) discord.gg/abc';
    const doc = makeDoc({
      title: evil,
      blocks: [
        { kind: 'text', text: evil },
        { kind: 'table', rows: [[evil], ['```'], [evil]] },
        { kind: 'fields', fields: [{ name: evil, value: evil }] },
        { kind: 'list', items: [evil] },
      ],
      footer: evil,
    });
    await platform.send(messageTo(roomOf(guild, channel), { doc }), NEVER);
    discord.setBotPermissions(channel, EVERYTHING_BUT(PERMISSION.EMBED_LINKS));
    await platform.send(messageTo(roomOf(guild, channel), { doc, id: 'plain' }), NEVER);
    const [full, plain] = discord.messages(channel);
    expect(plain?.content).toContain('evil.example');
    for (const shown of [full, plain]) {
      expect(shown?.mentioned).toEqual({ users: [], roles: [], everyone: false });
    }
    const description = String(full?.embeds[0]?.['description']);
    for (const text of [description, plain?.content]) expect(text).not.toMatch(/:\/\/|\.gg\//);
    const outsideCode = description.replace(/```[\s\S]*?```/g, '');
    expect(outsideCode).not.toMatch(/(?<!\\)[[\]<>`]/);
  });

  it.each([
    ['embeds vanish beside a picture', PERMISSION.EMBED_LINKS, PNG],
    ['an embed alone is refused', PERMISSION.EMBED_LINKS, undefined],
    ['pictures are refused', PERMISSION.ATTACH_FILES, PNG],
  ])('says it in letters where %s', async (_, lacking, png) => {
    const { platform, discord, guild, channel } = await discordScene();
    discord.setBotPermissions(channel, EVERYTHING_BUT(lacking));
    const message = messageTo(roomOf(guild, channel), png === undefined ? {} : { png });
    expect((await platform.send(message, NEVER)).kind).toBe('sent');
    const [shown, ...others] = discord.messages(channel);
    expect(others).toEqual([]);
    expect(shown?.content).toContain(makeDoc().title);
    expect(shown?.content).toContain('permissions to embed links and attach files');
    expect(shown?.embeds).toEqual([]);
    expect(shown?.files).toHaveLength(lacking === PERMISSION.EMBED_LINKS && png ? 1 : 0);
  });

  it('sends what is refused for its form again as plain text, and gives up if that is refused too', async () => {
    const { platform, discord, guild, channel, log } = await discordScene();
    const refusal = { status: 400, body: { code: 50035, message: 'Invalid Form Body' } };
    const message = messageTo(roomOf(guild, channel));
    discord.fault({ method: 'POST', kind: refusal, times: 1 });
    expect((await platform.send(message, NEVER)).kind).toBe('sent');
    expect(discord.messages(channel)[0]?.content).toContain(makeDoc().title);
    expect(log.lines.map((line) => line.message)).toContain('message sent as plain text');
    discord.fault({ method: 'POST', kind: refusal, times: 2 });
    const outcome = await platform.send({ ...message, id: 'other' }, NEVER);
    expect(outcome).toMatchObject({ kind: 'refused', closeChat: false });
  });

  it('passes high and critical posts of announcement channels on, when that is wanted', async () => {
    const scene = await discordScene({ publishAnnouncements: true });
    const { platform, discord, guild, channel } = scene;
    const news = discord.addChannel(guild, { name: 'news', type: 'announcement' });
    await scene.connect();
    await platform.send(messageTo(roomOf(guild, news), { id: 'low', severity: 0 }), NEVER);
    await platform.send(messageTo(roomOf(guild, news), { id: 'high' }), NEVER);
    await platform.send(messageTo(roomOf(guild, channel), { id: 'else' }), NEVER);
    await until(() => discord.messages(news)[1]?.crossposted === true);
    expect(discord.messages(news)[0]?.crossposted).toBe(false);
    const posts = discord.calls.filter(({ path }) => path.endsWith('/crosspost'));
    expect(posts).toHaveLength(1);
  });
});

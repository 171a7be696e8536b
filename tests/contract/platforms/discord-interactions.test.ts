import { describe, expect, it } from 'vitest';
import type { CommandRequest } from '../../../src/bot/platforms/platform.ts';
import { PERMISSION } from '../../fakes/discord/permissions.ts';
import { makeDoc } from '../../fakes/make-message.ts';
import { discordScene, messageTo, NEVER, PNG, roomOf, until } from './discord-scene.ts';

const ACTIONS = [
  { label: 'Details', command: 'risk', text: 'BTC' },
  { label: 'Mute 1 h', command: 'mute', text: '1h' },
];

async function inServer(settings: Parameters<typeof discordScene>[0] = {}) {
  const scene = await discordScene(settings);
  const { discord, guild } = scene;
  const managers = discord.addRole(guild, {
    name: 'managers',
    permissions: PERMISSION.MANAGE_GUILD,
  });
  const traders = discord.addRole(guild, { name: 'traders', permissions: 0n });
  const manager = discord.addUser({ name: 'mia' });
  const trader = discord.addUser({ name: 'tom' });
  const guest = discord.addUser({ name: 'gus' });
  discord.addMember(guild, manager, [managers]);
  discord.addMember(guild, trader, [traders]);
  discord.addMember(guild, guest);
  await scene.connect();
  return { ...scene, manager, trader, guest, traders };
}

/** A warning with buttons, as it stands in the channel. */
async function warned(scene: Awaited<ReturnType<typeof inServer>>) {
  const { platform, discord, guild, channel } = scene;
  const doc = makeDoc({ actions: ACTIONS });
  await platform.send(messageTo(roomOf(guild, channel), { doc }), NEVER);
  const shown = discord.messages(channel).at(-1);
  if (shown === undefined) throw new Error('nothing was sent');
  return shown;
}

describe('slash commands on Discord', () => {
  it('defers at once, then shows the answer with its chart and buttons', async () => {
    const scene = await inServer();
    const { discord, guild, channel, guest, requests } = scene;
    const slow = Promise.withResolvers<void>();
    scene.answers(async () => {
      await slow.promise;
      return { doc: makeDoc({ title: 'Risk', actions: ACTIONS }), png: PNG };
    });
    const asked = await discord.slash(channel, guest, 'risk', { asset: 'btc' });
    expect(asked).toMatchObject({ deferred: true, ephemeral: false });
    slow.resolve();
    await asked.settled();
    const shown = asked.message();
    expect(shown?.embeds[0]).toMatchObject({ title: 'Risk' });
    expect(shown?.files[0]?.bytes).toEqual(PNG);
    expect(shown?.buttons.map(({ label }) => label)).toEqual(['Details', 'Mute 1 h']);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      chat: roomOf(guild, channel),
      userId: guest.id,
      command: 'risk',
      input: { options: { asset: 'btc' } },
      private: false,
    });
    expect(requests[0]?.draw).not.toBe(false);
  });

  it('knows threads as rooms of their server, and direct messages as places of their own', async () => {
    const { discord, guild, channel, guest, requests } = await inServer();
    const thread = discord.addChannel(guild, { name: 'deep', type: 'thread', parent: channel });
    await (await discord.slash(thread, guest, 'risk')).settled();
    const dm = discord.openDm(guest);
    await (await discord.slash(dm, guest, 'mute', { duration: '1h' })).settled();
    expect(requests.map(({ chat }) => chat)).toEqual([
      roomOf(guild, thread),
      { platform: 'discord', chatId: dm.id },
    ]);
    expect(requests[1]?.private).toBe(true);
    expect(await requests[1]?.mayManage()).toBe(true);
    expect(await requests[1]?.missingPermissions?.()).toEqual([]);
  });

  it.each(['mistake', 'denied', 'limited', 'bug'] as const)(
    'tells the person alone when it failed as %s',
    async (failed) => {
      const scene = await inServer();
      const { discord, channel, guest } = scene;
      scene.answers(async () => ({ doc: makeDoc({ title: 'No' }), failed }));
      const asked = await discord.slash(channel, guest, 'risk');
      await until(() => asked.followUps.length === 1);
      expect(asked.message()?.deleted).toBe(true);
      expect(asked.followUps[0]).toMatchObject({ ephemeral: true });
      expect(asked.followUps[0]?.embeds[0]).toMatchObject({ title: 'No' });
    },
  );

  it('says nothing a second time to somebody who floods', async () => {
    const scene = await inServer();
    const { discord, channel, guest } = scene;
    scene.answers(async () => ({ doc: makeDoc(), failed: 'limited', repeated: true }));
    const asked = await discord.slash(channel, guest, 'risk');
    await asked.settled();
    expect(asked.message()?.deleted).toBe(true);
    expect(asked.followUps).toEqual([]);
  });

  it('keeps trying to show an answer through failures and limits', async () => {
    const { discord, channel, guest } = await inServer();
    const path = /@original$/;
    discord.fault({ method: 'PATCH', path, times: 1, kind: { status: 503 } });
    discord.fault({ method: 'PATCH', path, times: 1, kind: 'reset-before' });
    discord.fault({
      method: 'PATCH',
      path,
      times: 1,
      kind: { rateLimit: { retryAfterMs: 500, scope: 'user' } },
    });
    const asked = await discord.slash(channel, guest, 'risk');
    await asked.settled();
    expect(asked.message()?.embeds).toHaveLength(1);
  });

  it('shows an answer whose form is refused as plain text', async () => {
    const { discord, channel, guest } = await inServer();
    const body = { code: 50035, message: 'Invalid Form Body' };
    discord.fault({ method: 'PATCH', times: 1, kind: { status: 400, body } });
    const asked = await discord.slash(channel, guest, 'risk');
    await asked.settled();
    expect(asked.message()?.content).toContain('the answer');
  });

  it('acknowledges once more when the first acknowledgement was lost', async () => {
    const { discord, channel, guest, log } = await inServer();
    const path = /\/callback$/;
    discord.fault({ method: 'POST', path, times: 1, kind: 'reset-after' });
    const asked = await discord.slash(channel, guest, 'risk');
    await asked.settled();
    expect(asked.message()?.embeds).toHaveLength(1);
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('logs an interaction it was too late for, and does not run the command', async () => {
    const { discord, channel, guest, log, requests } = await inServer();
    const body = { code: 10062, message: 'Unknown interaction' };
    const path = /\/callback$/;
    discord.fault({ method: 'POST', path, times: 1, kind: { status: 404, body } });
    const asked = discord.slash(channel, guest, 'risk').catch(() => undefined);
    await until(() =>
      log.lines.some(({ message }) => message === 'interaction not answered in time'),
    );
    expect(requests).toEqual([]);
    expect(JSON.stringify(log.lines)).not.toContain(guest.id);
    await asked;
  });

  it('survives what makes the inbox throw', async () => {
    const scene = await inServer();
    const { discord, channel, guest, log, platform } = scene;
    scene.answers(async () => {
      throw new Error('the inbox broke its promise');
    });
    await discord.slash(channel, guest, 'risk');
    await until(() => log.lines.some(({ message }) => message === 'interaction failed'));
    scene.answers(async () => ({ doc: makeDoc({ title: 'fine' }) }));
    const asked = await discord.slash(channel, guest, 'risk');
    await asked.settled();
    expect(asked.message()?.embeds[0]).toMatchObject({ title: 'fine' });
    expect(platform.state().state).toBe('connected');
  });

  it('gives an answer that was begun before the end', async () => {
    const scene = await inServer();
    const { discord, channel, guest } = scene;
    const slow = Promise.withResolvers<void>();
    scene.answers(async () => {
      await slow.promise;
      return { doc: makeDoc({ title: 'Late' }) };
    });
    const asked = await discord.slash(channel, guest, 'risk');
    const stopped = scene.stop();
    await until(() => discord.gateway.sessions() === 0);
    slow.resolve();
    await stopped;
    expect(asked.message()?.embeds[0]).toMatchObject({ title: 'Late' });
  });

  it('says what the bot may not do in the channel', async () => {
    const { discord, channel, manager, requests } = await inServer();
    const lacking = PERMISSION.EMBED_LINKS | PERMISSION.ATTACH_FILES;
    const few = PERMISSION.VIEW_CHANNEL | PERMISSION.SEND_MESSAGES;
    discord.setBotPermissions(channel, few | lacking);
    await (await discord.slash(channel, manager, 'subscribe')).settled();
    discord.setBotPermissions(channel, few);
    await (await discord.slash(channel, manager, 'subscribe')).settled();
    expect(await requests[0]?.missingPermissions?.()).toEqual([]);
    expect(await requests[1]?.missingPermissions?.()).toEqual(['embed links', 'attach files']);
  });
});

describe('who may manage on Discord', () => {
  async function mayManage(request: CommandRequest | undefined): Promise<boolean | undefined> {
    return await request?.mayManage();
  }

  it('is people with Manage Server, and whom an administrator gave the command', async () => {
    const scene = await inServer();
    const { discord, guild, channel, manager, trader, guest, traders, requests } = scene;
    const shown = await warned(scene);
    const press = async (who: typeof guest) => {
      const pressed = await discord.press(shown, who, { label: 'Mute 1 h' });
      await pressed.settled();
      return await mayManage(requests.at(-1));
    };
    expect(await press(manager)).toBe(true);
    expect(await press(trader)).toBe(false);
    const allow = { id: traders.id, type: 'role' as const, permission: true };
    discord.setCommandPermissions(guild, { command: 'mute' }, [allow]);
    expect(await press(trader)).toBe(true);
    expect(await press(guest)).toBe(false);
    const asked = await discord.slash(channel, trader, 'mute', { duration: '1h' });
    expect(asked.delivered).toBe(true);
    await asked.settled();
    expect(await mayManage(requests.at(-1))).toBe(true);
    const notHim = { id: trader.id, type: 'user' as const, permission: false };
    discord.setCommandPermissions(guild, { command: 'mute' }, [allow, notHim]);
    expect(await press(trader)).toBe(false);
  });

  it('is not everybody who may use the bot at all', async () => {
    const scene = await inServer();
    const { discord, guild, guest, requests } = scene;
    const shown = await warned(scene);
    const everybody = { id: guild.id, type: 'role' as const, permission: true };
    discord.setCommandPermissions(guild, {}, [everybody]);
    await (await discord.press(shown, guest, { label: 'Mute 1 h' })).settled();
    expect(await mayManage(requests.at(-1))).toBe(false);
  });

  it('cannot be said while Discord does not answer, and is asked again then', async () => {
    const scene = await inServer();
    const { discord, guild, guest, requests } = scene;
    const shown = await warned(scene);
    discord.setCommandPermissions(guild, { command: 'mute' }, [
      { id: guest.id, type: 'user', permission: true },
    ]);
    await (await discord.press(shown, guest, { label: 'Mute 1 h' })).settled();
    const path = /\/permissions$/;
    discord.fault({ method: 'GET', path, times: 1, kind: { status: 500 } });
    await expect(mayManage(requests.at(-1))).rejects.toThrow();
    expect(await mayManage(requests.at(-1))).toBe(true);
    // Kept for a while: the next question is no request.
    const before = discord.calls.length;
    expect(await mayManage(requests.at(-1))).toBe(true);
    expect(discord.calls).toHaveLength(before);
  });
});

describe('buttons on Discord', () => {
  it('answer a question to the person alone, and change the chat in front of it', async () => {
    const scene = await inServer();
    const { discord, guild, channel, manager, requests } = scene;
    const shown = await warned(scene);
    const details = await discord.press(shown, manager, { label: 'Details' });
    await details.settled();
    expect(details.ephemeral).toBe(true);
    expect(details.message()?.embeds[0]).toMatchObject({ title: 'the answer' });
    const muted = await discord.press(shown, manager, { label: 'Mute 1 h' });
    await muted.settled();
    expect(muted.ephemeral).toBe(false);
    expect(requests.map(({ command, input }) => [command, input])).toEqual([
      ['risk', { text: 'BTC' }],
      ['mute', { text: '1h' }],
    ]);
    expect(requests[0]?.chat).toEqual(roomOf(guild, channel));
  });

  it('refuse data of another chat, of another version and of nobody', async () => {
    const scene = await inServer();
    const { discord, guild, channel, platform, manager, requests } = scene;
    const elsewhere = discord.addChannel(guild, { name: 'elsewhere' });
    const doc = makeDoc({ actions: ACTIONS });
    await platform.send(messageTo(roomOf(guild, elsewhere), { doc }), NEVER);
    const foreign = discord.messages(elsewhere)[0]?.buttons[0]?.customId ?? '';
    for (const data of [foreign, 'cw0:123456:mute 1h', 'anything']) {
      discord.dispatch('INTERACTION_CREATE', {
        ...pressJson(discord.applicationId, guild.id, channel.id, manager.id),
        data: { component_type: 2, custom_id: data },
      });
    }
    await until(() => discord.calls.filter(({ path }) => path.endsWith('/callback')).length === 3);
    const bodies = discord.calls.filter(({ path }) => path.endsWith('/callback'));
    for (const { body } of bodies) {
      expect(body).toMatchObject({ type: 4, data: { flags: 64 } });
      expect(JSON.stringify(body)).toContain('does not belong to this chat');
    }
    expect(requests).toEqual([]);
  });
});

describe('autocompletion on Discord', () => {
  it('suggests coins, in lists for the last item', async () => {
    const suggestAssets = async (typed: string) =>
      ['BTC', 'BCH', 'ETH'].filter((asset) => asset.startsWith(typed.toUpperCase()));
    const { discord, channel, manager } = await inServer({ inbox: { suggestAssets } });
    const complete = async (command: string, name: string, value: string) =>
      (await discord.autocomplete(channel, manager, command, { name, value })).map(
        (choice) => choice.value,
      );
    expect(await complete('risk', 'asset', 'b')).toEqual(['BTC', 'BCH']);
    expect(await complete('subscribe', 'assets', 'eth,b')).toEqual(['eth,BTC', 'eth,BCH']);
    expect(await complete('subscribe', 'assets', 'a')).toEqual(['all']);
    expect(await complete('risk', 'asset', 'x'.repeat(500))).toEqual([]);
  });

  it('answers in time with nothing when the suggestions take too long', async () => {
    const suggestAssets = () => new Promise<string[]>(() => {});
    const { discord, channel, guest } = await inServer({ inbox: { suggestAssets } });
    const found = await discord.autocomplete(channel, guest, 'risk', { name: 'asset', value: 'b' });
    expect(found).toEqual([]);
  });
});

function pressJson(applicationId: string, guildId: string, channelId: string, userId: string) {
  return {
    id: '1000000000000000001',
    application_id: applicationId,
    type: 3,
    token: 'token-of-a-press',
    version: 1,
    guild_id: guildId,
    channel_id: channelId,
    channel: { id: channelId, type: 0 },
    member: { user: { id: userId, username: 'x' }, roles: [], permissions: '32' },
    app_permissions: '0',
    authorizing_integration_owners: { 0: guildId },
    context: 0,
    message: { id: '1', channel_id: channelId, author: { id: '2', username: 'y' } },
  };
}

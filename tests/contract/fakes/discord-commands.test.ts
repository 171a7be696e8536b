import { describe, expect, it } from 'vitest';
import { PERMISSION } from '../../fakes/discord/permissions.ts';
import { listed, scene } from './discord-scene.ts';

const asset = { type: 3, name: 'asset', description: 'A coin', required: true };
const risk = { name: 'risk', description: 'How close', options: [asset] };
const mute = {
  name: 'mute',
  description: 'Be quiet',
  default_member_permissions: String(PERMISSION.MANAGE_GUILD),
  contexts: [0],
};

async function registered() {
  const all = await scene();
  const base = `/applications/${all.discord.applicationId}/commands`;
  return { ...all, base, put: (commands: unknown) => all.api('PUT', base, commands) };
}

describe('commands of the Discord fake', () => {
  it('keeps ids by name, and versions of what did not change', async () => {
    const { put, discord, api, base } = await registered();
    const first = listed(await put([risk, mute]));
    const second = listed(await put([{ ...risk, description: 'Closer' }, mute]));
    expect(second.map((one) => one.id)).toEqual(first.map((one) => one.id));
    expect(second[0]?.version).not.toBe(first[0]?.version);
    expect(second[1]?.version).toBe(first[1]?.version);
    const shorter = listed(await put([mute]));
    expect(shorter.map((one) => one.name)).toEqual(['mute']);
    expect(discord.commands()).toEqual(shorter);
    expect(discord.commandWrites).toBe(3);
    expect((await api('GET', base)).body).toEqual(shorter);
  });

  it('adds, changes, gives and removes single ones, also of one server', async () => {
    const { api, discord } = await registered();
    const guild = discord.addGuild({ name: 'desk' });
    const base = `/applications/${discord.applicationId}/guilds/${guild.id}/commands`;
    const created = await api('POST', base, risk);
    expect(created.status).toBe(201);
    expect((await api('POST', base, risk)).status).toBe(200);
    const one = `${base}/${created.body.id}`;
    expect((await api('PATCH', one, { description: 'New' })).body).toMatchObject({
      id: created.body.id,
      description: 'New',
      guild_id: guild.id,
    });
    expect(discord.commands(guild)).toHaveLength(1);
    expect(discord.commands()).toHaveLength(0);
    expect((await api('DELETE', one)).status).toBe(204);
    expect((await api('GET', one)).body.code).toBe(10063);
    expect((await api('GET', '/applications/1/commands')).body.code).toBe(10002);
  });

  it.each([
    ['a name with capitals', { ...risk, name: 'Risk' }, 'APPLICATION_COMMAND_INVALID_NAME'],
    ['a name too long', { ...risk, name: 'x'.repeat(33) }, 'BASE_TYPE_BAD_LENGTH'],
    ['no description', { name: 'risk' }, 'BASE_TYPE_REQUIRED'],
    ['a description too long', { ...risk, description: 'x'.repeat(101) }, 'BASE_TYPE_BAD_LENGTH'],
    [
      'a required option behind an optional one',
      { ...risk, options: [{ ...asset, name: 'other', required: false }, asset] },
      'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
    ],
    [
      'too many options',
      { ...risk, options: Array.from({ length: 26 }, (_, i) => ({ ...asset, name: `o${i}` })) },
      'BASE_TYPE_MAX_LENGTH',
    ],
    ['two options of one name', { ...risk, options: [asset, asset] }, 'OPTIONS_NAME_INVALID'],
    ['an unknown context', { ...risk, contexts: [3] }, 'BASE_TYPE_CHOICES'],
    ['an unknown integration type', { ...risk, integration_types: [2] }, 'BASE_TYPE_CHOICES'],
    ['permissions as a number', { ...risk, default_member_permissions: 32 }, 'NUMBER_TYPE_COERCE'],
    [
      'autocomplete beside choices',
      {
        ...risk,
        options: [{ ...asset, autocomplete: true, choices: [{ name: 'a', value: 'a' }] }],
      },
      'AUTOCOMPLETE_INVALID',
    ],
    [
      'too many characters',
      {
        ...risk,
        options: Array.from({ length: 4 }, (_, i) => ({
          ...asset,
          name: `o${i}`,
          choices: Array.from({ length: 25 }, (__, k) => ({
            name: 'x'.repeat(50),
            value: `${k}${'y'.repeat(48)}`,
          })),
        })),
      },
      'APPLICATION_COMMAND_TOO_LARGE',
    ],
  ])('refuses %s', async (_what, command, code) => {
    const { put, discord } = await registered();
    const answer = await put([command]);
    expect(answer).toMatchObject({ status: 400, body: { code: 50035 } });
    expect(JSON.stringify(answer.body.errors)).toContain(code);
    expect(discord.commandWrites).toBe(0);
  });

  it('refuses two commands of one name, and more than 100', async () => {
    const { put } = await registered();
    expect(JSON.stringify((await put([risk, risk])).body)).toContain('DUPLICATE_NAME');
    const many = Array.from({ length: 101 }, (_, i) => ({ ...risk, name: `c${i}` }));
    expect((await put(many)).body.code).toBe(30032);
  });

  it('allows 200 new commands a day', async () => {
    const { put, clock } = await registered();
    const batch = (name: string) =>
      Array.from({ length: 100 }, (_, i) => ({ ...risk, name: `${name}${i}` }));
    expect((await put(batch('a'))).status).toBe(200);
    expect((await put(batch('b'))).status).toBe(200);
    expect((await put(batch('b'))).status).toBe(200);
    expect((await put(batch('c'))).body.code).toBe(30034);
    clock.now += 86_400_000;
    expect((await put(batch('c'))).status).toBe(200);
  });

  it('tells the overrides of a server, and 10066 when a command has none', async () => {
    const { put, api, discord } = await registered();
    const guild = discord.addGuild({ name: 'desk' });
    const muting = listed(await put([mute]))[0]?.id ?? '';
    const base = `/applications/${discord.applicationId}/guilds/${guild.id}/commands`;
    const path = `${base}/${muting}/permissions`;
    expect(await api('GET', path)).toMatchObject({ status: 404, body: { code: 10066 } });
    const role = discord.addRole(guild, { name: 'risk desk', permissions: 0n });
    const override = { id: role.id, type: 'role', permission: true } as const;
    discord.setCommandPermissions(guild, { command: 'mute' }, [override]);
    expect((await api('GET', path)).body).toEqual({
      id: muting,
      application_id: discord.applicationId,
      guild_id: guild.id,
      permissions: [{ id: role.id, type: 1, permission: true }],
    });
    discord.setCommandPermissions(guild, {}, [override]);
    const all = listed(await api('GET', `${base}/permissions`));
    expect(all.map((one) => one.id)).toEqual([muting, discord.applicationId]);
  });

  it('lets people use a command by default permissions, overrides and channel', async () => {
    const { put, discord } = await registered();
    await put([risk, mute]);
    const guild = discord.addGuild({ name: 'desk' });
    const managing = { name: 'manager', permissions: PERMISSION.MANAGE_GUILD };
    const manager = discord.addRole(guild, managing);
    const desk = discord.addRole(guild, { name: 'desk', permissions: 0n });
    const owner = discord.addUser({ name: 'owner' });
    const boss = discord.addUser({ name: 'boss' });
    const trader = discord.addUser({ name: 'trader' });
    const stranger = discord.addUser({ name: 'stranger' });
    discord.addMember(guild, owner, [], { owner: true });
    discord.addMember(guild, boss, [manager]);
    discord.addMember(guild, trader, [desk]);
    // Nobody answers: those who may wait for the bot, those who may not know at once.
    const may = async (user: typeof boss, command = 'mute', room = guild.general) => {
      const options = command === 'risk' ? { asset: 'BTC' } : {};
      const acted = discord.slash(room, user, command, options).then(({ delivered }) => delivered);
      return Promise.race([acted, new Promise((resolve) => setTimeout(resolve, 20, true))]);
    };
    expect([await may(owner), await may(boss), await may(trader)]).toEqual([true, true, false]);
    expect([await may(trader, 'risk'), await may(stranger, 'risk')]).toEqual([true, false]);

    const allow = { id: desk.id, type: 'role', permission: true } as const;
    discord.setCommandPermissions(guild, { command: 'mute' }, [allow]);
    expect([await may(boss), await may(trader)]).toEqual([true, true]);
    const deny = { id: boss.id, type: 'user', permission: false } as const;
    discord.setCommandPermissions(guild, { command: 'mute' }, [deny]);
    expect([await may(boss), await may(owner)]).toEqual([false, true]);

    const everywhere = String(BigInt(guild.id) - 1n);
    const nowhere = { id: everywhere, type: 'channel', permission: false } as const;
    const here = { id: guild.general.id, type: 'channel', permission: true } as const;
    discord.setCommandPermissions(guild, {}, [nowhere, here]);
    const other = discord.addChannel(guild, { name: 'other' });
    expect(await may(trader, 'risk')).toBe(true);
    expect(await may(trader, 'risk', other)).toBe(false);

    const dm = discord.openDm(trader);
    expect([await may(trader, 'mute', dm), await may(trader, 'risk', dm)]).toEqual([false, true]);
  });

  it('refuses what no form of Discord would send', async () => {
    const { put, discord } = await registered();
    await put([risk]);
    const user = discord.addUser({ name: 'anna' });
    const dm = discord.openDm(user);
    const slash = (command: string, options: Record<string, string>) =>
      discord.slash(dm, user, command, options);
    await expect(slash('nothing', {})).rejects.toThrow('no command');
    await expect(slash('risk', {})).rejects.toThrow('required');
    await expect(slash('risk', { asset: 'x', odd: 'y' })).rejects.toThrow('no option odd');
    await expect(slash('risk', { asset: 'x'.repeat(6001) })).rejects.toThrow('too long');
  });
});

import { DefaultRestOptions, type RESTOptions, type ResponseLike } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { createDiscordApi } from '../../../src/bot/platforms/discord/api.ts';
import { PERMISSION } from '../../fakes/discord/permissions.ts';
import { discordScene, messageTo, NEVER, roomOf, TOKEN, until } from './discord-scene.ts';

const FORBIDDEN = { status: 403, body: { code: 50013, message: 'Missing Permissions' } };
const BAN_PAGE = '<html>error code: 1015</html>';

/** Posts are refused at once, everything else is asked of the fake. */
const REFUSING: Partial<RESTOptions> = {
  globalRequestsPerSecond: Number.POSITIVE_INFINITY,
  async makeRequest(url, init): Promise<ResponseLike> {
    if (init.method !== 'POST' || !/\/channels\/\d+\/messages$/.test(url)) {
      return await DefaultRestOptions.makeRequest(url, init);
    }
    const { status, body } = FORBIDDEN;
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'Content-Type': 'application/json' },
    });
  },
};

describe('requests that Discord counts towards a ban', () => {
  it('are all of those counted: 401, 403 and 429, but for shared limits', async () => {
    const { discord, channel } = await discordScene();
    let seen = 0;
    const api = createDiscordApi({
      token: TOKEN,
      apiUrl: discord.url,
      invalidSeen: () => {
        seen += 1;
      },
    });
    const limit = (scope: 'user' | 'shared' | 'global') =>
      ({ rateLimit: { retryAfterMs: 1, scope } }) as const;
    const kinds = [
      FORBIDDEN,
      { status: 401 },
      { status: 403, body: BAN_PAGE },
      { status: 429, body: { code: 30046, message: 'Maximum number of edits' } },
      limit('user'),
      limit('shared'),
      limit('global'),
      { status: 400 },
      { status: 404 },
      { status: 502 },
    ];
    const before = discord.invalidRequests;
    for (const kind of kinds) {
      const fault = discord.fault({ kind });
      const request = { method: 'get', route: `/channels/${channel.id}` } as const;
      await expect(api({ ...request, authorized: false })).rejects.toThrow();
      fault.remove();
    }
    expect(seen).toBe(6);
    expect(discord.invalidRequests - before).toBe(seen);
  });

  it('are stopped far below the ban, while commands are still answered', async () => {
    const scene = await discordScene({ rest: REFUSING });
    const { platform, discord, guild, channel, log } = scene;
    await scene.connect();
    const user = discord.addUser({ name: 'ann' });
    discord.addMember(guild, user);
    for (let sent = 0; sent < 5_000; sent += 500) {
      const batch = Array.from({ length: 500 }, (_, index) => {
        const thread = String(900_000_000_000_000_000n + BigInt(sent + index));
        const chat = { platform: 'discord', chatId: guild.id, thread };
        return platform.send(messageTo(chat), NEVER);
      });
      await Promise.all(batch);
    }
    const held = await platform.send(messageTo(roomOf(guild, channel)), NEVER);
    expect(held).toMatchObject({ kind: 'retry', scope: 'platform' });
    if (held.kind === 'retry') expect(held.afterMs).toBeGreaterThan(500_000);
    expect(platform.state()).toEqual({
      state: 'connected',
      detail: 'Discord refused too many requests within ten minutes',
    });
    const said = log.lines.filter(({ level }) => level === 'error');
    expect(said.map(({ message }) => message)).toEqual([
      'Discord refused too many requests: messages wait',
    ]);
    const asked = await discord.slash(channel, user, 'risk');
    await asked.settled();
    expect(asked.message()?.embeds).toHaveLength(1);
  });

  it('are not made twice for each message where the bot may not post at all', async () => {
    const { platform, discord, guild, channel } = await discordScene();
    const chat = roomOf(guild, channel);
    const callsFor = async (id: string) => {
      const before = discord.calls.length;
      const { kind } = await platform.send(messageTo(chat, { id }), NEVER);
      return [kind, discord.calls.length - before];
    };
    discord.setBotPermissions(channel, PERMISSION.VIEW_CHANNEL);
    expect(await callsFor('a')).toEqual(['retry', 2]);
    expect(await callsFor('b')).toEqual(['retry', 1]);
    discord.setBotPermissions(channel, PERMISSION.VIEW_CHANNEL | PERMISSION.SEND_MESSAGES);
    expect((await callsFor('c'))[0]).toBe('retry');
    discord.setBotPermissions(channel, (1n << 50n) - 1n);
    expect(await callsFor('d')).toEqual(['sent', 1]);
    discord.setBotPermissions(channel, PERMISSION.VIEW_CHANNEL | PERMISSION.SEND_MESSAGES);
    expect(await callsFor('e')).toEqual(['sent', 2]);
  });
});

describe('a limit', () => {
  it.each([
    ['of a ban page', { status: 429, body: BAN_PAGE }, 60_000],
    [
      'of a ban page that says how long',
      { status: 429, body: BAN_PAGE, headers: { 'Retry-After': '3600' } },
      3_600_000,
    ],
    [
      'of a ban page that promises little',
      { status: 429, body: BAN_PAGE, headers: { 'Retry-After': '1' } },
      60_000,
    ],
    ['without a time', { status: 429, body: { message: 'limited' } }, 60_000],
    [
      'with a time nobody can read',
      { status: 429, body: { message: 'limited' }, headers: { 'Retry-After': 'soon' } },
      60_000,
    ],
  ])('%s holds all of Discord for long', async (_, kind, leastMs) => {
    const { platform, discord, guild, channel } = await discordScene();
    discord.fault({ method: 'POST', kind, times: 1 });
    const outcome = await platform.send(messageTo(roomOf(guild, channel)), NEVER);
    expect(outcome).toMatchObject({ kind: 'retry', scope: 'platform' });
    if (outcome.kind !== 'retry') return;
    expect(outcome.afterMs).toBeGreaterThanOrEqual(leastMs);
    expect(outcome.afterMs).toBeLessThan(leastMs + 5_000);
  });

  it('of the library alone, in a busy second, keeps nobody else waiting', async () => {
    const { platform, discord, guild } = await discordScene();
    const rooms = Array.from({ length: 70 }, (_, index) =>
      roomOf(guild, discord.addChannel(guild, { name: `room-${index}` })),
    );
    const outcomes = await Promise.all(rooms.map((room) => platform.send(messageTo(room), NEVER)));
    expect(outcomes.filter(({ kind }) => kind !== 'sent')).toEqual([]);
  });

  it('of the library alone concerns one message when it lasts', async () => {
    const { platform, discord, guild } = await discordScene({
      rest: { globalRequestsPerSecond: 1 },
    });
    const rooms = Array.from({ length: 12 }, (_, index) =>
      roomOf(guild, discord.addChannel(guild, { name: `room-${index}` })),
    );
    const outcomes = await Promise.all(rooms.map((room) => platform.send(messageTo(room), NEVER)));
    const waiting = outcomes.filter((outcome) => outcome.kind === 'retry');
    expect(waiting.length).toBeGreaterThan(0);
    expect(outcomes.length - waiting.length).toBe(discord.calls.length);
    for (const outcome of waiting) {
      expect(outcome.scope).toBe('message');
      expect(outcome.afterMs).toBeGreaterThanOrEqual(250);
      expect(outcome.afterMs).toBeLessThan(1_200);
    }
  });
});

describe('the logins of a day on Discord', () => {
  it('are spread out when few are left, without a connection that waits', async () => {
    const scene = await discordScene({ timing: { notReadyAfterMs: 200 } });
    const { discord, platform, log } = scene;
    discord.gateway.remainingIdentifies = 50;
    const running = scene.start();
    await until(() => discord.calls.some(({ path }) => path === '/gateway/bot'));
    // The login is asked for and waits; meanwhile messages are sent.
    const outcome = await platform.send(messageTo(roomOf(scene.guild, scene.channel)), NEVER);
    expect(outcome.kind).toBe('sent');
    const failure = () => log.lines.find((line) => line.message === 'Discord connection failed');
    await until(() => failure() !== undefined);
    // A day for 50 of them.
    expect(failure()?.fields['waitMs']).toBeGreaterThan(1_700_000);
    expect(discord.gateway.connections).toBe(0);
    expect(platform.state().state).toBe('connecting');
    await scene.stop();
    await running;
  });
});

import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/bot/commands.gen.ts';
import { createDiscordPlatform } from '../../../src/bot/platforms/discord/discord.ts';
import { createRealClock } from '../../../src/real-clock.ts';
import { record } from '../../fakes/discord/json.ts';
import { makeInbox } from '../../fakes/make-inbox.ts';
import { seededRandom } from '../../fakes/seeded-random.ts';
import { discordScene, FAST, messageTo, NEVER, roomOf, TOKEN, until } from './discord-scene.ts';

type Scene = Awaited<ReturnType<typeof discordScene>>;

function told(scene: Scene, message: string): number {
  return scene.log.lines.filter((line) => line.message === message).length;
}

async function answers(scene: Scene): Promise<boolean> {
  const { discord, guild, channel } = scene;
  const user = discord.addUser({ name: 'ann' });
  discord.addMember(guild, user);
  const asked = await discord.slash(channel, user, 'risk');
  await asked.settled();
  return asked.message()?.embeds.length === 1;
}

const connected = (scene: Scene) => until(() => scene.platform.state().state === 'connected');

describe('the connection to Discord', () => {
  it('asks for servers only, registers commands once, and names the invite link once', async () => {
    const scene = await discordScene();
    const { discord, log } = scene;
    await scene.connect();
    expect(discord.gateway.intents()).toBe(1);
    discord.gateway.invalidSession(false);
    await until(() => discord.gateway.identifies === 2);
    await connected(scene);
    expect(discord.commandWrites).toBe(1);
    const links = log.lines.filter(({ message }) => message === 'Discord invite link');
    expect(links).toHaveLength(1);
    expect(links[0]?.fields['link']).toContain(`client_id=${discord.applicationId}`);
  });

  it('resumes a dropped session, so that nothing is missed', async () => {
    const scene = await discordScene();
    const { discord } = scene;
    await scene.connect();
    discord.gateway.drop();
    await until(() => discord.gateway.resumes === 1);
    await connected(scene);
    discord.gateway.reconnect();
    await until(() => discord.gateway.resumes === 2);
    await connected(scene);
    expect(discord.gateway.identifies).toBe(1);
    expect(await answers(scene)).toBe(true);
  });

  it('says that it is connecting while it is not connected', async () => {
    const scene = await discordScene();
    const { discord, platform } = scene;
    expect(platform.state().state).toBe('connecting');
    await scene.connect();
    discord.gateway.refuse(true);
    discord.gateway.drop();
    await until(() => platform.state().state === 'connecting');
    discord.gateway.refuse(false);
    await connected(scene);
    expect(await answers(scene)).toBe(true);
  });

  it('waits longer and longer while the gateway closes every connection', async () => {
    const timing = { firstWaitMs: 5_000, mostReconnectWaitMs: 5_000 };
    const scene = await discordScene({ timing });
    const { discord } = scene;
    await scene.connect();
    const before = discord.gateway.connections;
    for (let count = 0; count < 2; count += 1) {
      const { connections } = discord.gateway;
      discord.gateway.close(4000);
      if (count === 0) await until(() => discord.gateway.connections > connections);
    }
    // One at once; the next one only after seconds, where the library would wait half of one.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(discord.gateway.connections - before).toBe(1);
  });

  it('logs in again when the REST server was not there at first', async () => {
    const scene = await discordScene();
    const { discord, platform } = scene;
    discord.refuse(true);
    void scene.start();
    await until(() => told(scene, 'Discord connection failed') >= 2);
    expect(platform.state()).toMatchObject({
      state: 'connecting',
      detail: expect.stringContaining('cannot be reached'),
    });
    discord.refuse(false);
    await connected(scene);
    expect(discord.gateway.sessions()).toBe(1);
  });

  it('gives up a connection on which nobody says hello, and leaves none behind', async () => {
    const timing = { helloWithinMs: 60_000, notReadyAfterMs: 300 };
    const scene = await discordScene({ timing });
    const { discord } = scene;
    discord.gateway.mute(true);
    void scene.start();
    await until(() => told(scene, 'Discord connection failed') >= 1);
    discord.gateway.mute(false);
    await connected(scene);
    await until(() => discord.gateway.sessions() === 1 && discord.commandWrites > 0);
    expect(await answers(scene)).toBe(true);
    expect(discord.gateway.sessions()).toBe(1);
  });

  it('gives up a connection that has fallen silent', async () => {
    const timing = { silentAfterMs: 500, steadyAfterMs: 0 };
    const scene = await discordScene({ timing });
    const { discord } = scene;
    discord.gateway.heartbeatIntervalMs = 100;
    await scene.connect();
    // Long enough for several heartbeats, which keep it alive.
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(told(scene, 'Discord connection failed')).toBe(0);
    discord.gateway.zombie(true);
    await until(() => discord.gateway.connections >= 2);
    discord.gateway.zombie(false);
    await connected(scene);
    expect(await answers(scene)).toBe(true);
    expect(discord.gateway.sessions()).toBe(1);
  });

  it.each([
    [4004, 'the token was refused'],
    [4014, 'may not use the intents'],
  ])('stops after close code %i and says why', async (code, meaning) => {
    const scene = await discordScene();
    const { discord, platform } = scene;
    let isOver = false;
    const running = scene.start().then(() => {
      isOver = true;
    });
    await connected(scene);
    discord.gateway.close(code);
    await until(() => platform.state().state === 'stopped');
    expect(platform.state().detail).toContain(meaning);
    expect(told(scene, 'Discord platform stopped')).toBe(1);
    const { connections } = discord.gateway;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(discord.gateway.connections).toBe(connections);
    expect(isOver).toBe(false);
    await scene.stop();
    await running;
    expect(platform.state()).toEqual({ state: 'stopped' });
  });

  it('stops when the token is refused at login', async () => {
    const scene = await discordScene();
    const { discord, platform, log } = scene;
    discord.revokeToken();
    void scene.start();
    await until(() => platform.state().state === 'stopped');
    expect(platform.state().detail).toContain('the token was refused');
    expect(discord.calls.length).toBeLessThanOrEqual(1);
    expect(JSON.stringify([log.lines, platform.state()])).not.toContain(TOKEN);
  });

  it('does not use up the logins of the day', async () => {
    const scene = await discordScene();
    const { discord, platform } = scene;
    discord.gateway.remainingIdentifies = 0;
    void scene.start();
    await until(() => told(scene, 'Discord connection failed') >= 2);
    expect(platform.state()).toMatchObject({
      state: 'connecting',
      detail: 'Discord allows no more logins for now',
    });
    expect(discord.gateway.identifies).toBe(0);
  });

  it('goes on after payloads it cannot understand', async () => {
    const scene = await discordScene();
    const { discord, guild, channel, platform } = scene;
    await scene.connect();
    for (const data of [null, 0, 'text', [], {}, { id: null }, { guild_id: 7, channel: [] }]) {
      for (const event of [
        'INTERACTION_CREATE',
        'GUILD_CREATE',
        'GUILD_DELETE',
        'CHANNEL_CREATE',
        'CHANNEL_UPDATE',
        'THREAD_CREATE',
        'GUILD_ROLE_CREATE',
        'GUILD_MEMBER_ADD',
        'APPLICATION_COMMAND_PERMISSIONS_UPDATE',
        'UNHEARD_OF',
      ]) {
        discord.dispatch(event, data);
      }
    }
    await until(() => told(scene, 'the Discord client threw; it goes on') > 0);
    expect(await answers(scene)).toBe(true);
    expect(platform.state()).toEqual({ state: 'connected' });
    const outcome = await platform.send(messageTo(roomOf(guild, channel)), NEVER);
    expect(outcome.kind).toBe('sent');
  });

  it('recovers from a READY it cannot understand', async () => {
    const scene = await discordScene();
    const { discord } = scene;
    await scene.connect();
    discord.dispatch('READY', null);
    discord.dispatch('READY', { guilds: 7, session_id: 'x', resume_gateway_url: 'nowhere' });
    discord.gateway.drop();
    await until(() => discord.gateway.identifies >= 2);
    await connected(scene);
    expect(await answers(scene)).toBe(true);
  });

  it('answers interactions while servers are still missing after a login', async () => {
    const scene = await discordScene();
    const { discord, guild, channel, platform } = scene;
    const user = discord.addUser({ name: 'ann' });
    discord.addMember(guild, user);
    await scene.connect();
    const away = discord.addGuild({ name: 'away' });
    discord.guildOutage(away);
    discord.gateway.invalidSession(false);
    await until(() => discord.gateway.identifies === 2);
    await until(() => discord.gateway.sessions() === 1);
    const asked = await discord.slash(channel, user, 'risk');
    await asked.settled();
    expect(asked.message()?.embeds).toHaveLength(1);
    expect(platform.state().state).toBe('connecting');
  });

  it('leaves nothing open when it ends', async () => {
    const scene = await discordScene();
    const { discord, platform } = scene;
    await scene.connect();
    discord.gateway.zombie(true);
    await scene.stop();
    expect(platform.state()).toEqual({ state: 'stopped' });
    await until(() => discord.gateway.sessions() === 0);
  });
});

describe('the commands on Discord', () => {
  it('are written only when they differ from what is registered', async () => {
    const scene = await discordScene();
    const { discord } = scene;
    await scene.connect();
    const subscribe = discord.commands().find((one) => record(one)['name'] === 'subscribe');
    expect(subscribe).toMatchObject({
      default_member_permissions: '32',
      contexts: [0, 1],
      integration_types: [0],
    });
    await scene.stop();
    const isConnected = () => scene.log.lines.filter(isConnection).length;
    await rerun(discord, scene.log, COMMANDS, () => isConnected() === 2);
    expect(discord.commandWrites).toBe(1);
    const fewer = COMMANDS.filter(({ name }) => name !== 'top');
    await rerun(discord, scene.log, fewer, () => discord.commandWrites === 2);
    expect(discord.commands()).toHaveLength(fewer.length);
  });

  it('are registered later when Discord does not take them at first', async () => {
    const scene = await discordScene();
    const { discord } = scene;
    discord.fault({ method: 'GET', path: /\/commands$/, times: 1, kind: 'garbage' });
    await scene.connect();
    expect(told(scene, 'Discord commands not registered')).toBe(1);
    expect(discord.commands()).toHaveLength(COMMANDS.length);
  });
});

function isConnection({ message }: { message: string }): boolean {
  return message === 'Discord connected';
}

/** Another run of the program against the same Discord, until the condition holds. */
async function rerun(
  discord: Scene['discord'],
  log: Scene['log'],
  commands: typeof COMMANDS,
  condition: () => boolean,
): Promise<void> {
  const stop = new AbortController();
  const platform = createDiscordPlatform({
    token: TOKEN,
    apiUrl: discord.url,
    clock: createRealClock(),
    log,
    random: seededRandom(2),
    settings: { criticalMentions: {}, publishAnnouncements: false },
    timing: FAST,
  });
  const reads = () =>
    discord.calls.filter(({ path, status }) => path.endsWith('/commands') && status === 200).length;
  const before = reads();
  const running = platform.run(makeInbox({ commands }), stop.signal);
  await until(() => condition() && reads() > before);
  // A write would have come by the time these requests are answered.
  await platform.check?.(NEVER);
  stop.abort();
  await running;
}

import { known } from './api-error.ts';
import { record } from './json.ts';
import { channelJson, guildJson, memberJson, rolesJson, userJson } from './payloads.ts';
import type { Route } from './router.ts';
import {
  DM_CHANNEL,
  type StoredChannel,
  type StoredGuild,
  type StoredUser,
  type World,
} from './world.ts';

export function guildRoutes(world: World): Route[] {
  return [
    { method: 'GET', pattern: '/users/@me', handle: () => botJson(world) },
    {
      method: 'GET',
      pattern: '/users/:user',
      handle: ({ params }) => userJson(userOf(world, params('user'))),
    },
    {
      method: 'POST',
      pattern: '/users/@me/channels',
      handle: ({ request }) => {
        const id = String(record(request.body)['recipient_id'] ?? '');
        if (id === world.bot.id) throw known(50007);
        const user = world.users.get(id);
        if (user === undefined) throw known(50033);
        return channelJson(world, dmWith(world, user));
      },
    },
    { method: 'GET', pattern: '/applications/@me', handle: () => applicationJson(world) },
    {
      method: 'GET',
      pattern: '/guilds/:guild',
      handle: ({ params }) => guildJson(guildById(world, params('guild'))),
    },
    {
      method: 'GET',
      pattern: '/guilds/:guild/channels',
      handle: ({ params }) =>
        [...guildById(world, params('guild')).channels.values()]
          .filter((one) => one.parentId === undefined)
          .map((one) => channelJson(world, one)),
    },
    {
      method: 'GET',
      pattern: '/guilds/:guild/roles',
      handle: ({ params }) => rolesJson(guildById(world, params('guild'))),
    },
    {
      method: 'GET',
      pattern: '/guilds/:guild/members/:user',
      handle: ({ params }) => {
        const guild = guildById(world, params('guild'));
        const user = userOf(world, params('user'));
        const member = guild.members.get(user.id);
        if (member === undefined) throw known(10007);
        return memberJson(user, member);
      },
    },
    {
      method: 'DELETE',
      pattern: '/users/@me/guilds/:guild',
      handle: ({ params }) => {
        const guild = guildById(world, params('guild'));
        guild.joined = false;
        guild.members.delete(world.bot.id);
        world.emit('GUILD_DELETE', { id: guild.id }, { intent: 1, guildId: guild.id });
        return undefined;
      },
    },
  ];
}

/** The direct-message channel with a person, made at the first call. */
export function dmWith(world: World, user: StoredUser): StoredChannel {
  for (const channel of world.channels.values()) {
    if (channel.type === DM_CHANNEL && channel.recipientId === user.id) return channel;
  }
  const channel: StoredChannel = {
    id: world.nextId(),
    name: user.name,
    type: DM_CHANNEL,
    recipientId: user.id,
    overwrites: new Map(),
    archived: false,
    locked: false,
  };
  world.channels.set(channel.id, channel);
  return channel;
}

/** 10004 for an unknown server, 50001 for one the bot is not in. */
export function guildById(world: World, id: string): StoredGuild {
  const guild = world.guilds.get(id);
  if (guild === undefined) throw known(10004);
  if (!guild.joined) throw known(50001);
  return guild;
}

function userOf(world: World, id: string): StoredUser {
  const user = id === '@me' ? world.bot : world.users.get(id);
  if (user === undefined) throw known(10013);
  return user;
}

function botJson(world: World) {
  return {
    ...userJson(world.bot),
    verified: true,
    mfa_enabled: true,
    locale: 'en-US',
    email: null,
  };
}

function applicationJson(world: World) {
  return {
    id: world.applicationId,
    name: world.bot.name,
    icon: null,
    description: '',
    bot: userJson(world.bot),
    bot_public: true,
    bot_require_code_grant: false,
    flags: 0,
    verify_key: '0'.repeat(64),
    owner: null,
    team: null,
    integration_types_config: { '0': {} },
  };
}

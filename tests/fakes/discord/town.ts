import type { FakeDiscord, FakeGuild, FakeRole } from './api.ts';
import type { CommandBooks } from './command-book.ts';
import { overridesJson } from './command-routes.ts';
import { dmWith } from './guild-routes.ts';
import { removeMessage } from './message-store.ts';
import { channelJson, guildCreateJson, memberJson, roleJson, userJson } from './payloads.ts';
import { ALL_PERMISSIONS, DEFAULT_PERMISSIONS } from './permissions.ts';
import {
  ANNOUNCEMENT_CHANNEL,
  ANNOUNCEMENT_THREAD,
  INTENT,
  messagesIn,
  PUBLIC_THREAD,
  type StoredChannel,
  type StoredGuild,
  type StoredUser,
  TEXT_CHANNEL,
  type World,
} from './world.ts';

type Town = Pick<
  FakeDiscord,
  | 'addUser'
  | 'addGuild'
  | 'addRole'
  | 'addMember'
  | 'removeMember'
  | 'addChannel'
  | 'deleteChannel'
  | 'openDm'
  | 'setBotPermissions'
  | 'setCommandPermissions'
  | 'closeDms'
  | 'removeBot'
  | 'inviteBot'
  | 'guildOutage'
  | 'guildBack'
  | 'archiveThread'
  | 'deleteMessage'
>;

/** What a test arranges: people, servers, channels, rights; listeners are told as on Discord. */
export function town(world: World, books: CommandBooks): Town {
  const user = (name: string): StoredUser => {
    const created = { id: world.nextId(), name, bot: false, dmsOpen: true };
    world.users.set(created.id, created);
    return created;
  };
  const tell = (guild: StoredGuild, event: string, data: unknown, intent: number = INTENT.GUILDS) =>
    world.emit(event, data, { intent, guildId: guild.id });
  const announce = (guild: StoredGuild) =>
    tell(guild, 'GUILD_CREATE', guildCreateJson(world, guild));

  return {
    addUser: ({ name }) => user(name),
    addGuild({ name, joinedAt }) {
      const guild = newGuild(world, name, user('server owner'), joinedAt ?? world.now());
      announce(guild);
      return guild;
    },
    addRole(where, { name, permissions }) {
      const guild = guildIn(world, where);
      const role: FakeRole = { id: world.nextId(), name, permissions };
      guild.roles.set(role.id, role);
      const json = { guild_id: guild.id, role: roleJson(role, guild.roles.size - 1) };
      tell(guild, 'GUILD_ROLE_CREATE', json);
      return role;
    },
    addMember(where, who, roles = [], options = {}) {
      const guild = guildIn(world, where);
      const member = { roleIds: roles.map((role) => role.id), joinedAt: world.now() };
      guild.members.set(who.id, member);
      if (options.owner === true) guild.ownerId = who.id;
      const stored = world.users.get(who.id);
      if (stored === undefined) return;
      const json = { ...memberJson(stored, member), guild_id: guild.id };
      tell(guild, 'GUILD_MEMBER_ADD', json, INTENT.GUILD_MEMBERS);
    },
    removeMember(where, who) {
      const guild = guildIn(world, where);
      guild.members.delete(who.id);
      const stored = world.users.get(who.id);
      if (stored === undefined) return;
      const json = { guild_id: guild.id, user: userJson(stored) };
      tell(guild, 'GUILD_MEMBER_REMOVE', json, INTENT.GUILD_MEMBERS);
    },
    addChannel(where, { name, type = 'text', parent }) {
      const guild = guildIn(world, where);
      const channel = newChannel(world, guild, name, channelType(world, type, parent?.id));
      if (type === 'thread') channel.parentId = parent?.id ?? guild.general.id;
      const event = type === 'thread' ? 'THREAD_CREATE' : 'CHANNEL_CREATE';
      tell(guild, event, channelJson(world, channel));
      return channel;
    },
    deleteChannel({ id }) {
      const channel = channelIn(world, id);
      const json = channelJson(world, channel);
      world.channels.delete(id);
      const guild = world.guilds.get(channel.guildId ?? '');
      if (guild === undefined) return;
      guild.channels.delete(id);
      tell(guild, channel.parentId === undefined ? 'CHANNEL_DELETE' : 'THREAD_DELETE', json);
    },
    openDm({ id }) {
      const stored = world.users.get(id);
      if (stored === undefined) throw new Error('there is no such user');
      return dmWith(world, stored);
    },
    setBotPermissions({ id }, permissions) {
      const named = channelIn(world, id);
      // A thread has no overwrites: its parent's count.
      const channel = named.parentId === undefined ? named : channelIn(world, named.parentId);
      const deny = ALL_PERMISSIONS & ~permissions;
      channel.overwrites.set(world.bot.id, { type: 1, allow: permissions, deny });
      const guild = world.guilds.get(channel.guildId ?? '');
      if (guild !== undefined) tell(guild, 'CHANNEL_UPDATE', channelJson(world, channel));
    },
    setCommandPermissions(where, { command }, overrides) {
      const guild = guildIn(world, where);
      const found = command === undefined ? undefined : books.find(command, guild.id);
      if (command !== undefined && found === undefined) {
        throw new Error(`there is no command /${command}`);
      }
      const id = found === undefined ? world.applicationId : String(found['id']);
      if (overrides.length === 0) guild.overrides.delete(id);
      else guild.overrides.set(id, overrides);
      tell(guild, 'APPLICATION_COMMAND_PERMISSIONS_UPDATE', overridesJson(world, guild, id), 0);
    },
    closeDms({ id }) {
      const stored = world.users.get(id);
      if (stored !== undefined) stored.dmsOpen = false;
    },
    removeBot(where) {
      const guild = guildIn(world, where);
      guild.joined = false;
      guild.members.delete(world.bot.id);
      tell(guild, 'GUILD_DELETE', { id: guild.id });
    },
    inviteBot(where) {
      const guild = guildIn(world, where);
      guild.joined = true;
      guild.joinedAt = world.now();
      guild.members.set(world.bot.id, { roleIds: [], joinedAt: world.now() });
      announce(guild);
    },
    guildOutage(where) {
      const guild = guildIn(world, where);
      guild.available = false;
      tell(guild, 'GUILD_DELETE', { id: guild.id, unavailable: true });
    },
    guildBack(where) {
      const guild = guildIn(world, where);
      guild.available = true;
      announce(guild);
    },
    archiveThread({ id }, { locked = false } = {}) {
      const thread = channelIn(world, id);
      if (thread.parentId === undefined) throw new Error('only threads can be archived');
      thread.archived = true;
      thread.locked = locked;
      const guild = world.guilds.get(thread.guildId ?? '');
      if (guild !== undefined) tell(guild, 'THREAD_UPDATE', channelJson(world, thread));
    },
    deleteMessage({ id }, messageId) {
      const message = messagesIn(world, id).find((one) => one.id === messageId);
      if (message === undefined) throw new Error('there is no such message');
      removeMessage(world, channelIn(world, id), message);
    },
  };
}

function newGuild(world: World, name: string, owner: StoredUser, joinedAt: number): StoredGuild {
  const id = world.nextId();
  const everyone: FakeRole = { id, name: '@everyone', permissions: DEFAULT_PERMISSIONS };
  const general: StoredChannel = {
    id: world.nextId(),
    name: 'general',
    type: TEXT_CHANNEL,
    guildId: id,
    overwrites: new Map(),
    archived: false,
    locked: false,
  };
  const guild: StoredGuild = {
    id,
    name,
    everyone,
    general,
    ownerId: owner.id,
    joinedAt,
    roles: new Map([[id, everyone]]),
    members: new Map([
      [world.bot.id, { roleIds: [], joinedAt }],
      [owner.id, { roleIds: [], joinedAt }],
    ]),
    channels: new Map([[general.id, general]]),
    overrides: new Map(),
    joined: true,
    available: true,
  };
  world.guilds.set(id, guild);
  world.channels.set(general.id, general);
  return guild;
}

function newChannel(world: World, guild: StoredGuild, name: string, type: number): StoredChannel {
  const channel: StoredChannel = {
    id: world.nextId(),
    name,
    type,
    guildId: guild.id,
    overwrites: new Map(),
    archived: false,
    locked: false,
  };
  guild.channels.set(channel.id, channel);
  world.channels.set(channel.id, channel);
  return channel;
}

function channelType(world: World, type: string, parentId: string | undefined): number {
  if (type === 'announcement') return ANNOUNCEMENT_CHANNEL;
  if (type !== 'thread') return TEXT_CHANNEL;
  const parent = world.channels.get(parentId ?? '');
  return parent?.type === ANNOUNCEMENT_CHANNEL ? ANNOUNCEMENT_THREAD : PUBLIC_THREAD;
}

function guildIn(world: World, { id }: FakeGuild): StoredGuild {
  const guild = world.guilds.get(id);
  if (guild === undefined) throw new Error('there is no such server');
  return guild;
}

function channelIn(world: World, id: string): StoredChannel {
  const channel = world.channels.get(id);
  if (channel === undefined) throw new Error('there is no such channel');
  return channel;
}

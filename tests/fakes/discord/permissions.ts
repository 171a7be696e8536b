import type { StoredChannel, StoredGuild } from './world.ts';

/** Bits of Discord's permission field (docs, topics/permissions). */
export const PERMISSION = {
  ADMINISTRATOR: 1n << 3n,
  MANAGE_GUILD: 1n << 5n,
  ADD_REACTIONS: 1n << 6n,
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  MANAGE_MESSAGES: 1n << 13n,
  EMBED_LINKS: 1n << 14n,
  ATTACH_FILES: 1n << 15n,
  READ_MESSAGE_HISTORY: 1n << 16n,
  MENTION_EVERYONE: 1n << 17n,
  USE_APPLICATION_COMMANDS: 1n << 31n,
  MANAGE_THREADS: 1n << 34n,
  CREATE_PUBLIC_THREADS: 1n << 35n,
  SEND_MESSAGES_IN_THREADS: 1n << 38n,
} as const;

export const ALL_PERMISSIONS = (1n << 53n) - 1n;

/** What `@everyone` of a new server may do; pinging everyone is among it. */
export const DEFAULT_PERMISSIONS =
  PERMISSION.ADD_REACTIONS |
  PERMISSION.VIEW_CHANNEL |
  PERMISSION.SEND_MESSAGES |
  PERMISSION.EMBED_LINKS |
  PERMISSION.ATTACH_FILES |
  PERMISSION.READ_MESSAGE_HISTORY |
  PERMISSION.MENTION_EVERYONE |
  PERMISSION.USE_APPLICATION_COMMANDS |
  PERMISSION.CREATE_PUBLIC_THREADS |
  PERMISSION.SEND_MESSAGES_IN_THREADS;

/** Without a server: what a bot has in direct messages. */
export const DM_PERMISSIONS = DEFAULT_PERMISSIONS & ~PERMISSION.MENTION_EVERYONE;

export function has(permissions: bigint, permission: bigint): boolean {
  return (permissions & permission) === permission;
}

export function guildPermissions(guild: StoredGuild, userId: string): bigint {
  if (guild.ownerId === userId) return ALL_PERMISSIONS;
  const member = guild.members.get(userId);
  if (member === undefined) return 0n;
  let permissions = guild.everyone.permissions;
  for (const id of member.roleIds) permissions |= guild.roles.get(id)?.permissions ?? 0n;
  return has(permissions, PERMISSION.ADMINISTRATOR) ? ALL_PERMISSIONS : permissions;
}

/** The overwrites of a channel; a thread has its parent's. */
function overwritesOf(guild: StoredGuild, channel: StoredChannel) {
  const holder = channel.parentId === undefined ? channel : guild.channels.get(channel.parentId);
  return (holder ?? channel).overwrites;
}

/** Order as documented: @everyone, all roles at once, the member; then what is implied. */
export function channelPermissions(
  guild: StoredGuild,
  channel: StoredChannel,
  userId: string,
): bigint {
  const base = guildPermissions(guild, userId);
  if (base === ALL_PERMISSIONS) return base;
  const overwrites = overwritesOf(guild, channel);
  const roleIds = guild.members.get(userId)?.roleIds ?? [];
  const everyone = overwrites.get(guild.id);
  const member = overwrites.get(userId);
  let allow = 0n;
  let deny = 0n;
  for (const id of roleIds) {
    allow |= overwrites.get(id)?.allow ?? 0n;
    deny |= overwrites.get(id)?.deny ?? 0n;
  }
  let permissions = (base & ~(everyone?.deny ?? 0n)) | (everyone?.allow ?? 0n);
  permissions = (permissions & ~deny) | allow;
  permissions = (permissions & ~(member?.deny ?? 0n)) | (member?.allow ?? 0n);
  if (!has(permissions, PERMISSION.VIEW_CHANNEL)) return 0n;
  const mayPost = has(
    permissions,
    channel.parentId === undefined ? PERMISSION.SEND_MESSAGES : PERMISSION.SEND_MESSAGES_IN_THREADS,
  );
  if (mayPost) return permissions;
  const posting = PERMISSION.EMBED_LINKS | PERMISSION.ATTACH_FILES | PERMISSION.MENTION_EVERYONE;
  return permissions & ~posting;
}

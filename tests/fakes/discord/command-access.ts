import type { PermissionOverride } from './api.ts';
import { type Json, list } from './json.ts';
import {
  ALL_PERMISSIONS,
  channelPermissions,
  guildPermissions,
  has,
  PERMISSION,
} from './permissions.ts';
import { guildOf, type StoredChannel, type StoredGuild, type World } from './world.ts';

/**
 * Would Discord let this person use the command here? In the documented order: administrators
 * always; the channel; overrides of the command for user, roles, everybody; those of the whole
 * application; then `default_member_permissions`.
 */
export function mayUse(
  world: World,
  command: Json,
  channel: StoredChannel,
  userId: string,
): boolean {
  const contexts = list(command['contexts']);
  const context = channel.guildId === undefined ? 1 : 0;
  const fits = contexts.length === 0 || contexts.includes(context);
  if (!fits) return false;
  const guild = guildOf(world, channel);
  if (guild === undefined) {
    const isLegacyGuildOnly = contexts.length === 0 && command['dm_permission'] === false;
    return channel.recipientId === userId && !isLegacyGuildOnly;
  }
  if (!guild.joined || !guild.available || !guild.members.has(userId)) return false;
  const permissions = channelPermissions(guild, channel, userId);
  if (permissions === ALL_PERMISSIONS) return true;
  const needed = PERMISSION.VIEW_CHANNEL | PERMISSION.USE_APPLICATION_COMMANDS;
  if (!has(permissions, needed)) return false;
  return mayUseInGuild(world, command, guild, channel, userId);
}

function mayUseInGuild(
  world: World,
  command: Json,
  guild: StoredGuild,
  channel: StoredChannel,
  userId: string,
): boolean {
  const ofCommand = guild.overrides.get(String(command['id'])) ?? [];
  const ofApplication = guild.overrides.get(world.applicationId) ?? [];
  const inChannel =
    channelRule(ofCommand, guild, channel) ?? channelRule(ofApplication, guild, channel) ?? true;
  if (!inChannel) return false;
  const decided = personRule(ofCommand, guild, userId);
  if (decided !== undefined) return decided;
  if (personRule(ofApplication, guild, userId) === false) return false;
  const wanted = command['default_member_permissions'];
  if (typeof wanted !== 'string') return true;
  // `0` means administrators only, and those were let through before.
  return wanted !== '0' && has(guildPermissions(guild, userId), BigInt(wanted));
}

function channelRule(
  overrides: readonly PermissionOverride[],
  guild: StoredGuild,
  channel: StoredChannel,
): boolean | undefined {
  const rule = (id: string | undefined) =>
    overrides.find((one) => one.type === 'channel' && one.id === id)?.permission;
  // The documented constant for "all channels".
  const everywhere = String(BigInt(guild.id) - 1n);
  return rule(channel.id) ?? rule(channel.parentId) ?? rule(everywhere);
}

function personRule(
  overrides: readonly PermissionOverride[],
  guild: StoredGuild,
  userId: string,
): boolean | undefined {
  const own = overrides.find((one) => one.type === 'user' && one.id === userId);
  if (own !== undefined) return own.permission;
  const roleIds = guild.members.get(userId)?.roleIds ?? [];
  const ofRoles = overrides.filter((one) => one.type === 'role' && roleIds.includes(one.id));
  if (ofRoles.length > 0) return ofRoles.some((one) => one.permission);
  return overrides.find((one) => one.type === 'role' && one.id === guild.id)?.permission;
}

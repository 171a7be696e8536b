import { ApiError, known } from './api-error.ts';
import { channelPermissions, DM_PERMISSIONS, has, PERMISSION } from './permissions.ts';
import {
  ANNOUNCEMENT_CHANNEL,
  ANNOUNCEMENT_THREAD,
  DM_CHANNEL,
  guildOf,
  messagesIn,
  PUBLIC_THREAD,
  type StoredChannel,
  type StoredMessage,
  TEXT_CHANNEL,
  type World,
} from './world.ts';

const TEXT_TYPES = [
  TEXT_CHANNEL,
  DM_CHANNEL,
  ANNOUNCEMENT_CHANNEL,
  PUBLIC_THREAD,
  ANNOUNCEMENT_THREAD,
];

/** A channel the bot can see, with what it may do there; 10003 or 50001 otherwise. */
export function visibleChannel(
  world: World,
  id: string,
): { channel: StoredChannel; permissions: bigint } {
  const channel = world.channels.get(id);
  if (channel === undefined) throw known(10003);
  if (channel.guildId === undefined) return { channel, permissions: DM_PERMISSIONS };
  const guild = guildOf(world, channel);
  if (guild === undefined || !guild.joined) throw known(50001);
  const permissions = channelPermissions(guild, channel, world.bot.id);
  if (!has(permissions, PERMISSION.VIEW_CHANNEL)) throw known(50001);
  return { channel, permissions };
}

/** Throws unless the bot may post there now. */
export function refusePosting(world: World, channel: StoredChannel, permissions: bigint): void {
  if (!TEXT_TYPES.includes(channel.type)) throw known(50008);
  if (channel.guildId === undefined) {
    refuseDm(world, channel);
    return;
  }
  const isThread = channel.parentId !== undefined;
  const needed = isThread ? PERMISSION.SEND_MESSAGES_IN_THREADS : PERMISSION.SEND_MESSAGES;
  if (!has(permissions, needed)) throw known(50013);
  if (channel.locked && !has(permissions, PERMISSION.MANAGE_THREADS)) {
    if (channel.archived) throw known(50083);
    throw new ApiError(403, 160005, 'Thread is locked');
  }
}

function refuseDm(world: World, channel: StoredChannel): void {
  const recipient = world.users.get(channel.recipientId ?? '');
  if (recipient === undefined) throw known(50007);
  const shares = [...world.guilds.values()].some(
    (guild) => guild.joined && guild.members.has(recipient.id),
  );
  if (!shares) throw known(50278);
  if (!recipient.dmsOpen) throw known(50007);
}

/** A message others than one person can see; 10008 when there is none. */
export function messageIn(world: World, channel: StoredChannel, id: string): StoredMessage {
  const message = messagesIn(world, channel.id).find((one) => one.id === id);
  if (message === undefined || message.deleted || message.ephemeral) throw known(10008);
  return message;
}

const HOUR_MS = 3_600_000;

/** Old messages may be edited only so often; the code comes with status 429. */
export function countOldEdit(world: World, message: StoredMessage): void {
  const now = world.now();
  if (now - message.sentAt <= HOUR_MS) return;
  const recent = (world.oldEdits.get(message.channelId) ?? []).filter((at) => now - at < HOUR_MS);
  if (recent.length >= world.oldEditsPerHour) {
    throw new ApiError(
      429,
      30046,
      'Maximum number of edits to messages older than 1 hour reached. Try again later',
    );
  }
  world.oldEdits.set(message.channelId, [...recent, now]);
}

import { ChannelType, type Guild, type GuildBasedChannel, PermissionFlagsBits } from 'discord.js';
import type { FoundServer } from './places.ts';

const NEEDED = [PermissionFlagsBits.ViewChannel, PermissionFlagsBits.SendMessages];

/** What is told of a server: when the bot came, and where it may say hello. */
export function serverFacts(guild: Guild): FoundServer {
  const facts: FoundServer = { id: guild.id };
  const joinedAt = guild.joinedTimestamp;
  if (typeof joinedAt === 'number' && Number.isFinite(joinedAt)) facts.joinedAt = joinedAt;
  const channelId = roomFor(guild)?.id;
  if (channelId !== undefined) facts.channelId = channelId;
  return facts;
}

/** The system channel, else the topmost text channel in which the bot may write. */
function roomFor(guild: Guild): GuildBasedChannel | undefined {
  const mayWrite = (channel: GuildBasedChannel) => {
    const { me } = guild.members;
    return me !== null && channel.permissionsFor(me).has(NEEDED);
  };
  const { systemChannel } = guild;
  if (systemChannel !== null && mayWrite(systemChannel)) return systemChannel;
  return guild.channels.cache
    .filter((channel) => channel.type === ChannelType.GuildText && mayWrite(channel))
    .sorted((a, b) => positionOf(a) - positionOf(b))
    .first();
}

function positionOf(channel: GuildBasedChannel): number {
  return 'rawPosition' in channel ? channel.rawPosition : 0;
}

import { ChannelType, OAuth2Scopes, PermissionFlagsBits } from 'discord.js';

/** What alerts need; asked for by the invite link. */
const NEEDED =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles |
  // To answer an earlier message.
  PermissionFlagsBits.ReadMessageHistory;

const THREADS: readonly number[] = [
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
];

export const MANAGE_SERVER = PermissionFlagsBits.ManageGuild;

export function hasPermission(permissions: bigint, permission: bigint): boolean {
  return (permissions & permission) === permission;
}

/** May somebody with these permissions manage the server as a whole? */
export function isManager(permissions: bigint): boolean {
  return (
    hasPermission(permissions, PermissionFlagsBits.Administrator) ||
    hasPermission(permissions, MANAGE_SERVER)
  );
}

/** What the bot lacks in a channel of this type, in words that follow "I may not". */
export function missingWords(permissions: bigint, channelType: number | undefined): string[] {
  if (hasPermission(permissions, PermissionFlagsBits.Administrator)) return [];
  const isThread = channelType !== undefined && THREADS.includes(channelType);
  const posting: [bigint, string] = isThread
    ? [PermissionFlagsBits.SendMessagesInThreads, 'post messages in threads']
    : [PermissionFlagsBits.SendMessages, 'post messages'];
  const wanted: [bigint, string][] = [
    [PermissionFlagsBits.ViewChannel, 'see this channel'],
    posting,
    [PermissionFlagsBits.EmbedLinks, 'embed links'],
    [PermissionFlagsBits.AttachFiles, 'attach files'],
  ];
  return wanted.flatMap(([bit, words]) => (hasPermission(permissions, bit) ? [] : [words]));
}

/** Where a person adds the bot to a server, with exactly the permissions it needs. */
export function inviteLink(applicationId: string): string {
  const query = [
    `client_id=${applicationId}`,
    `scope=${OAuth2Scopes.Bot}+${OAuth2Scopes.ApplicationsCommands}`,
    `permissions=${NEEDED}`,
  ];
  return `https://discord.com/oauth2/authorize?${query.join('&')}`;
}

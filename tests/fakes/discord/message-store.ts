import { known } from './api-error.ts';
import { buttonsOf } from './components.ts';
import { pingsOf } from './mentions.ts';
import { FLAG, type MessageDraft } from './message-draft.ts';
import { filesAfterEdit, resolveImages, storeFiles } from './message-files.ts';
import { messageJson } from './payloads.ts';
import { channelPermissions, has, PERMISSION } from './permissions.ts';
import {
  guildOf,
  INTENT,
  messagesIn,
  type StoredChannel,
  type StoredInteraction,
  type StoredMessage,
  type World,
} from './world.ts';

/** A new message by `authorId`, told to listeners; ephemeral and loading ones by `flags`. */
export function createMessage(
  world: World,
  channel: StoredChannel,
  authorId: string,
  draft: MessageDraft,
  more: { flags?: number; interaction?: StoredInteraction; replyTo?: string } = {},
): StoredMessage {
  const files = storeFiles(world, channel.id, draft.newFiles);
  const images = resolveImages(draft.embeds ?? [], files, []);
  const flags = more.flags ?? draft.flags & (FLAG.SUPPRESS_EMBEDS | FLAG.SILENT);
  const message: StoredMessage = {
    id: world.nextId(),
    channelId: channel.id,
    authorId,
    content: draft.content ?? '',
    embeds: images.embeds,
    files: images.files,
    components: draft.components ?? [],
    buttons: buttonsOf(draft.components ?? []),
    flags,
    silent: (flags & FLAG.SILENT) !== 0,
    ephemeral: (flags & FLAG.EPHEMERAL) !== 0,
    mentioned: pingsIn(world, channel, authorId, draft),
    sentAt: world.now(),
    versions: [],
    deleted: false,
    crossposted: false,
    type: more.replyTo === undefined ? (more.interaction?.type === 2 ? 20 : 0) : 19,
    nonceEnforced: draft.enforceNonce,
  };
  if (draft.nonce !== undefined) message.nonce = draft.nonce;
  if (more.replyTo !== undefined) message.replyTo = more.replyTo;
  if (more.interaction !== undefined) message.interaction = more.interaction;
  addReplyPing(world, message, draft);
  remember(message, world.now());
  messagesIn(world, channel.id).push(message);
  tell(world, 'MESSAGE_CREATE', channel, message);
  return message;
}

/** Changes what the draft says; a loading message becomes a real one and pings like a new one. */
export function editMessage(
  world: World,
  channel: StoredChannel,
  message: StoredMessage,
  draft: MessageDraft,
): void {
  const before = message.files;
  const files = filesAfterEdit(world, message, draft);
  const images = resolveImages(draft.embeds ?? message.embeds, files, before);
  const after = {
    content: draft.content ?? message.content,
    components: draft.components ?? message.components,
  };
  const seen =
    after.content !== '' ||
    images.embeds.length > 0 ||
    images.files.length > 0 ||
    after.components.length > 0;
  if (!seen) throw known(50006);
  const wasLoading = (message.flags & FLAG.LOADING) !== 0;
  message.content = after.content;
  message.embeds = images.embeds;
  message.files = images.files;
  message.components = after.components;
  message.buttons = buttonsOf(after.components);
  message.flags &= ~FLAG.LOADING;
  if (wasLoading) {
    message.mentioned = pingsIn(world, channel, message.authorId, draft);
    message.versions = [];
  } else {
    message.editedAt = world.now();
  }
  remember(message, world.now());
  tell(world, 'MESSAGE_UPDATE', channel, message);
}

export function removeMessage(world: World, channel: StoredChannel, message: StoredMessage): void {
  message.deleted = true;
  const scope = scopeOf(channel);
  world.emit(
    'MESSAGE_DELETE',
    {
      id: message.id,
      channel_id: channel.id,
      ...(channel.guildId === undefined ? {} : { guild_id: channel.guildId }),
    },
    scope,
  );
}

function remember(message: StoredMessage, at: number): void {
  const { content, embeds, files, components } = message;
  message.versions = [
    ...message.versions,
    { at, content, embeds: [...embeds], files: [...files], components: [...components] },
  ];
}

function pingsIn(world: World, channel: StoredChannel, authorId: string, draft: MessageDraft) {
  const guild = guildOf(world, channel);
  const permissions = guild === undefined ? 0n : channelPermissions(guild, channel, authorId);
  return pingsOf(draft.content ?? '', draft.allowed, has(permissions, PERMISSION.MENTION_EVERYONE));
}

/** An answer pings the author of the answered message unless `replied_user` says no. */
function addReplyPing(world: World, message: StoredMessage, draft: MessageDraft): void {
  if (message.replyTo === undefined || draft.allowed?.repliedUser === false) return;
  const answered = messagesIn(world, message.channelId).find((one) => one.id === message.replyTo);
  if (answered === undefined || answered.authorId === message.authorId) return;
  message.mentioned.users = [...new Set([...message.mentioned.users, answered.authorId])];
}

function scopeOf(channel: StoredChannel) {
  return channel.guildId === undefined
    ? { intent: INTENT.DIRECT_MESSAGES }
    : { intent: INTENT.GUILD_MESSAGES, guildId: channel.guildId };
}

function tell(world: World, event: string, channel: StoredChannel, message: StoredMessage): void {
  if (message.ephemeral) return;
  const json = messageJson(world, message);
  if (channel.guildId !== undefined) json['guild_id'] = channel.guildId;
  world.emit(event, json, scopeOf(channel));
}

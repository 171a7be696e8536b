import type { FakeChat, FakeUser } from './types.ts';
import {
  ANONYMOUS_ADMIN_ID,
  CHANNEL_BOT_ID,
  type ChatRoom,
  type Content,
  type Entry,
  epochSeconds,
  type Member,
  type Room,
  type World,
} from './world.ts';

export type Payload = Record<string, unknown>;

export function userPayload(user: FakeUser): Payload {
  return {
    id: user.id,
    is_bot: false,
    first_name: user.firstName,
    ...(user.username === undefined ? {} : { username: user.username }),
    ...(user.languageCode === undefined ? {} : { language_code: user.languageCode }),
  };
}

export function botPayload(world: World): Payload {
  return { id: world.bot.id, is_bot: true, first_name: 'Watch', username: world.bot.username };
}

/** The user the platform puts in `from` where a person writes as the group, or as a channel. */
export function standIn(kind: 'anonymous-admin' | 'channel'): Payload {
  return kind === 'anonymous-admin'
    ? { id: ANONYMOUS_ADMIN_ID, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' }
    : { id: CHANNEL_BOT_ID, is_bot: true, first_name: 'Channel', username: 'Channel_Bot' };
}

export function chatPayload(room: Room): Payload {
  if (room.kind === 'chat') return groupPayload(room.chat);
  const { user } = room;
  return {
    id: user.id,
    first_name: user.firstName,
    ...(user.username === undefined ? {} : { username: user.username }),
    type: 'private',
  };
}

function groupPayload(chat: FakeChat): Payload {
  return {
    id: chat.id,
    title: chat.title,
    type: chat.type,
    ...(chat.forum ? { is_forum: true } : {}),
  };
}

/** A ChatMember. */
export function memberPayload(room: ChatRoom, user: Payload, member: Member): Payload {
  const { status, rights } = member;
  if (status === 'creator') {
    return { user, status, is_anonymous: rights.is_anonymous ?? false };
  }
  if (status === 'administrator') {
    const channel = room.chat.type === 'channel';
    return {
      user,
      status,
      can_be_edited: false,
      can_manage_chat: true,
      can_delete_messages: rights.can_delete_messages ?? false,
      can_manage_video_chats: false,
      can_restrict_members: false,
      can_promote_members: false,
      can_change_info: false,
      can_invite_users: true,
      can_post_stories: false,
      can_edit_stories: false,
      can_delete_stories: false,
      is_anonymous: rights.is_anonymous ?? false,
      ...(channel
        ? {
            can_post_messages: rights.can_post_messages ?? true,
            can_edit_messages: rights.can_edit_messages ?? false,
          }
        : { can_pin_messages: false, can_manage_topics: rights.can_manage_topics ?? false }),
    };
  }
  if (status === 'restricted') {
    return {
      user,
      status,
      is_member: true,
      until_date: 0,
      can_send_messages: rights.can_send_messages ?? true,
      can_send_photos: rights.can_send_photos ?? true,
    };
  }
  return status === 'kicked' ? { user, status, until_date: 0 } : { user, status };
}

/** What of a Message comes from its content. */
export function contentPayload(content: Content): Payload {
  const { formatted, keyboard, photo } = content;
  const { text, entities } = formatted;
  const marked = entities.length > 0;
  const words =
    photo === undefined
      ? { text, ...(marked ? { entities } : {}) }
      : {
          photo: photoSizes(photo),
          ...(text === ''
            ? {}
            : { caption: text, ...(marked ? { caption_entities: entities } : {}) }),
        };
  if (keyboard.kind !== 'inline') return words;
  return { ...words, reply_markup: { inline_keyboard: keyboard.rows } };
}

function photoSizes({ fileId, bytes, width, height }: NonNullable<Content['photo']>): Payload[] {
  return [
    { file_id: fileId, file_unique_id: `u${fileId}`, file_size: bytes.length, width, height },
  ];
}

/** A message as it appears inside another: without what it answers itself. */
export function quotedPayload(entry: Entry): Payload {
  const { reply_to_message: _, ...payload } = entry.payload;
  return payload;
}

export function messageHead(room: Room, id: number, at: number): Payload {
  return { message_id: id, chat: chatPayload(room), date: epochSeconds(at) };
}

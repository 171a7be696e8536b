import { findRoom } from './access.ts';
import { type ApiCall, integerArg, textArg } from './api-call.ts';
import { announceBot } from './membership.ts';
import {
  botPayload,
  chatPayload,
  memberPayload,
  type Payload,
  standIn,
  userPayload,
} from './payloads.ts';
import { badRequest } from './refusal.ts';
import {
  ANONYMOUS_ADMIN_ID,
  botMember,
  CHANNEL_BOT_ID,
  type ChatRoom,
  isPresent,
  type Member,
  type World,
} from './world.ts';

const ACTIONS = new Set(
  'typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker find_location record_video_note upload_video_note'.split(
    ' ',
  ),
);
const LEFT: Member = { status: 'left', rights: {} };

export function getMe(world: World): object {
  return {
    ...botPayload(world),
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
  };
}

export function getChat(world: World, call: ApiCall): object {
  const room = findRoom(world, call, 'read');
  return { ...chatPayload(room), accent_color_id: 0, max_reaction_count: 11 };
}

export function getChatMember(world: World, call: ApiCall): object {
  const userId = integerArg(call, 'user_id');
  if (userId <= 0) throw badRequest('Invalid user_id specified');
  const room = findRoom(world, call, userId === world.bot.id ? 'read' : 'members');
  const user = accountPayload(world, userId);
  if (user === undefined) throw badRequest('member not found');
  if (room.kind === 'private') return { user, status: 'member' };
  return memberPayload(room, user, room.members.get(userId) ?? LEFT);
}

/** Other bots would be left out; this one is not. */
export function getChatAdministrators(world: World, call: ApiCall): object {
  const room = findRoom(world, call, 'members');
  if (room.kind === 'private') {
    throw badRequest('there are no administrators in the private chat');
  }
  return [...room.members].flatMap(([userId, member]) => {
    const user = accountPayload(world, userId);
    const administers = member.status === 'creator' || member.status === 'administrator';
    return user !== undefined && administers ? [memberPayload(room, user, member)] : [];
  });
}

export function sendChatAction(world: World, call: ApiCall): true {
  if (!ACTIONS.has(textArg(call, 'action'))) throw badRequest('Wrong parameter action in request');
  findRoom(world, call, 'write');
  return true;
}

export function leaveChat(world: World, call: ApiCall): true {
  const room = findRoom(world, call, 'read');
  if (room.kind === 'private')
    throw badRequest("chat member status can't be changed in private chats");
  if (isPresent(botMember(world, room).status)) leave(world, room);
  return true;
}

function leave(world: World, room: ChatRoom): void {
  const before = botMember(world, room);
  room.members.set(world.bot.id, LEFT);
  announceBot(world, room, botPayload(world), before);
}

function accountPayload(world: World, userId: number): Payload | undefined {
  if (userId === world.bot.id) return botPayload(world);
  if (userId === ANONYMOUS_ADMIN_ID) return standIn('anonymous-admin');
  if (userId === CHANNEL_BOT_ID) return standIn('channel');
  const room = world.rooms.get(userId);
  return room?.kind === 'private' ? userPayload(room.user) : undefined;
}

import { type ApiCall, readInteger, textArg } from './api-call.ts';
import { badRequest, forbidden, Refusal } from './refusal.ts';
import {
  botMember,
  type ChatRoom,
  isPresent,
  type PrivateRoom,
  type Room,
  type World,
} from './world.ts';

/** `members`: the list of members, which a group turned supergroup no longer gives. */
export type Access = 'read' | 'members' | 'edit' | 'write';

/** The chat of `chat_id`, if the bot may use it so; otherwise the platform's refusal. */
export function findRoom(world: World, call: ApiCall, access: Access): Room {
  const room = namedRoom(world, textArg(call, 'chat_id'));
  if (room.kind === 'private') checkPrivate(room, access);
  else checkChat(world, room, access);
  return room;
}

/** Any chat the bot has heard of, without a look at rights. */
export function namedRoom(world: World, chatId: string): Room {
  if (chatId === '') throw badRequest('chat_id is empty');
  const room = world.rooms.get(readInteger(chatId));
  if (room === undefined) throw badRequest('chat not found');
  return room;
}

function checkPrivate(room: PrivateRoom, access: Access): void {
  if (access !== 'write' && access !== 'edit') return;
  if (room.deactivated) throw forbidden('user is deactivated');
  if (!room.started) throw forbidden("bot can't initiate conversation with a user");
  if (room.blocked) throw forbidden('bot was blocked by the user');
}

function checkChat(world: World, room: ChatRoom, access: Access): void {
  const { type } = room.chat;
  const { status } = botMember(world, room);
  if (room.migratedTo !== undefined) {
    if (access === 'read') return;
    throw new Refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: room.migratedTo,
    });
  }
  if (isPresent(status) || (type === 'group' && access === 'read')) return;
  throw forbidden(
    status === 'kicked'
      ? `bot was kicked from the ${type} chat`
      : `bot is not a member of the ${type} chat`,
  );
}

/** May the bot write this kind of message here? */
export function checkSendRights(world: World, room: Room, what: 'text messages' | 'photos'): void {
  if (room.kind === 'private') return;
  const { status, rights } = botMember(world, room);
  if (room.chat.type === 'channel') {
    const may =
      status === 'creator' || (status === 'administrator' && rights.can_post_messages !== false);
    if (!may) throw badRequest('Need administrator rights in the channel chat');
    return;
  }
  if (status === 'creator' || status === 'administrator') return;
  const right = what === 'photos' ? rights.can_send_photos : rights.can_send_messages;
  if (right === false) throw badRequest(`Not enough rights to send ${what} to the chat`);
}

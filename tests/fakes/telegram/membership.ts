import { botPayload, chatPayload, memberPayload, type Payload } from './payloads.ts';
import {
  botMember,
  type ChatRoom,
  epochSeconds,
  type Member,
  type Room,
  type World,
} from './world.ts';

/** Tells the bot of its own changed membership in a group or channel. */
export function announceBot(world: World, room: ChatRoom, by: Payload, before: Member): void {
  const bot = botPayload(world);
  const after = botMember(world, room);
  announceChange(
    world,
    room,
    by,
    memberPayload(room, bot, before),
    memberPayload(room, bot, after),
  );
}

/** my_chat_member; in a private chat the sign of blocking and unblocking. */
export function announceChange(
  world: World,
  room: Room,
  by: Payload,
  before: Payload,
  after: Payload,
): void {
  world.updates.push('my_chat_member', {
    chat: chatPayload(room),
    from: by,
    date: epochSeconds(world.now()),
    old_chat_member: before,
    new_chat_member: after,
  });
}

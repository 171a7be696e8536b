import { announceBot, announceChange } from './membership.ts';
import {
  botPayload,
  chatPayload,
  messageHead,
  type Payload,
  standIn,
  userPayload,
} from './payloads.ts';
import type { FakeChat, FakeUser, MemberRights, MemberStatus, NewChat, NewUser } from './types.ts';
import {
  botMember,
  type ChatRoom,
  chatRoomOf,
  type Entry,
  isPresent,
  nextId,
  nextMessageId,
  privateRoomOf,
  type Room,
  type World,
} from './world.ts';

export function addUser(world: World, given: NewUser): FakeUser {
  const { started = true, ...rest } = given;
  const user: FakeUser = { kind: 'user', id: 500_000_000 + nextId(world), ...rest };
  world.rooms.set(user.id, {
    kind: 'private',
    id: user.id,
    user,
    started,
    blocked: false,
    deactivated: false,
    entries: [],
  });
  return user;
}

export function addChat(world: World, given: NewChat): FakeChat {
  const { type, title, forum = false, botRights = {} } = given;
  if (forum && type !== 'supergroup') throw new Error('only a supergroup can be a forum');
  const number = nextId(world);
  const id = type === 'group' ? -4_000_000 - number : -1_001_000_000_000 - number;
  const chat: FakeChat = { kind: 'chat', id, type, title, forum };
  const status = given.botStatus ?? (type === 'channel' ? 'administrator' : 'member');
  world.rooms.set(id, {
    kind: 'chat',
    id,
    chat,
    members: new Map([[world.bot.id, { status, rights: botRights }]]),
    topics: new Map(),
    entries: [],
    // 1 is the supergroup's own first message, and the General topic of a forum.
    lastMessageId: 1,
  });
  return chat;
}

/** Another member's change is told only as chat_member, which needs asking for and administration. */
export function setMember(
  world: World,
  chat: FakeChat,
  user: FakeUser,
  status: MemberStatus,
  rights: MemberRights = {},
): void {
  chatRoomOf(world, chat).members.set(user.id, { status, rights });
}

export function addTopic(world: World, chat: FakeChat, name: string, by?: FakeUser): number {
  const room = chatRoomOf(world, chat);
  if (!chat.forum) throw new Error('only a forum has topics');
  const opened = { forum_topic_created: { name, icon_color: 7322096 } };
  const entry = addService(
    world,
    room,
    by === undefined ? standIn('anonymous-admin') : userPayload(by),
    opened,
  );
  entry.threadId = entry.id;
  Object.assign(entry.payload, { message_thread_id: entry.id, is_topic_message: true });
  room.topics.set(entry.id, { name, closed: false });
  if (by !== undefined) tell(world, room, entry);
  return entry.id;
}

export function closeTopic(world: World, chat: FakeChat, threadId: number): void {
  const topic = chatRoomOf(world, chat).topics.get(threadId);
  if (topic === undefined) throw new Error(`no topic ${threadId}`);
  topic.closed = true;
}

export function addBot(world: World, chat: FakeChat, by: FakeUser): void {
  const room = chatRoomOf(world, chat);
  const before = botMember(world, room);
  if (isPresent(before.status)) throw new Error('the bot is there already');
  const status = chat.type === 'channel' ? 'administrator' : 'member';
  room.members.set(world.bot.id, { status, rights: {} });
  announceBot(world, room, userPayload(by), before);
  if (chat.type === 'channel') return;
  const bot = botPayload(world);
  const joined = { new_chat_participant: bot, new_chat_member: bot, new_chat_members: [bot] };
  tell(world, room, addService(world, room, userPayload(by), joined));
}

/** Only in a basic group the bot still sees the message about its own removal. */
export function removeBot(
  world: World,
  chat: FakeChat,
  by: FakeUser,
  how: 'kicked' | 'left' = 'kicked',
): void {
  const room = chatRoomOf(world, chat);
  const before = botMember(world, room);
  const bot = botPayload(world);
  const left = { left_chat_participant: bot, left_chat_member: bot };
  const note = addService(world, room, userPayload(by), left);
  if (chat.type === 'group') tell(world, room, note);
  room.members.set(world.bot.id, { status: how, rights: {} });
  announceBot(world, room, userPayload(by), before);
}

export function setBotRights(
  world: World,
  chat: FakeChat,
  rights: MemberRights,
  status?: MemberStatus,
): void {
  const room = chatRoomOf(world, chat);
  const before = botMember(world, room);
  const muted = rights.can_send_messages === false || rights.can_send_photos === false;
  const plain = before.status === 'member' || before.status === 'restricted';
  const derived = plain ? (muted ? 'restricted' : 'member') : before.status;
  room.members.set(world.bot.id, { status: status ?? derived, rights });
  announceBot(world, room, standIn('anonymous-admin'), before);
}

export function setBlocked(world: World, user: FakeUser, blocked: boolean): void {
  const room = privateRoomOf(world, user);
  if (room.blocked === blocked) return;
  room.blocked = blocked;
  const bot = botPayload(world);
  const member = { user: bot, status: 'member' };
  const kicked = { user: bot, status: 'kicked', until_date: 0 };
  const [before, after] = blocked ? [member, kicked] : [kicked, member];
  announceChange(world, room, userPayload(user), before, after);
}

export function deactivate(world: World, user: FakeUser): void {
  privateRoomOf(world, user).deactivated = true;
}

/** The group becomes a supergroup of a new id; members come along, messages stay behind. */
export function migrate(world: World, chat: FakeChat): FakeChat {
  const room = chatRoomOf(world, chat);
  if (chat.type !== 'group') throw new Error('only a basic group migrates');
  const next = addChat(world, { type: 'supergroup', title: chat.title });
  const nextRoom = chatRoomOf(world, next);
  nextRoom.members = new Map(room.members);
  const by = standIn('anonymous-admin');
  const away = addService(world, room, by, { migrate_to_chat_id: next.id });
  room.migratedTo = next.id;
  tell(world, room, away);
  const from = { migrate_from_chat_id: chat.id, sender_chat: chatPayload(nextRoom) };
  tell(world, nextRoom, addService(world, nextRoom, by, from));
  return next;
}

function addService(world: World, room: ChatRoom, from: Payload, what: Payload): Entry {
  const id = nextMessageId(world, room);
  const at = world.now();
  const payload = { ...messageHead(room, id, at), from, ...what };
  const entry: Entry = { id, at, deleted: false, payload };
  room.entries.push(entry);
  return entry;
}

/** Service messages come through privacy mode, but only to a bot that is there. */
function tell(world: World, room: Room, entry: Entry): void {
  if (room.kind === 'chat' && !isPresent(botMember(world, room).status)) return;
  world.updates.push('message', entry.payload);
}

import type { FormattedText } from './formatted-text.ts';
import type { Keyboard } from './keyboard.ts';
import type { Pacer } from './pacing.ts';
import type {
  FakeChat,
  FakeIncoming,
  FakeMessage,
  FakePress,
  FakeUser,
  MemberRights,
  MemberStatus,
} from './types.ts';
import type { UpdateQueue } from './update-queue.ts';

export interface Photo {
  fileId: string;
  bytes: Buffer;
  width: number;
  height: number;
}

/** What of a bot's message can be edited. */
export interface Content {
  formatted: FormattedText;
  keyboard: Keyboard;
  photo?: Photo;
}

/** One message of a chat, anyone's. */
export interface Entry {
  id: number;
  /** Epoch ms. */
  at: number;
  deleted: boolean;
  threadId?: number;
  /** The Message object of the API. */
  payload: Record<string, unknown>;
  own?: { seen: FakeMessage; content: Content };
  incoming?: FakeIncoming;
}

export interface Member {
  status: MemberStatus;
  rights: MemberRights;
}

export interface PrivateRoom {
  kind: 'private';
  id: number;
  user: FakeUser;
  started: boolean;
  blocked: boolean;
  deactivated: boolean;
  entries: Entry[];
}

export interface ChatRoom {
  kind: 'chat';
  id: number;
  chat: FakeChat;
  /** By user id, the bot among them. */
  members: Map<number, Member>;
  topics: Map<number, { name: string; closed: boolean }>;
  migratedTo?: number;
  entries: Entry[];
  lastMessageId: number;
}

export type Room = PrivateRoom | ChatRoom;

export interface World {
  now(): number;
  bot: { id: number; username: string };
  rooms: Map<number, Room>;
  photos: Map<string, Photo>;
  presses: Map<string, { press: FakePress; at: number }>;
  commands: Map<string, { command: string; description: string }[]>;
  webhook:
    | { url: string; secretToken?: string; lastError?: { at: number; text: string } }
    | undefined;
  updates: UpdateQueue;
  pacer: Pacer;
  /** Private chats and basic groups share one count of message ids, as they do for a real bot. */
  lastMessageId: number;
  lastId: number;
}

/** The bot's own anonymous stand-ins on the platform. */
export const ANONYMOUS_ADMIN_ID = 1087968824;
export const CHANNEL_BOT_ID = 136817688;

/** The room of a chat or user made by this fake; anything else is a mistake in the test. */
export function roomOf(world: World, chat: FakeChat | FakeUser): Room {
  const room = world.rooms.get(chat.id);
  if (room === undefined) throw new Error(`the fake knows no chat ${chat.id}`);
  return room;
}

export function chatRoomOf(world: World, chat: FakeChat): ChatRoom {
  const room = roomOf(world, chat);
  if (room.kind !== 'chat') throw new Error(`${chat.id} is a private chat`);
  return room;
}

export function privateRoomOf(world: World, user: FakeUser): PrivateRoom {
  const room = roomOf(world, user);
  if (room.kind !== 'private') throw new Error(`${user.id} is no user`);
  return room;
}

export function botMember(world: World, room: ChatRoom): Member {
  return room.members.get(world.bot.id) ?? { status: 'left', rights: {} };
}

export function isPresent(status: MemberStatus): boolean {
  return status !== 'left' && status !== 'kicked';
}

export function nextId(world: World): number {
  world.lastId += 1;
  return world.lastId;
}

export function nextMessageId(world: World, room: Room): number {
  if (room.kind === 'chat' && room.chat.type !== 'group') {
    room.lastMessageId += 1;
    return room.lastMessageId;
  }
  world.lastMessageId += 1;
  return world.lastMessageId;
}

/** A message that is still there. */
export function findEntry(room: Room, messageId: number): Entry | undefined {
  return room.entries.find((entry) => entry.id === messageId && !entry.deleted);
}

export function removeEntry(entry: Entry): void {
  entry.deleted = true;
  if (entry.own !== undefined) entry.own.seen.deleted = true;
}

/** Counts a send or edit. Refused when it comes too soon. */
export function pace(world: World, room: Room): void {
  world.pacer(room.id, room.kind === 'chat' && room.chat.type !== 'channel');
}

/** Seconds, as the API writes times. */
export function epochSeconds(at: number): number {
  return Math.floor(at / 1000);
}

import { topicRoot } from './own-messages.ts';
import {
  chatPayload,
  messageHead,
  type Payload,
  quotedPayload,
  standIn,
  userPayload,
} from './payloads.ts';
import type { FakeChat, FakeIncoming, FakeMessage, FakePress, FakeUser } from './types.ts';
import {
  botMember,
  type ChatRoom,
  type Entry,
  epochSeconds,
  findEntry,
  isPresent,
  nextId,
  nextMessageId,
  type Room,
  roomOf,
  type World,
} from './world.ts';

export type Writer = FakeUser | 'anonymous-admin' | 'channel';

export interface WriteOptions {
  threadId?: number;
  /** Epoch s. */
  date?: number;
  replyTo?: number;
}

/** A person writes. */
export function write(
  world: World,
  chat: FakeChat | FakeUser,
  from: Writer,
  text: string,
  options: WriteOptions = {},
): FakeIncoming {
  const room = roomOf(world, chat);
  enter(room, from);
  const answered = options.replyTo === undefined ? undefined : findEntry(room, options.replyTo);
  if (options.replyTo !== undefined && answered === undefined) {
    throw new Error(`no message ${options.replyTo} to reply to`);
  }
  const id = nextMessageId(world, room);
  const at = options.date === undefined ? world.now() : options.date * 1000;
  const incoming: FakeIncoming = { chatId: room.id, messageId: id, text };
  const entry: Entry = { id, at, deleted: false, payload: {}, incoming };
  if (options.threadId !== undefined) {
    incoming.threadId = options.threadId;
    entry.threadId = options.threadId;
  }
  entry.payload = {
    ...messageHead(room, id, at),
    ...writerFields(room, from),
    ...threadFields(room, options.threadId, answered),
    ...words(text),
  };
  room.entries.push(entry);
  deliver(world, room, entry, isPost(room) ? 'channel_post' : 'message');
  return incoming;
}

/** The same message with another text. */
export function rewrite(world: World, message: FakeIncoming, text: string): void {
  const room = world.rooms.get(message.chatId);
  const entry = room?.entries.find(({ incoming }) => incoming === message);
  if (room === undefined || entry === undefined) throw new Error('no such message of a person');
  const { entities: _, ...before } = entry.payload;
  entry.payload = { ...before, ...words(text), edit_date: epochSeconds(world.now()) };
  message.text = text;
  deliver(world, room, entry, isPost(room) ? 'edited_channel_post' : 'edited_message');
}

/** Presses a button. `data` may be anything: a bad client can send what no button held. */
export function press(
  world: World,
  message: FakeMessage,
  from: FakeUser,
  which: { label: string } | { data: string },
): FakePress {
  const room = world.rooms.get(message.chatId);
  const entry = room?.entries.find(({ own }) => own?.seen === message);
  if (room === undefined || entry === undefined) throw new Error('no such message of the bot');
  const queryId = String(8_000_000_000_000_000n + BigInt(nextId(world)));
  const made: FakePress = { queryId, answers: [] };
  world.presses.set(queryId, { press: made, at: world.now() });
  const gone = { chat: chatPayload(room), message_id: entry.id, date: 0 };
  const updateId = world.updates.push('callback_query', {
    id: queryId,
    from: userPayload(from),
    message: entry.deleted ? gone : entry.payload,
    chat_instance: `instance${room.id}`,
    data: 'data' in which ? which.data : dataOf(message, which.label),
  });
  if (updateId !== undefined) made.updateId = updateId;
  return made;
}

function dataOf(message: FakeMessage, label: string): string {
  const button = message.buttons.flat().find((one) => one.label === label);
  if (button === undefined || button.data === '') throw new Error(`no button "${label}" to press`);
  return button.data;
}

function enter(room: Room, from: Writer): void {
  if (room.kind === 'private') {
    if (from !== room.user) throw new Error('only the user writes in the private chat');
    if (room.blocked || room.deactivated) throw new Error('the user has to unblock the bot first');
    room.started = true;
    return;
  }
  if (room.migratedTo !== undefined) throw new Error('nobody can write in a migrated group');
  if (typeof from === 'string' || room.chat.type === 'channel') return;
  const member = room.members.get(from.id);
  if (member === undefined) room.members.set(from.id, { status: 'member', rights: {} });
  else if (!isPresent(member.status)) throw new Error(`the user has ${member.status} the chat`);
}

function writerFields(room: Room, from: Writer): Payload {
  const chat = chatPayload(room);
  if (room.kind === 'chat' && room.chat.type === 'channel') {
    return {
      sender_chat: chat,
      ...(typeof from === 'string' ? {} : { author_signature: from.firstName }),
    };
  }
  if (from === 'anonymous-admin') return { from: standIn(from), sender_chat: chat };
  if (from === 'channel') {
    const linked = { id: -1009999999999, title: 'A channel', type: 'channel' };
    return { from: standIn(from), sender_chat: linked };
  }
  return { from: userPayload(from) };
}

/**
 * In a forum the topic (none: General), in whose messages the opening one counts as answered. In
 * other supergroups an answer carries a message_thread_id too, which names no topic.
 */
function threadFields(
  room: Room,
  threadId: number | undefined,
  answered: Entry | undefined,
): Payload {
  const forum = room.kind === 'chat' && room.chat.forum;
  if (threadId !== undefined && !(forum && room.topics.has(threadId))) {
    throw new Error(`no topic ${threadId} in this chat`);
  }
  const quoted = answered ?? topicRoot(room, threadId);
  const reply = quoted === undefined ? {} : { reply_to_message: quotedPayload(quoted) };
  if (threadId !== undefined) {
    return { message_thread_id: threadId, is_topic_message: true, ...reply };
  }
  const supergroup = room.kind === 'chat' && room.chat.type === 'supergroup';
  if (answered === undefined || !supergroup || forum) return reply;
  return { message_thread_id: answered.threadId ?? answered.id, ...reply };
}

function words(text: string): Payload {
  const commands = [...text.matchAll(/(?<=^|\s)\/[a-z0-9_]{1,32}(@\w+)?/gi)];
  if (commands.length === 0) return { text };
  const entities = commands.map(({ 0: found, index }) => ({
    type: 'bot_command',
    offset: index,
    length: found.length,
  }));
  return { text, entities };
}

function isPost(room: Room): boolean {
  return room.kind === 'chat' && room.chat.type === 'channel';
}

function deliver(world: World, room: Room, entry: Entry, kind: string): void {
  const { incoming } = entry;
  if (incoming === undefined) return;
  delete incoming.updateId;
  if (room.kind === 'chat' && !reaches(world, room, incoming.text, entry)) return;
  const updateId = world.updates.push(kind, entry.payload);
  if (updateId !== undefined) incoming.updateId = updateId;
}

/** Privacy mode: commands not for another bot, and answers to the bot; an administrator sees all. */
function reaches(world: World, room: ChatRoom, text: string, entry: Entry): boolean {
  const { status } = botMember(world, room);
  if (!isPresent(status)) return false;
  if (status === 'administrator' || status === 'creator') return true;
  if (room.chat.type === 'channel') return false;
  const addressed = [...text.matchAll(/(?<=^|\s)\/[a-z0-9_]{1,32}(?:@(\w+))?/gi)].some(
    ([, bot]) => bot === undefined || bot.toLowerCase() === world.bot.username.toLowerCase(),
  );
  return addressed || answersBot(world, entry);
}

function answersBot(world: World, entry: Entry): boolean {
  const quoted = entry.payload['reply_to_message'] as { from?: { id?: number } } | undefined;
  return quoted?.from?.id === world.bot.id;
}

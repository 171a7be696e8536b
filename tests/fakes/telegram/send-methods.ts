import { checkSendRights, findRoom, namedRoom } from './access.ts';
import {
  type ApiCall,
  flagArg,
  integerArg,
  isRecord,
  jsonArg,
  readInteger,
  textArg,
} from './api-call.ts';
import { type FormattedText, readCaption, readText } from './formatted-text.ts';
import { readKeyboard } from './keyboard.ts';
import { type Posting, postOwn } from './own-messages.ts';
import { photoField } from './photo-input.ts';
import { badRequest } from './refusal.ts';
import {
  botMember,
  type Entry,
  findEntry,
  type Photo,
  pace,
  type Room,
  type World,
} from './world.ts';

const GENERAL_TOPIC_ID = 1;

export function sendMessage(world: World, call: ApiCall): object {
  const formatted = readText(call, 'Message is too long');
  return send(world, call, formatted, undefined);
}

export function sendPhoto(world: World, call: ApiCall): object {
  const photo = photoField(world, call, 'photo');
  const caption = readCaption(
    textArg(call, 'caption'),
    textArg(call, 'parse_mode'),
    jsonArg(call, 'caption_entities', 'caption entities'),
    'Message caption is too long',
  );
  return send(world, call, caption, photo);
}

function send(world: World, call: ApiCall, formatted: FormattedText, photo: Photo | undefined) {
  const reply = readReply(call);
  const keyboard = readKeyboard(call, false);
  const room = findRoom(world, call, 'write');
  const threadId = findThread(room, integerArg(call, 'message_thread_id'));
  const replyTo = findAnswered(world, room, reply);
  checkSendRights(world, room, photo === undefined ? 'text messages' : 'photos');
  const posting: Posting = { silent: flagArg(call, 'disable_notification') };
  if (replyTo !== undefined) posting.replyTo = replyTo;
  const topic = threadId ?? topicOf(room, replyTo);
  if (topic !== undefined) {
    checkTopicOpen(world, room, topic);
    posting.threadId = topic;
  }
  pace(world, room);
  const content = { formatted, keyboard, ...(photo === undefined ? {} : { photo }) };
  return postOwn(world, room, content, posting).payload;
}

/** Outside forums a thread is ignored; in a private chat there is none. */
function findThread(room: Room, threadId: number): number | undefined {
  if (threadId === 0) return undefined;
  if (room.kind === 'chat') {
    if (!room.chat.forum) return undefined;
    if (threadId !== GENERAL_TOPIC_ID && room.topics.has(threadId)) return threadId;
  }
  throw badRequest('message thread not found');
}

/** An answer in a forum goes to the topic of what it answers. */
function topicOf(room: Room, answered: Entry | undefined): number | undefined {
  return room.kind === 'chat' && room.chat.forum && room.entries.includes(answered as Entry)
    ? answered?.threadId
    : undefined;
}

function checkTopicOpen(world: World, room: Room, topic: number): void {
  if (room.kind !== 'chat' || room.topics.get(topic)?.closed !== true) return;
  const { status, rights } = botMember(world, room);
  const manages = status === 'administrator' && rights.can_manage_topics === true;
  if (status !== 'creator' && !manages) throw badRequest('TOPIC_CLOSED');
}

interface Reply {
  messageId: number;
  /** Empty: the same chat. */
  chatId: string;
  optional: boolean;
}

function readReply(call: ApiCall): Reply {
  const given = jsonArg(call, 'reply_parameters', 'reply parameters');
  if (given === undefined) {
    const optional = flagArg(call, 'allow_sending_without_reply');
    return { messageId: integerArg(call, 'reply_to_message_id'), chatId: '', optional };
  }
  if (!isRecord(given)) throw badRequest('Object expected as reply parameters');
  if (Object.keys(given).length === 0) return { messageId: 0, chatId: '', optional: true };
  const { message_id: messageId, chat_id: chatId = '' } = given;
  if (messageId === undefined) throw badRequest('Can\'t find field "message_id"');
  return {
    messageId: readInteger(String(messageId)),
    chatId: String(chatId),
    optional: given['allow_sending_without_reply'] === true,
  };
}

function findAnswered(world: World, room: Room, reply: Reply): Entry | undefined {
  if (reply.messageId <= 0) return undefined;
  const place = reply.chatId === '' ? room : namedRoom(world, reply.chatId);
  const entry = findEntry(place, reply.messageId);
  if (entry === undefined && !reply.optional) throw badRequest('message to be replied not found');
  return entry;
}

import { buttonsOf } from './keyboard.ts';
import { botPayload, chatPayload, contentPayload, messageHead, quotedPayload } from './payloads.ts';
import { badRequest } from './refusal.ts';
import type { FakeMessage, MessageVersion } from './types.ts';
import {
  type Content,
  type Entry,
  epochSeconds,
  findEntry,
  nextMessageId,
  type Room,
  type World,
} from './world.ts';

export interface Posting {
  silent: boolean;
  threadId?: number;
  replyTo?: Entry;
}

/** Puts a message of the bot into the chat. */
export function postOwn(world: World, room: Room, content: Content, how: Posting): Entry {
  const at = world.now();
  const id = nextMessageId(world, room);
  const first = versionOf(content, at);
  const { at: _, ...face } = first;
  const seen: FakeMessage = {
    chatId: room.id,
    messageId: id,
    ...face,
    html: content.formatted.source,
    silent: how.silent,
    sentAt: at,
    versions: [first],
    deleted: false,
    ...(how.threadId === undefined ? {} : { threadId: how.threadId }),
    ...(how.replyTo === undefined ? {} : { replyTo: how.replyTo.id }),
  };
  const entry: Entry = {
    id,
    at,
    deleted: false,
    payload: {},
    own: { seen, content },
    ...(how.threadId === undefined ? {} : { threadId: how.threadId }),
  };
  const answered = how.replyTo ?? topicRoot(room, how.threadId);
  entry.payload = {
    ...messageHead(room, id, at),
    ...senderOf(world, room),
    ...(how.threadId === undefined
      ? {}
      : { message_thread_id: how.threadId, is_topic_message: true }),
    ...(answered === undefined ? {} : { reply_to_message: quotedPayload(answered) }),
    ...contentPayload(content),
  };
  room.entries.push(entry);
  return entry;
}

/** Changes a message of the bot. Refused when nothing would change. */
export function changeOwn(world: World, entry: Entry, content: Content): void {
  const { own } = entry;
  if (own === undefined) throw badRequest("Message can't be edited");
  if (fingerprint(own.content) === fingerprint(content)) {
    throw badRequest(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  const at = world.now();
  const version = versionOf(content, at);
  const head = Object.entries(entry.payload).filter(([field]) => !CONTENT_FIELDS.has(field));
  entry.payload = {
    ...Object.fromEntries(head),
    edit_date: epochSeconds(at),
    ...contentPayload(content),
  };
  own.content = content;
  if (version.photo === undefined) delete own.seen.photo;
  Object.assign(own.seen, {
    text: version.text,
    buttons: version.buttons,
    html: content.formatted.source,
    ...(version.photo === undefined ? {} : { photo: version.photo }),
  });
  own.seen.versions.push(version);
}

const CONTENT_FIELDS = new Set([
  'text',
  'entities',
  'photo',
  'caption',
  'caption_entities',
  'reply_markup',
  'edit_date',
]);

/** In a forum every message of a topic answers the one that opened it. */
export function topicRoot(room: Room, threadId: number | undefined): Entry | undefined {
  return threadId === undefined ? undefined : findEntry(room, threadId);
}

function senderOf(world: World, room: Room): Record<string, unknown> {
  const channel = room.kind === 'chat' && room.chat.type === 'channel';
  return channel ? { sender_chat: chatPayload(room) } : { from: botPayload(world) };
}

function versionOf(content: Content, at: number): MessageVersion {
  return {
    text: content.formatted.text,
    buttons: buttonsOf(content.keyboard),
    at,
    ...(content.photo === undefined ? {} : { photo: new Uint8Array(content.photo.bytes) }),
  };
}

function fingerprint({ formatted, keyboard, photo }: Content): string {
  return JSON.stringify([formatted.text, formatted.entities, keyboard.rows, photo?.fileId]);
}

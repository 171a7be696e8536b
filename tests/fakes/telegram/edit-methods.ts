import { findRoom } from './access.ts';
import { type ApiCall, integerArg, isRecord, jsonArg, textArg } from './api-call.ts';
import { readCaption, readText } from './formatted-text.ts';
import { readKeyboard } from './keyboard.ts';
import { changeOwn } from './own-messages.ts';
import { namedPhoto } from './photo-input.ts';
import { badRequest } from './refusal.ts';
import {
  botMember,
  type Content,
  type Entry,
  findEntry,
  pace,
  type Room,
  removeEntry,
  type World,
} from './world.ts';

const DELETABLE_MS = 48 * 3600 * 1000;

/** A reply_markup left out removes the keyboard, here as there. */
export function editMessageText(world: World, call: ApiCall): object {
  const formatted = readText(call, 'MESSAGE_TOO_LONG');
  return edit(world, call, (old, keyboard) => {
    if (old.photo !== undefined) throw badRequest('There is no text in the message to edit');
    return { formatted, keyboard };
  });
}

export function editMessageCaption(world: World, call: ApiCall): object {
  const formatted = readCaption(
    textArg(call, 'caption'),
    textArg(call, 'parse_mode'),
    jsonArg(call, 'caption_entities', 'caption entities'),
    'MEDIA_CAPTION_TOO_LONG',
  );
  return edit(world, call, ({ photo }, keyboard) => {
    if (photo === undefined) throw badRequest('There is no caption in the message to edit');
    return { formatted, keyboard, photo };
  });
}

/** A text message may become a photo. */
export function editMessageMedia(world: World, call: ApiCall): object {
  if (textArg(call, 'media') === '') throw badRequest('Parameter "media" is required');
  const media = jsonArg(call, 'media', 'input media');
  if (!isRecord(media)) throw badRequest("Can't parse InputMedia: expected an Object");
  if (media['type'] !== 'photo') {
    throw badRequest(`Can't parse InputMedia: type "${String(media['type'])}" is unsupported`);
  }
  const formatted = readCaption(
    String(media['caption'] ?? ''),
    String(media['parse_mode'] ?? ''),
    media['caption_entities'],
    'Message caption is too long',
  );
  const photo = namedPhoto(world, call, String(media['media'] ?? ''));
  return edit(world, call, (_, keyboard) => ({ formatted, keyboard, photo }));
}

export function editMessageReplyMarkup(world: World, call: ApiCall): object {
  return edit(world, call, (old, keyboard) => ({ ...old, keyboard }));
}

function edit(
  world: World,
  call: ApiCall,
  change: (old: Content, keyboard: Content['keyboard']) => Content,
): object {
  const keyboard = readKeyboard(call, true);
  const messageId = integerArg(call, 'message_id');
  if (textArg(call, 'chat_id') === '' && messageId === 0) {
    throw badRequest('Message identifier is not specified');
  }
  const room = findRoom(world, call, 'edit');
  const entry = findEntry(room, messageId);
  if (entry === undefined) throw badRequest('message to edit not found');
  const old = entry.own?.content;
  if (old === undefined || old.keyboard.kind === 'other') {
    throw badRequest("Message can't be edited");
  }
  const content = change(old, keyboard);
  pace(world, room);
  changeOwn(world, entry, content);
  return entry.payload;
}

export function deleteMessage(world: World, call: ApiCall): true {
  if (textArg(call, 'chat_id') === '') throw badRequest('Chat identifier is not specified');
  const messageId = integerArg(call, 'message_id');
  if (messageId === 0) throw badRequest('Message identifier is not specified');
  const room = findRoom(world, call, 'write');
  const entry = findEntry(room, messageId);
  if (entry === undefined) throw badRequest('message to delete not found');
  if (!mayDelete(world, room, entry)) throw badRequest("message can't be deleted");
  removeEntry(entry);
  return true;
}

function mayDelete(world: World, room: Room, entry: Entry): boolean {
  const member = room.kind === 'chat' ? botMember(world, room) : undefined;
  if (member?.status === 'administrator' && member.rights.can_delete_messages === true) return true;
  const recent = world.now() - entry.at < DELETABLE_MS;
  return recent && (entry.own !== undefined || room.kind === 'private');
}

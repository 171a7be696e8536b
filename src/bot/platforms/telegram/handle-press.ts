import type { MessageDoc } from '../../../alerts/message-doc.ts';
import type { ChatRef } from '../../../alerts/model.ts';
import { shortLine } from '../../text/short-line.ts';
import type { Answer } from '../platform.ts';
import { chatOf } from './chat-of.ts';
import { brokenBy, type Effect, type EffectParts, IGNORED } from './effect.ts';
import { readPress } from './press-data.ts';
import type { TelegramMessage, TelegramPress } from './read-update.ts';

/** Telegram's limit for the text shown over the chat. */
const MOST_TOAST_CHARACTERS = 200;
/** A message changed so lately that its button cannot have been pressed long ago, ms. */
const LATELY_MS = 120_000;

const TEXT = {
  elsewhere: 'This button does not work here. Write /help to me.',
  unknown: 'I do not know this button; it may be from an older version.',
  foreign: 'This button belongs to another chat, or its message is too old.',
  outsider: 'Only members of this chat can do that.',
  rights: 'I could not find out whether you may do that; please try again.',
} as const;

/**
 * A pressed button is a command in the chat where it was pressed, with the rights its presser has
 * now. It is answered to the presser; what was done is also said in the chat, except in channels,
 * where every reader may press.
 */
export async function handlePress(
  press: TelegramPress,
  fresh: boolean,
  parts: EffectParts,
): Promise<Effect> {
  const { message, data } = press;
  const refuse = (text: string): Effect => ({
    replies: [],
    ignored: true,
    afterwards: () => answer(press, text, true, parts),
  });
  if (message === undefined || data === undefined) return refuse(TEXT.elsewhere);
  const chat = chatOf(message);
  const wanted = readPress(data, chat);
  if (wanted.kind !== 'command') return refuse(TEXT[wanted.kind]);
  let shown = false;
  if (!fresh && !isLately(message, parts)) {
    // Only Telegram knows when it was pressed: it takes answers for a short while.
    const answered = await parts.answerPress(press.id, 'Just a moment…', false);
    if (answered !== 'shown') return IGNORED;
    shown = true;
  }
  const standing = await standingOf(press, message, parts);
  if (standing === 'unclear') return refuse(TEXT.rights);
  if (standing === 'none') return refuse(TEXT.outsider);
  const done = await parts.inbox.handle({
    chat,
    userId: String(press.from.id),
    mayManage: async () => standing === 'manager',
    command: wanted.command,
    input: { text: wanted.text },
    private: message.chat.type === 'private',
    draw: false,
    missingPermissions: () => parts.rights.missing(chat.chatId, message.chat.type, parts.bot.id),
  });
  const failed = done.failed !== undefined;
  const inChannel = message.chat.type === 'channel';
  const toast = done.repeated === true ? '' : toastOf(done.doc);
  return {
    replies: inChannel || (failed && !shown) ? [] : [replyTo(message, chat, wanted.command, done)],
    ...brokenBy(done),
    ...(shown ? {} : { afterwards: () => answer(press, toast, failed || inChannel, parts) }),
  };
}

async function answer(
  press: TelegramPress,
  text: string,
  alert: boolean,
  parts: EffectParts,
): Promise<void> {
  await parts.answerPress(press.id, text, alert);
}

function isLately({ date, edit_date: editDate }: TelegramMessage, parts: EffectParts): boolean {
  return parts.serverNow() - (editDate ?? date) * 1000 <= LATELY_MS;
}

/** Asked at each press: people leave, and lose their rights. */
async function standingOf(
  { from }: TelegramPress,
  { chat }: TelegramMessage,
  { rights }: EffectParts,
): Promise<'manager' | 'member' | 'none' | 'unclear'> {
  if (chat.type === 'private') return 'manager';
  try {
    return await rights.standing(String(chat.id), String(from.id));
  } catch {
    return 'unclear';
  }
}

function replyTo(
  message: TelegramMessage,
  chat: ChatRef,
  command: string,
  { doc }: Answer,
): Effect['replies'][number] {
  // What was asked for is shown whole; what was done needs one line.
  const short = command === 'mute' || command === 'unmute' || command === 'unsubscribe';
  return {
    chat,
    doc: short ? { title: doc.title, tone: doc.tone, blocks: doc.blocks.slice(0, 1) } : doc,
    ...(message.chat.type === 'private' ? {} : { replyTo: String(message.message_id) }),
  };
}

function toastOf({ title, blocks }: MessageDoc): string {
  const [first] = blocks;
  const more = first?.kind === 'text' ? first.text : '';
  const text = more === '' ? title : `${title}${/[.!?]$/.test(title) ? '' : '.'} ${more}`;
  return shortLine(text, MOST_TOAST_CHARACTERS).slice(0, MOST_TOAST_CHARACTERS).toWellFormed();
}

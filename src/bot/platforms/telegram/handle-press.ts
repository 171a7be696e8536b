import type { MessageDoc } from '../../../alerts/message-doc.ts';
import type { ChatRef } from '../../../alerts/model.ts';
import { shortLine } from '../../text/short-line.ts';
import type { Answer } from '../platform.ts';
import { chatOf } from './chat-of.ts';
import { brokenBy, type Effect, type EffectParts, IGNORED } from './effect.ts';
import { readPress } from './press-data.ts';
import type { TelegramMessage, TelegramPress } from './read-update.ts';
import type { Rights } from './rights.ts';

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
  let shown = false;
  const told = (text: string, alert: boolean): Pick<Effect, 'afterwards'> =>
    shown ? {} : { afterwards: () => answer(press, text, alert, parts) };
  const refuse = (text: string): Effect => ({ ...IGNORED, ...told(text, true) });
  if (message === undefined || data === undefined) return refuse(TEXT.elsewhere);
  const chat = chatOf(message);
  const wanted = readPress(data, chat);
  if (wanted.kind !== 'command') return refuse(TEXT[wanted.kind]);
  if (!fresh && !isLately(message, parts)) {
    // Only Telegram knows when it was pressed: it takes answers for a short while.
    const answered = await parts.answerPress(press.id, 'Just a moment…', false);
    if (answered !== 'shown') return IGNORED;
    shown = true;
  }
  const standing = createStanding(press, message, parts);
  // Limits come before rights: a flood of presses asks Telegram nothing.
  const done = await parts.inbox.handle({
    chat,
    userId: String(press.from.id),
    mayManage: async () => (await standing.ask()) === 'manager',
    command: wanted.command,
    input: { text: wanted.text },
    private: message.chat.type === 'private',
    draw: false,
    missingPermissions: () => parts.rights.missing(chat.chatId, message.chat.type, parts.bot.id),
  });
  if (done.repeated === true) return IGNORED;
  if (standing.known() === 'none') return refuse(TEXT.outsider);
  const failed = done.failed !== undefined;
  const inChannel = message.chat.type === 'channel';
  const isSaid = !inChannel && (!failed || shown);
  if (isSaid && !failed) {
    // Everybody may ask, but only members make the bot write here. Asking changed nothing.
    const outside = await whyOutside(standing);
    if (outside !== undefined) return refuse(outside);
  }
  return {
    replies: isSaid ? [replyTo(message, chat, wanted.command, done)] : [],
    ...(failed && !isSaid && done.failed !== 'bug' ? { ignored: true } : {}),
    ...brokenBy(done),
    ...told(toastOf(done.doc), failed || inChannel),
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

interface Standing {
  /** Asks Telegram, once. Rejects when it cannot be found out. */
  ask(): Promise<Awaited<ReturnType<Rights['standing']>>>;
  /** What it said; undefined: not asked, or not answered. */
  known(): Awaited<ReturnType<Rights['standing']>> | undefined;
}

/** For each press anew: people leave, and lose their rights. */
function createStanding(
  { from }: TelegramPress,
  { chat }: TelegramMessage,
  { rights }: EffectParts,
): Standing {
  let known: ReturnType<Standing['known']> = chat.type === 'private' ? 'manager' : undefined;
  return {
    async ask() {
      known ??= await rights.standing(String(chat.id), String(from.id));
      return known;
    },
    known: () => known,
  };
}

async function whyOutside(standing: Standing): Promise<string | undefined> {
  try {
    return (await standing.ask()) === 'none' ? TEXT.outsider : undefined;
  } catch {
    return TEXT.rights;
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

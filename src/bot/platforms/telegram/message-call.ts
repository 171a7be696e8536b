import type { MessageDoc } from '../../../alerts/message-doc.ts';
import type { PlatformMessage } from '../platform.ts';
import { textOfHtml } from './html-spans.ts';
import type { MessageRef } from './message-ref.ts';
import { readMessageId } from './message-ref.ts';
import { keyboardOf } from './press-data.ts';
import { type HtmlOptions, telegramHtml } from './telegram-html.ts';

export const MOST_TEXT_UNITS = 4096;
export const MOST_CAPTION_UNITS = 1024;

const OLD_CHART = 'The chart shows an earlier state.';
const NO_CHART = 'The chart could not be shown.';

/** One call that posts or changes a message. */
export interface MessageCall {
  method: string;
  payload: object;
  /** What the message is afterwards. */
  becomes: MessageRef['kind'];
}

export interface CallStyle {
  photo: boolean;
  buttons: boolean;
  html: boolean;
}

export const FULL_STYLE: CallStyle = { photo: true, buttons: true, html: true };

/** A new message: a photo with a caption where there is a chart, else a text. */
export function postCall(
  message: PlatformMessage,
  style: CallStyle,
  commands: ReadonlySet<string>,
): MessageCall {
  const { chat, doc, png, silent } = message;
  const thread = Number(chat.thread);
  const answered = message.replyTo === undefined ? undefined : readMessageId(message.replyTo);
  const common = {
    chat_id: chat.chatId,
    disable_notification: silent,
    ...(Number.isSafeInteger(thread) ? { message_thread_id: thread } : {}),
    ...(answered === undefined
      ? {}
      : {
          reply_parameters: JSON.stringify({
            message_id: answered,
            allow_sending_without_reply: true,
          }),
        }),
    ...markup(message, style),
  };
  if (png !== undefined && style.photo) {
    const caption = words(doc, style, MOST_CAPTION_UNITS, commands);
    return {
      method: 'sendPhoto',
      payload: { ...common, photo: photoOf(png), caption: caption.text, ...caption.mode },
      becomes: 'photo',
    };
  }
  const text = words(doc, style, MOST_TEXT_UNITS, commands, doc.figure && { note: NO_CHART });
  return {
    method: 'sendMessage',
    payload: { ...common, text: text.text, ...text.mode, ...NO_PREVIEW },
    becomes: 'text',
  };
}

/** Changes a message. A photo stays a photo: without a new chart it keeps the one it has. */
export function editCall(
  message: PlatformMessage,
  target: MessageRef,
  style: CallStyle,
  commands: ReadonlySet<string>,
): MessageCall {
  const { chat, doc, png } = message;
  const common = {
    chat_id: chat.chatId,
    message_id: target.messageId,
    ...markup(message, style),
  };
  if (target.kind === 'text') {
    const { text, mode } = words(doc, style, MOST_TEXT_UNITS, commands);
    const payload = { ...common, text, ...mode, ...NO_PREVIEW };
    return { method: 'editMessageText', payload, becomes: 'text' };
  }
  if (png !== undefined && style.photo) {
    const { text, mode } = words(doc, style, MOST_CAPTION_UNITS, commands);
    const media = { type: 'photo', media: photoOf(png), caption: text, ...mode };
    return { method: 'editMessageMedia', payload: { ...common, media }, becomes: 'photo' };
  }
  const { text, mode } = words(doc, style, MOST_CAPTION_UNITS, commands, { warning: OLD_CHART });
  const payload = { ...common, caption: text, ...mode };
  return { method: 'editMessageCaption', payload, becomes: 'photo' };
}

const NO_PREVIEW = { link_preview_options: { is_disabled: true } };

function words(
  doc: MessageDoc,
  style: CallStyle,
  mostUnits: number,
  commands: ReadonlySet<string>,
  asides: Pick<HtmlOptions, 'note' | 'warning'> = {},
): { text: string; mode: object } {
  const html = telegramHtml(doc, { mostUnits, commands, ...asides });
  return style.html
    ? { text: html, mode: { parse_mode: 'HTML' } }
    : { text: textOfHtml(html), mode: {} };
}

/** As JSON text, which both kinds of calls take. */
function markup({ doc, chat }: PlatformMessage, style: CallStyle): object {
  const keyboard = style.buttons ? keyboardOf(doc, chat) : undefined;
  return keyboard === undefined
    ? {}
    : { reply_markup: JSON.stringify({ inline_keyboard: keyboard }) };
}

function photoOf(png: Uint8Array): object {
  const source = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  return { source, filename: 'chart.png' };
}

import { createHash } from 'node:crypto';
import type { Action, MessageDoc } from '../../../alerts/message-doc.ts';
import type { ChatRef } from '../../../alerts/model.ts';
import { chatKey } from '../../../store/store.ts';

/** Telegram's limit for callback_data. */
const MOST_BYTES = 64;
const BUTTONS_PER_ROW = 2;

interface InlineButton {
  text: string;
  callback_data: string;
}

export type Press =
  | { kind: 'command'; command: string; text: string }
  /** Made for another chat, or what the message was in cannot be told any more. */
  | { kind: 'foreign' }
  | { kind: 'unknown' };

/** The buttons under a message, two a row; one whose data would not fit is left out. */
export function keyboardOf(doc: MessageDoc, chat: ChatRef): InlineButton[][] | undefined {
  const buttons = (doc.actions ?? []).flatMap((action) => {
    const data = pressData(action, chat);
    return Buffer.byteLength(data) > MOST_BYTES || action.label.trim() === ''
      ? []
      : [{ text: action.label, callback_data: data }];
  });
  if (buttons.length === 0) return undefined;
  const rows: InlineButton[][] = [];
  for (let from = 0; from < buttons.length; from += BUTTONS_PER_ROW) {
    rows.push(buttons.slice(from, from + BUTTONS_PER_ROW));
  }
  return rows;
}

function pressData({ command, text }: Action, chat: ChatRef): string {
  return `cw1:${hashOf(chat)}:${command} ${text}`.trimEnd();
}

/** What pressing a button with this data in `chat` asks for. Data can be forged: trust nothing. */
export function readPress(data: string, chat: ChatRef): Press {
  const found = /^cw1:([0-9a-f]{6}):([a-z0-9_-]{1,32})(?: (.*))?$/.exec(data);
  if (found === null) return { kind: 'unknown' };
  const [, hash, command = '', text = ''] = found;
  return hash === hashOf(chat) ? { kind: 'command', command, text } : { kind: 'foreign' };
}

function hashOf(chat: ChatRef): string {
  return createHash('sha256').update(chatKey(chat)).digest('hex').slice(0, 6);
}

import { type ApiCall, isRecord, jsonArg } from './api-call.ts';
import { badRequest } from './refusal.ts';
import type { FakeButton } from './types.ts';

interface InlineButton {
  text: string;
  callback_data?: string;
  url?: string;
}

export interface Keyboard {
  kind: 'inline' | 'other' | 'none';
  rows: InlineButton[][];
}

const NONE: Keyboard = { kind: 'none', rows: [] };
const DATA_MAX_BYTES = 64;
const BUTTONS_MAX = 100;
const ROW_BUTTONS_MAX = 8;

/** `reply_markup` of a new message or, with `onlyInline`, of an edit. */
export function readKeyboard(call: ApiCall, onlyInline: boolean): Keyboard {
  const markup = jsonArg(call, 'reply_markup', 'reply keyboard markup');
  if (markup === undefined) return NONE;
  if (!isRecord(markup)) throw badRequest('Object expected as reply markup');
  const inline = markup['inline_keyboard'];
  if (inline === undefined) {
    const other = ['keyboard', 'remove_keyboard', 'force_reply'].some((field) => markup[field]);
    if (!other) return NONE;
    if (onlyInline) throw badRequest('Inline keyboard expected');
    return { kind: 'other', rows: [] };
  }
  if (!Array.isArray(inline)) throw badRequest('Field "inline_keyboard" must be of type Array');
  const rows = inline.map(readRow).filter((row) => row.length > 0);
  const tooMany = rows.flat().length > BUTTONS_MAX;
  if (tooMany || rows.some((row) => row.length > ROW_BUTTONS_MAX)) {
    throw badRequest('reply markup is too long');
  }
  return rows.length === 0 ? NONE : { kind: 'inline', rows };
}

/** As tests see the buttons. */
export function buttonsOf(keyboard: Keyboard): FakeButton[][] {
  return keyboard.rows.map((row) =>
    row.map(({ text, callback_data: data = '' }) => ({ label: text, data })),
  );
}

/** Buttons without a text are left out. */
function readRow(row: unknown): InlineButton[] {
  if (!Array.isArray(row)) {
    throw badRequest(
      'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    );
  }
  return row.map(readButton).filter(({ text }) => text !== '');
}

function readButton(button: unknown): InlineButton {
  if (!isRecord(button)) throw unreadable('InlineKeyboardButton must be an Object');
  const { text, url, callback_data: data } = button;
  if (text === undefined) throw unreadable('Can\'t find field "text"');
  if (typeof text !== 'string') throw unreadable('Field "text" must be of type String');
  if (typeof url === 'string' && url !== '') {
    if (!/^(https?|tg):\/\/\S+$/i.test(url)) {
      throw badRequest(`Inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`);
    }
    return { text, url };
  }
  if (typeof data !== 'string' || data === '') {
    throw unreadable('Text buttons are unallowed in the inline keyboard');
  }
  if (Buffer.byteLength(data) > DATA_MAX_BYTES) throw badRequest('BUTTON_DATA_INVALID');
  return { text, callback_data: data };
}

function unreadable(reason: string) {
  return badRequest(`Can't parse inline keyboard button: ${reason}`);
}

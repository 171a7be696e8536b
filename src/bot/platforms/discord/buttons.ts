import { createHash } from 'node:crypto';
import { ButtonStyle, ComponentType } from 'discord.js';
import type { Action } from '../../../alerts/message-doc.ts';
import type { ChatRef } from '../../../alerts/model.ts';
import { chatKey } from '../../../store/store.ts';
import { shortLine } from '../../text/short-line.ts';

/** Form of the data of a button; another form gets another number. */
const VERSION = 'cw1';
const HASH_DIGITS = 6;
/** Limits of Discord. */
const MOST_BUTTONS = 5;
const MOST_DATA = 100;
const MOST_LABEL = 80;

const DATA = new RegExp(`^${VERSION}:([0-9a-f]{${HASH_DIGITS}}):([a-z0-9_-]{1,32})(?: (.*))?$`);

export interface PressedButton {
  command: string;
  text: string;
}

/** `cw1:<hash of the chat>:<command> <text>`: what comes back when the button is pressed. */
export function buttonData(chat: ChatRef, { command, text }: Action): string {
  return `${VERSION}:${hashOf(chat)}:${`${command} ${text}`.trim()}`;
}

/**
 * The command of a button that was made for this chat; undefined for data of another chat and for
 * anything else. That proves nothing about the person: rights are asked as for a typed command.
 */
export function readButton(chat: ChatRef, data: string): PressedButton | undefined {
  const [, hash, command, text = ''] = DATA.exec(data) ?? [];
  if (command === undefined || hash !== hashOf(chat)) return undefined;
  return { command, text };
}

export interface ButtonRow {
  type: ComponentType.ActionRow;
  components: {
    type: ComponentType.Button;
    style: ButtonStyle.Secondary;
    label: string;
    custom_id: string;
  }[];
}

/** The row under a message; empty without buttons. */
export function buttonRows(chat: ChatRef, actions: readonly Action[] = []): ButtonRow[] {
  // Two buttons with the same data are refused, with the whole message.
  const byData = new Map<string, string>();
  for (const action of actions) {
    const data = buttonData(chat, action);
    const label = shortLine(action.label, MOST_LABEL);
    if (label !== '' && data.length <= MOST_DATA && !byData.has(data)) byData.set(data, label);
  }
  if (byData.size === 0) return [];
  const components = Array.from(byData, ([custom_id, label]) => ({
    type: ComponentType.Button as const,
    style: ButtonStyle.Secondary as const,
    label,
    custom_id,
  }));
  return [{ type: ComponentType.ActionRow, components: components.slice(0, MOST_BUTTONS) }];
}

function hashOf(chat: ChatRef): string {
  return createHash('sha256').update(chatKey(chat)).digest('hex').slice(0, HASH_DIGITS);
}

import type { MessageDoc } from '../../../alerts/message-doc.ts';
import { renderText } from '../../text/render-text.ts';
import { textOf } from '../../text/styled.ts';
import { fitted, insideCode } from './escape-markdown.ts';

/** Of a message without embeds, characters. */
const MOST_CONTENT = 2000;
const COLUMNS = 56;
const OPENING = '```\n';
const CLOSING = '\n```';

/**
 * The document as a plain message, for channels where embeds may not or cannot be shown. It stands
 * in a code block: tables stay straight, and nothing in it is read as Markdown, link or mention.
 * `note`: a sentence of ours before it. At most 2000 characters.
 */
export function plainContent(doc: MessageDoc, note?: string): string {
  const { figure: _, ...withoutFigure } = doc;
  const before = note === undefined ? '' : `${note}\n`;
  const room = MOST_CONTENT - before.length - OPENING.length - CLOSING.length;
  const text = textOf(renderText(withoutFigure, { columns: COLUMNS, maxCharacters: room })).trim();
  return `${before}${OPENING}${fitted(text, room, insideCode) || '…'}${CLOSING}`;
}

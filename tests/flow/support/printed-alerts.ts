import type { MessageDoc } from '../../../src/alerts/message-doc.ts';
import { renderText } from '../../../src/bot/text/render-text.ts';
import { textOf } from '../../../src/bot/text/styled.ts';

/** A terminal that is a file has this many columns; the frame takes two. */
const COLUMNS = 100 - 2;
const FRAME_TOP = '┏━';

/** How many messages the terminal printed by itself. */
export function countAlerts(stdout: string): number {
  return stdout.split(FRAME_TOP).length - 1;
}

/**
 * How often this very message was printed. Its text holds scores, prices and the minute, so that two
 * messages differ; the time in the frame is that of the printing and is left out.
 */
export function countCopies(stdout: string, doc: MessageDoc): number {
  const text = textOf(renderText(doc, { columns: COLUMNS, maxCharacters: 19_000 }));
  const body = text.replace(/^/gm, '┃ ');
  return stdout.split(body).length - 1;
}

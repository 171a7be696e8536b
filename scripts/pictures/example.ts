import { readFileSync } from 'node:fs';
import { formatUtc } from '../../src/alerts/format.ts';
import type { MessageDoc } from '../../src/alerts/message-doc.ts';
import { frame } from '../../src/bot/text/frame.ts';
import { renderText } from '../../src/bot/text/render-text.ts';
import { type Line, line } from '../../src/bot/text/styled.ts';
import { wrap } from '../../src/bot/text/wrap.ts';

/** A stretch of `npm run demo` as it was: the alert is the document the outbox held. */
export interface Example {
  /** Lines of the story before and after the alert, as the terminal showed them. */
  before: string[];
  alert: MessageDoc;
  /** When it was sent, epoch ms. */
  sentAt: number;
  after: string[];
}

/** Screen width of the picture, letters. */
export const EXAMPLE_COLUMNS = 108;

export function readExample(): Example {
  const file = new URL('../../docs/images/example.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Example;
}

/** Letters a wrapped line stands further in. */
const CONTINUED = 2;

/** The example as the console platform prints it. */
export function exampleLines({ before, alert, sentAt, after }: Example): Line[] {
  const rendered = renderText(alert, { columns: EXAMPLE_COLUMNS - 2, maxCharacters: 20_000 });
  const framed = frame(rendered, alert.tone, EXAMPLE_COLUMNS, formatUtc(sentAt));
  const told = (texts: readonly string[]) =>
    texts.flatMap((text) => wrapped(text).map((row) => line(row, 'faint')));
  return [...told(before), ...framed, ...told(after)];
}

/** A long line goes on below itself, further in. */
function wrapped(text: string): string[] {
  const indent = text.length - text.trimStart().length;
  const rows = wrap(text.trimStart(), EXAMPLE_COLUMNS - indent - CONTINUED, CONTINUED);
  return rows.map((row) => ' '.repeat(indent) + row);
}

import { NO_BREAK, withUnitsHeld } from '../../text/no-break.ts';
import { plain } from '../../text/plain.ts';

/** A run of text in one style; texts may hold line breaks. */
export interface Span {
  text: string;
  tag?: 'b' | 'i' | 'pre' | 'code';
}

/** Breaks what Telegram would take for a link or command, and shows nothing; no line ends at it. */
const JOINER = '\u2060';
/** More than any message holds; the rest need not be looked at. */
const MOST_UNITS = 16_384;
/** Ends in a letter or digit: the full stop behind it belongs to the sentence. */
const HINT = /((?<![\w/])\/\w+(?:\u00a0\S*[\p{L}\p{N}%])+)/u;
/** Cut at a space or line end when one is that near. */
const NEAR_UNITS = 24;

/**
 * Text from outside as it may stand in a message: no control or reversing characters, and nothing
 * that Telegram makes a mention, link, hashtag or command of by itself. Commands of ours stay.
 * Numbers and their units stay on one line.
 */
export function inert(text: string, commands: ReadonlySet<string>): string {
  return withUnitsHeld(plain(text.slice(0, MOST_UNITS)))
    .replace(/(?<![\w/<>])\/([\w-]+)(?![\w@/])/g, (found, name: string) =>
      commands.has(name) ? `/${name.replaceAll('-', '_')}` : found.replace('/', `/${JOINER}`),
    )
    .replace(/(?<![\w/<>])\/(?=[\w-]+[@/])/g, `/${JOINER}`)
    .replace(/[@#](?=[\p{L}\p{N}_])/gu, `$&${JOINER}`)
    .replace(/\$(?=[A-Z])/g, `$&${JOINER}`)
    .replace(
      /(?<=[\p{L}\p{N}])\.(?=\p{L})|(?<=\d\.\d+)\.(?=\d)|(?<=\d)\.(?=\d+\.\d)/gu,
      `.${JOINER}`,
    )
    .replace(/:(?=\/\/)/g, `:${JOINER}`);
}

/** The same on one line. */
export function inertLine(text: string, commands: ReadonlySet<string>): string {
  return inert(text, commands)
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}

/**
 * Inert text as spans: a command with its arguments (see `commandHint`) becomes one piece to copy,
 * as a tap on it would send the command alone.
 */
export function withHints(text: string): Span[] {
  return text.split(HINT).flatMap((part, index): Span[] => {
    if (part === '') return [];
    return index % 2 === 0
      ? [{ text: part }]
      : [{ text: part.replaceAll(NO_BREAK, ' '), tag: 'code' }];
  });
}

/** UTF-16 units after parsing, as Telegram counts. */
export function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + text.length, 0);
}

export function htmlOf(spans: readonly Span[]): string {
  return spans
    .map(({ text, tag }) => {
      const escaped = escapeHtml(text);
      return tag === undefined || text === '' ? escaped : `<${tag}>${escaped}</${tag}>`;
    })
    .join('');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What `htmlOf` made, as plain text: what a reader sees, without styles. */
export function textOfHtml(html: string): string {
  return html
    .replace(/<\/?(?:b|i|pre|code)>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** At most `most` units of it, ending in `…` where something was cut; styles stay closed. */
export function cutSpans(spans: readonly Span[], most: number): Span[] {
  if (lengthOf(spans) <= most) return [...spans];
  const kept: Span[] = [];
  let room = most - 1;
  for (const span of spans) {
    if (span.text.length <= room) {
      kept.push(span);
      room -= span.text.length;
      continue;
    }
    kept.push({ ...span, text: `${cutText(span, room)}…` });
    break;
  }
  return kept;
}

/** At most `room` units, no half characters. */
function cutText({ text }: Span, room: number): string {
  const head = text
    .slice(0, room)
    .replace(/[\ud800-\udbff]$/, '')
    .replace(/\u200d+$/u, '');
  const space = head.search(/\s\S*$/);
  const cut = space > 0 && head.length - space <= NEAR_UNITS ? head.slice(0, space) : head;
  return cut.trimEnd();
}

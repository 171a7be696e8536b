import { plain } from '../../text/plain.ts';

/** A run of text in one style; texts may hold line breaks. */
export interface Span {
  text: string;
  tag?: 'b' | 'i' | 'pre';
}

/** Breaks what Telegram would take for a link or command, and shows nothing; no line ends at it. */
const JOINER = '\u2060';
/** More than any message holds; the rest need not be looked at. */
const MOST_UNITS = 16_384;
/** Cut at a space or line end when one is that near. */
const NEAR_UNITS = 24;

/**
 * Text from outside as it may stand in a message: no control or reversing characters, and nothing
 * that Telegram makes a mention, link, hashtag or command of by itself. Commands of ours stay.
 */
export function inert(text: string, commands: ReadonlySet<string>): string {
  return plain(text.slice(0, MOST_UNITS))
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
    .replace(/<\/?(?:b|i|pre)>/g, '')
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

/** At most `room` units, no half characters; a table only at the end of a row. */
function cutText({ text, tag }: Span, room: number): string {
  const head = text
    .slice(0, room)
    .replace(/[\ud800-\udbff]$/, '')
    .replace(/\u200d+$/u, '');
  if (tag === 'pre') return head.slice(0, head.lastIndexOf('\n') + 1);
  const space = head.search(/\s\S*$/);
  const cut = space > 0 && head.length - space <= NEAR_UNITS ? head.slice(0, space) : head;
  return cut.trimEnd();
}

import type { Block, MessageDoc } from '../../../alerts/message-doc.ts';
import { chooseParts, type Part } from '../../text/choose-parts.ts';
import { NO_BREAK } from '../../text/no-break.ts';
import { cutLines, joinedLines, LEFT_OUT } from './html-lines.ts';
import {
  cutSpans,
  htmlOf,
  inert,
  inertLine,
  lengthOf,
  type Span,
  withHints,
} from './html-spans.ts';
import { tableSpans } from './html-table.ts';

export interface HtmlOptions {
  /** UTF-16 units of the message after parsing: 4,096, of a caption 1,024. */
  mostUnits: number;
  /** Names of our commands: these stay commands that can be tapped. */
  commands: ReadonlySet<string>;
  /** One more sentence above the footer. */
  note?: string;
  /** A sentence right under the title, that nobody reads on without. */
  warning?: string;
}

const JOINT = '\n\n';
const NOTHING = '(no text)';
const MOST_TITLE_UNITS = 240;
/** At most these parts of the message, so that the first block always finds room. */
const MOST_FOOTER_FRACTION = 0.35;
/** Of a footer that is too long this much of the end stays: calibration and time stand there. */
const FOOTER_END_UNITS = 100;
/** Less than this of a further text says nothing. */
const LEAST_TEXT_UNITS = 48;

/** In the order things are given up: the first ones last. */
const RANK = { title: 0, warning: 1, footer: 2, firstBlock: 3, note: 4, leftOut: 5, blocks: 6 };

/** After the title, on its last line: Telegram has no colours. */
const SIGNS: Readonly<Record<MessageDoc['tone'], string>> = {
  critical: '🔴',
  high: '🟠',
  elevated: '🟡',
  low: '🟢',
  data: 'ℹ️',
  info: '',
};

/**
 * A document as Telegram's HTML. Never longer than asked and always well-formed: text is measured
 * and cut before it is escaped. Title, first block and footer survive (shortened, if need be),
 * further blocks are given up from the end, whole lines at a time, and that is said. Pure.
 */
export function telegramHtml(doc: MessageDoc, options: HtmlOptions): string {
  const parts = partsOf(doc, options);
  const chosen = choose(parts, options.mostUnits);
  const kept = new Set(chosen);
  const cutAt = parts.findIndex((part) => isBlock(part) && part.length > 0 && !kept.has(part));
  if (cutAt < 0) return joined(chosen);
  // What comes after a gap would be read as if it followed.
  const upToCut = parts.filter((part, index) => index <= cutAt || !isBlock(part));
  const shortened = choose(upToCut, options.mostUnits);
  if (shortened.length === upToCut.filter(({ length }) => length > 0).length) {
    return joined(shortened);
  }
  const note = partOf([{ text: LEFT_OUT, tag: 'i' }], RANK.leftOut);
  const withNote = upToCut.toSpliced(cutAt, 1, note);
  return joined(choose(withNote, options.mostUnits));
}

function isBlock({ rank }: Part): boolean {
  return rank === RANK.firstBlock || rank >= RANK.blocks;
}

function choose(parts: readonly Part[], mostUnits: number): Part[] {
  return chooseParts(parts, mostUnits, JOINT.length);
}

function joined(parts: readonly Part[]): string {
  return parts.length === 0 ? NOTHING : parts.map(({ text }) => text).join(JOINT);
}

function partsOf(doc: MessageDoc, { mostUnits, commands, note, warning }: HtmlOptions): Part[] {
  const title = inertLine(doc.title, commands);
  const mostFooter = Math.floor(mostUnits * MOST_FOOTER_FRACTION);
  const footer = cutInside(inert(doc.footer ?? '', commands).trim(), mostFooter);
  let seen = 0;
  return [
    partOf(titleSpans(title, doc.tone), RANK.title),
    ...aside(warning, RANK.warning),
    ...doc.blocks.map((block) => {
      const spans = trimmed(blockSpans(block, commands));
      if (lengthOf(spans) > 0) seen += 1;
      return blockPart(block, spans, seen);
    }),
    ...aside(note, RANK.note),
    partOf([{ text: footer, tag: 'i' }], RANK.footer),
  ];
}

function aside(text: string | undefined, rank: number): Part[] {
  return text === undefined ? [] : [partOf([{ text, tag: 'i' }], rank)];
}

function titleSpans(title: string, tone: MessageDoc['tone']): Span[] {
  if (title === '') return [];
  const sign = SIGNS[tone];
  const words = cutSpans([{ text: title, tag: 'b' }], MOST_TITLE_UNITS);
  return sign === '' ? words : [...words, { text: NO_BREAK + sign }];
}

/** A text is cut at a word, everything else at the end of a line; the first block always somehow. */
function blockPart(block: Block, spans: readonly Span[], seen: number): Part {
  const isFirst = seen <= 1;
  const rank = isFirst ? RANK.firstBlock : RANK.blocks + seen;
  if (block.kind === 'text') return partOf(spans, rank, isFirst ? 2 : LEAST_TEXT_UNITS);
  const leastLines = spans[0]?.tag === 'pre' && !isFirst ? 2 : 1;
  return partOf(spans, rank, 2, (most) => {
    return cutLines(spans, most, leastLines) ?? (isFirst ? cutSpans(spans, most) : undefined);
  });
}

/** A part that can be cut down to `least` units, or not at all. */
function partOf(
  spans: readonly Span[],
  rank: number,
  least = Number.POSITIVE_INFINITY,
  cut = (most: number): readonly Span[] | undefined => cutSpans(spans, most),
): Part {
  return {
    text: htmlOf(spans),
    length: lengthOf(spans),
    rank,
    shorten(most) {
      const shorter = most < least ? undefined : cut(most);
      return shorter === undefined ? undefined : partOf(trimmed(shorter), rank);
    },
  };
}

function blockSpans(block: Block, commands: ReadonlySet<string>): Span[] {
  switch (block.kind) {
    case 'text':
      return withHints(inert(block.text, commands).trim());
    case 'fields':
      return joinedLines(
        block.fields.map(({ name, value }) => {
          const bold = inertLine(name, commands);
          const rest = withHints(inert(value, commands).trim());
          return bold === '' ? rest : [{ text: `${bold}:`, tag: 'b' }, { text: ' ' }, ...rest];
        }),
      );
    case 'list':
      return joinedLines(
        block.items.map((item) => [{ text: '• ' }, ...withHints(inertLine(item, commands))]),
      );
    case 'table':
      return tableSpans(block.rows, commands);
  }
}

/** Telegram drops blanks at both ends, so they must not count. */
function trimmed(spans: readonly Span[]): Span[] {
  const kept = spans.filter(({ text }) => text !== '');
  return kept.some(({ text }) => text.trim() !== '') ? kept : [];
}

/** Cut in the middle. */
function cutInside(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.slice(-FOOTER_END_UNITS).replace(/^[\udc00-\udfff]/, '');
  const [head] = cutSpans([{ text }], most - end.length);
  return `${head?.text ?? '…'}${end}`;
}

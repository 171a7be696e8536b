import type { Block, MessageDoc } from '../../../alerts/message-doc.ts';
import { chooseParts, type Part } from '../../text/choose-parts.ts';
import { cutSpans, htmlOf, inert, inertLine, lengthOf, type Span } from './html-spans.ts';
import { tableSpans } from './html-table.ts';

export interface HtmlOptions {
  /** UTF-16 units of the message after parsing: 4,096, of a caption 1,024. */
  mostUnits: number;
  /** Names of our commands: these stay commands that can be tapped. */
  commands: ReadonlySet<string>;
  /** One more sentence above the footer. */
  note?: string;
}

const JOINT = '\n\n';
const LEFT_OUT = '… more left out to fit';
const NOTHING = '(no text)';
const MOST_TITLE_UNITS = 240;
/** At most these parts of the message, so that the first block always finds room. */
const MOST_FOOTER_FRACTION = 0.35;
/** Of a footer that is too long this much of the end stays: calibration and time stand there. */
const FOOTER_END_UNITS = 100;
/** Less than this of a further block says nothing. */
const LEAST_BLOCK_UNITS = 48;

/** In the order things are given up: the first ones last. */
const RANK = { title: 0, footer: 1, firstBlock: 2, note: 3, leftOut: 4, blocks: 5 } as const;

/** After the title: Telegram has no colours. */
const SIGNS: Readonly<Record<MessageDoc['tone'], string>> = {
  critical: ' 🔴',
  high: ' 🟠',
  elevated: ' 🟡',
  low: ' 🟢',
  data: ' ℹ️',
  info: '',
};

/**
 * A document as Telegram's HTML. Never longer than asked and always well-formed: text is measured
 * and cut before it is escaped. Title, first block and footer survive (shortened, if need be),
 * further blocks are given up from the end, and that is said. Pure.
 */
export function telegramHtml(doc: MessageDoc, options: HtmlOptions): string {
  const parts = partsOf(doc, options);
  const chosen = choose(parts, options.mostUnits);
  const filled = parts.filter(({ length }) => length > 0);
  if (chosen.length === filled.length) return joined(chosen);
  const note = partOf([{ text: LEFT_OUT, tag: 'i' }], RANK.leftOut);
  const footerAt = parts.findIndex(({ rank }) => rank === RANK.footer);
  const withNote = footerAt < 0 ? [...parts, note] : parts.toSpliced(footerAt, 0, note);
  return joined(choose(withNote, options.mostUnits));
}

function choose(parts: readonly Part[], mostUnits: number): Part[] {
  return chooseParts(parts, mostUnits, JOINT.length);
}

function joined(parts: readonly Part[]): string {
  return parts.length === 0 ? NOTHING : parts.map(({ text }) => text).join(JOINT);
}

function partsOf(doc: MessageDoc, { mostUnits, commands, note }: HtmlOptions): Part[] {
  const title = inertLine(doc.title, commands);
  const mostFooter = Math.floor(mostUnits * MOST_FOOTER_FRACTION);
  const footer = cutInside(inert(doc.footer ?? '', commands).trim(), mostFooter);
  let seen = 0;
  return [
    partOf(titleSpans(title, doc.tone), RANK.title),
    ...doc.blocks.map((block) => {
      const spans = trimmed(blockSpans(block, commands));
      if (lengthOf(spans) > 0) seen += 1;
      return seen <= 1
        ? partOf(spans, RANK.firstBlock, 2)
        : partOf(spans, RANK.blocks + seen, LEAST_BLOCK_UNITS);
    }),
    ...(note === undefined ? [] : [partOf([{ text: note, tag: 'i' as const }], RANK.note)]),
    partOf([{ text: footer, tag: 'i' }], RANK.footer),
  ];
}

function titleSpans(title: string, tone: MessageDoc['tone']): Span[] {
  if (title === '') return [];
  return [...cutSpans([{ text: title, tag: 'b' }], MOST_TITLE_UNITS), { text: SIGNS[tone] }];
}

/** A part that can be cut down to `least` units, or not at all. */
function partOf(spans: readonly Span[], rank: number, least = Number.POSITIVE_INFINITY): Part {
  return {
    text: htmlOf(spans),
    length: lengthOf(spans),
    rank,
    shorten: (most) => (most < least ? undefined : partOf(trimmed(cutSpans(spans, most)), rank)),
  };
}

function blockSpans(block: Block, commands: ReadonlySet<string>): Span[] {
  switch (block.kind) {
    case 'text':
      return [{ text: inert(block.text, commands).trim() }];
    case 'fields':
      return lines(
        block.fields.map(({ name, value }) => [
          { text: inertLine(name, commands), tag: 'b' as const },
          { text: `: ${inert(value, commands).trim()}` },
        ]),
      );
    case 'list':
      return lines(block.items.map((item) => [{ text: `• ${inertLine(item, commands)}` }]));
    case 'table':
      return tableSpans(block.rows, commands);
  }
}

function lines(rows: readonly Span[][]): Span[] {
  return rows.flatMap((row, index) => (index === 0 ? row : [{ text: '\n' }, ...row]));
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

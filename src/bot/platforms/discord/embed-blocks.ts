import type { Block } from '../../../alerts/message-doc.ts';
import type { Part } from '../../text/choose-parts.ts';
import { withUnitsHeld } from '../../text/no-break.ts';
import { plain, plainLine } from '../../text/plain.ts';
import { textOf } from '../../text/styled.ts';
import { tableColumns, textTable } from '../../text/text-table.ts';
import { escapeMarkdown, fitted, insideCode } from './escape-markdown.ts';

/** What a code block shows on a phone without wrapping. */
const TABLE_COLUMNS = 36;
/** Pairs up to this share a line. */
const SHORT_PAIR = 30;
const BETWEEN_PAIRS = ' · ';
const MOST_NAME = 256;
const FENCE = '```';
/** A shortened text below this says nothing. */
const LEAST_TEXT = 12;

/** One line: `mark` is Markdown of ours, `text` is shown as written. */
interface MarkedLine {
  mark: string;
  text: string;
}

/** A block as Discord Markdown; undefined when there is nothing in it. */
export function embedBlock(block: Block, rank: number): Part | undefined {
  switch (block.kind) {
    case 'text':
      return textPart(withUnitsHeld(plain(block.text).trim()), rank);
    case 'list':
      return linesPart(
        block.items
          .map((item) => ({ mark: '- ', text: withUnitsHeld(plainLine(item).trim()) }))
          .filter(({ text }) => text !== ''),
        rank,
      );
    case 'fields':
      return fieldsPart(block.fields, rank);
    case 'table':
      return tablePart(block.rows, rank);
  }
}

function textPart(text: string, rank: number): Part | undefined {
  if (text === '') return undefined;
  const make = (rendered: string): Part => ({ text: rendered, length: rendered.length, rank });
  return {
    ...make(escapeMarkdown(text)),
    shorten: (most) => (most < LEAST_TEXT ? undefined : make(fitted(text, most, escapeMarkdown))),
  };
}

function fieldsPart(
  fields: readonly { name: string; value: string }[],
  rank: number,
): Part | undefined {
  const pairs = fields
    .map(({ name, value }) => ({
      name: withUnitsHeld(plainLine(name).trim()),
      text: withUnitsHeld(plain(value).trim()),
    }))
    .filter(({ name, text }) => name !== '' || text !== '');
  const marked = pairs.map(({ name, text }) => ({
    mark: markOf(name),
    text,
  }));
  const areShort = pairs.every(({ name, text }) => name.length + text.length <= SHORT_PAIR);
  return linesPart(marked, rank, areShort ? BETWEEN_PAIRS : '\n');
}

/** Lines given up from the end; how many is said. */
function linesPart(lines: readonly MarkedLine[], rank: number, joint = '\n'): Part | undefined {
  if (lines.length === 0) return undefined;
  const make = (text: string): Part => ({ text, length: text.length, rank });
  const show = ({ mark, text }: MarkedLine) => mark + escapeMarkdown(text);
  const shown = lines.map(show);
  return {
    ...make(shown.join(joint)),
    shorten(most) {
      for (let kept = shown.length - 1; kept >= 1; kept -= 1) {
        const text = [...shown.slice(0, kept), moreText(shown.length - kept)].join(joint);
        if (text.length <= most) return make(text);
      }
      const [first] = lines;
      if (first === undefined || most - first.mark.length < LEAST_TEXT) return undefined;
      return make(first.mark + fitted(first.text, most - first.mark.length, escapeMarkdown));
    },
  };
}

/** A name in front of what it names. */
function markOf(name: string): string {
  return name === '' ? '' : `**${fitted(name, MOST_NAME, escapeMarkdown)}:** `;
}

/** A small table in fixed-width letters; a wider one as one line a row that names its columns. */
function tablePart(rows: readonly (readonly string[])[], rank: number): Part | undefined {
  if (tableColumns(rows) > TABLE_COLUMNS) return linesPart(rowLines(rows), rank);
  const lines = textOf(textTable(rows, TABLE_COLUMNS))
    .split('\n')
    .map((text) => insideCode(text));
  if (lines.every((text) => text.trim() === '')) return undefined;
  const make = (shown: readonly string[]): Part => {
    const text = [FENCE, ...shown, FENCE].join('\n');
    return { text, length: text.length, rank };
  };
  return {
    ...make(lines),
    shorten(most) {
      // A header alone is no table.
      for (let kept = lines.length - 1; kept >= 2; kept -= 1) {
        const part = make([...lines.slice(0, kept), moreText(lines.length - kept)]);
        if (part.length <= most) return part;
      }
      return undefined;
    },
  };
}

function moreText(count: number): string {
  return `… ${count} more`;
}

function rowLines(rows: readonly (readonly string[])[]): MarkedLine[] {
  const [header = [], ...body] = rows.map((row) => {
    return row.map((cell) => withUnitsHeld(plainLine(cell).trim()));
  });
  return body
    .map(([first = '', ...others]) => {
      const named = others.flatMap((cell, column) => {
        return cell === '' ? [] : `${header[column + 1] ?? ''} ${cell}`.trim();
      });
      return named.length === 0
        ? { mark: '', text: first }
        : { mark: markOf(first), text: named.join(', ') };
    })
    .filter(({ mark, text }) => mark !== '' || text !== '');
}

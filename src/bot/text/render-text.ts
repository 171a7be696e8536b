import type { Block, MessageDoc } from '../../alerts/message-doc.ts';
import { displayWidth, padEndColumns } from './display-width.ts';
import { plain, plainLine } from './plain.ts';
import { type Line, line } from './styled.ts';
import { textLadder } from './text-ladder.ts';
import { textTable } from './text-table.ts';
import { wrap } from './wrap.ts';

export interface RenderOptions {
  /** Columns of the screen. */
  columns: number;
  /** Characters of the whole message; what is beyond is cut at a line, and that is said. */
  maxCharacters: number;
}

const CUT_NOTE = '… (cut: the message was too long)';
/** Longest name that still stands beside its value. */
const NAME_COLUMNS = 18;

/** A document as lines of text for a screen of fixed-width letters. Pure. */
export function renderText(doc: MessageDoc, options: RenderOptions): Line[] {
  const columns = Math.max(20, options.columns);
  const parts: Line[][] = [
    wrap(plainLine(doc.title), columns).map((text) => line(text, doc.tone)),
    ...doc.blocks.map((block) => renderBlock(block, columns)),
  ];
  // Of the other figures the tables say the same.
  if (doc.figure?.kind === 'liquidation-ladder') parts.push(textLadder(doc.figure, columns));
  if (doc.footer !== undefined) {
    parts.push(wrap(plain(doc.footer), columns).map((text) => line(text, 'faint')));
  }
  const lines = parts
    .filter((part) => part.length > 0)
    .flatMap((part, index) => (index === 0 ? part : [line(''), ...part]));
  return cutTo(lines, options.maxCharacters);
}

function renderBlock(block: Block, columns: number): Line[] {
  switch (block.kind) {
    case 'text':
      return wrap(plain(block.text), columns).map((text) => line(text));
    case 'fields':
      return renderFields(block.fields, columns);
    case 'list':
      return block.items.flatMap((item) =>
        wrap(`• ${plainLine(item)}`, columns, 2).map((text) => line(text)),
      );
    case 'table':
      return textTable(block.rows, columns);
  }
}

function renderFields(fields: readonly { name: string; value: string }[], columns: number): Line[] {
  const named = fields.map(({ name, value }) => ({ name: plainLine(name), value: plain(value) }));
  const widest = Math.max(0, ...named.map(({ name }) => displayWidth(name)));
  if (widest > NAME_COLUMNS || widest > columns / 2) {
    return named.flatMap(({ name, value }) => [
      ...wrap(name, columns).map((text) => line(text, 'strong')),
      ...wrap(value, columns - 2).map((text) => line(`  ${text}`)),
    ]);
  }
  return named.flatMap(({ name, value }) =>
    wrap(value, columns - widest - 2).map((text, index) => [
      { text: padEndColumns(index === 0 ? name : '', widest + 2), style: 'strong' as const },
      { text },
    ]),
  );
}

function cutTo(lines: readonly Line[], maxCharacters: number): Line[] {
  const lengthOf = (spans: Line) => spans.reduce((sum, { text }) => sum + text.length, 1);
  const total = lines.reduce((sum, spans) => sum + lengthOf(spans), -1);
  if (total <= maxCharacters) return [...lines];
  const kept: Line[] = [];
  let used = CUT_NOTE.length;
  for (const spans of lines) {
    used += lengthOf(spans);
    if (used > maxCharacters) break;
    kept.push(spans);
  }
  return [...kept, line(CUT_NOTE, 'faint')];
}

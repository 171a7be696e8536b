import type { Block, MessageDoc } from '../../src/alerts/message-doc.ts';

/** A message as plain lines: title, blocks, footer. */
export function linesOf(doc: MessageDoc | undefined): string[] {
  if (doc === undefined) return [];
  const footer = doc.footer === undefined ? [] : [doc.footer];
  return [doc.title, ...doc.blocks.flatMap(blockLines), ...footer];
}

function blockLines(block: Block): string[] {
  switch (block.kind) {
    case 'text':
      return [block.text];
    case 'fields':
      return block.fields.map(({ name, value }) => `${name}: ${value}`);
    case 'list':
      return block.items;
    case 'table':
      return block.rows.map((row) => row.join(' | '));
  }
}

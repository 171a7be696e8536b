import type { Block, MessageDoc } from './message-doc.ts';

/**
 * Most characters (code points) and members of each part of a message. Above anything the program
 * says by itself: only names and reasons that come from outside ever meet them. Title, one text and
 * footer, which renderers never drop, fit a Telegram caption of 1,024 together.
 */
const MOST = {
  title: 120,
  text: 500,
  fieldName: 100,
  fieldValue: 500,
  item: 300,
  cell: 80,
  footer: 380,
  blocks: 16,
  fields: 20,
  items: 50,
  rows: 25,
  columns: 8,
} as const;

/** Of a footer that is too long so much of the end stays: calibration and time stand there. */
const FOOTER_END = 90;

/**
 * The one place where the size of a message is bounded, whatever a venue's names and reasons hold,
 * so that neither the outbox nor a renderer meets more. What is cut shows `…`. The text stays plain:
 * escaping is the platforms' work.
 */
export function boundDoc(doc: MessageDoc): MessageDoc {
  const { title, footer, figure, blocks, ...rest } = doc;
  return {
    ...rest,
    title: short(title, MOST.title),
    blocks: blocks.slice(0, MOST.blocks).map(boundBlock),
    ...(footer === undefined ? {} : { footer: shortInside(footer, MOST.footer, FOOTER_END) }),
    ...(figure === undefined
      ? {}
      : {
          figure: {
            ...figure,
            asset: short(figure.asset, MOST.fieldName),
            caption: short(figure.caption, MOST.footer),
          },
        }),
  };
}

function boundBlock(block: Block): Block {
  switch (block.kind) {
    case 'text':
      return { kind: 'text', text: short(block.text, MOST.text) };
    case 'fields': {
      const fields = block.fields.slice(0, MOST.fields).map(({ name, value }) => {
        return { name: short(name, MOST.fieldName), value: short(value, MOST.fieldValue) };
      });
      return { kind: 'fields', fields };
    }
    case 'list': {
      const items = block.items.slice(0, MOST.items);
      return { kind: 'list', items: items.map((item) => short(item, MOST.item)) };
    }
    case 'table': {
      const rows = block.rows.slice(0, MOST.rows).map((row) => row.slice(0, MOST.columns));
      return { kind: 'table', rows: rows.map((row) => row.map((cell) => short(cell, MOST.cell))) };
    }
  }
}

function short(text: string, most: number): string {
  return shortInside(text, most, 0);
}

/** At most `most` code points, the last `end` of them the text's own last ones. */
function shortInside(text: string, most: number, end: number): string {
  if (text.length <= most) return text;
  // A code point takes at most two units: nothing of a huge text but its ends is looked at.
  const head = [...text.slice(0, most * 2)];
  if (text.length <= most * 2 && head.length <= most) return text;
  const tail = end === 0 ? [] : [...text.slice(-end * 2)].slice(-end);
  return `${head.slice(0, most - end - 1).join('')}…${tail.join('')}`.toWellFormed();
}

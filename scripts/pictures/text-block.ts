import { box, type Drawing, escaped, px, stacked } from './drawing.ts';
import { FACE_ATTRIBUTES } from './fonts.ts';
import type { Paragraph, Span } from './rich-text.ts';
import { isSign, signSvg } from './signs.ts';
import { type PlacedSpan, spanWidthOf, splitSigns, wrapSpans } from './wrap-spans.ts';

/** How a client shows text; lengths in px. */
export interface TextStyle {
  sizePx: number;
  rowPx: number;
  colour: string;
  linkColour: string;
  smallColour: string;
  code: {
    sizePx: number;
    rowPx: number;
    colour: string;
    fill: string;
    radius: number;
    paddingPx: number;
    /** Colour of a bar at its left, where the client draws one. */
    bar?: string;
    /** Above and below. */
    marginPx: number;
  };
}

const SMALL = 0.86;

/** Paragraphs one below the other, wrapped to the width. */
export function textBlock(
  paragraphs: readonly Paragraph[],
  width: number,
  style: TextStyle,
): Drawing {
  const drawings = paragraphs.map((paragraph) => paragraphDrawing(paragraph, width, style));
  return { ...stacked(drawings, 0), width };
}

/** One line, no wrapping: as wide as its text. */
export function label(
  text: string,
  { face = 'plain', sizePx, colour }: { face?: Span['face']; sizePx: number; colour: string },
): Drawing {
  const width = spanWidthOf(text, face, sizePx);
  const row = rowSvg([{ text, face, x: 0, width }], sizePx, sizePx, colour, colour);
  return { width, height: 1.25 * sizePx, svg: row };
}

function paragraphDrawing(paragraph: Paragraph, width: number, style: TextStyle): Drawing {
  if (paragraph.kind === 'code') return codeDrawing(paragraph.text, width, style.code);
  const { spans, small = false, bullet } = paragraph;
  const sizePx = small ? style.sizePx * SMALL : style.sizePx;
  const colour = small ? style.smallColour : style.colour;
  const indent = bullet === undefined ? 0 : 1.4 * sizePx;
  const rows = wrapSpans(spans, width - indent, sizePx);
  const baseline = (style.rowPx + 0.72 * sizePx) / 2;
  const lines = rows.map((row, index) =>
    rowSvg(shifted(row, indent), index * style.rowPx + baseline, sizePx, colour, style.linkColour),
  );
  if (bullet !== undefined) {
    const mark: PlacedSpan = { text: bullet, face: 'plain', x: 0.45 * sizePx, width: 0 };
    lines.unshift(rowSvg([mark], baseline, sizePx, colour, colour));
  }
  return { width, height: rows.length * style.rowPx, svg: lines.join('') };
}

function codeDrawing(text: string, width: number, style: TextStyle['code']): Drawing {
  const { sizePx, rowPx, colour, fill, radius, paddingPx, bar, marginPx } = style;
  const left = paddingPx + (bar === undefined ? 0 : 3);
  const rows = text
    .split('\n')
    .flatMap((line) => wrapSpans([{ text: line, face: 'mono' }], width - left - paddingPx, sizePx));
  const height = 2 * paddingPx + rows.length * rowPx;
  const baseline = (rowPx + 0.72 * sizePx) / 2;
  const parts = [
    box({ y: marginPx, width, height, fill, radius }),
    ...(bar === undefined ? [] : [box({ y: marginPx, width: 3, height, fill: bar, radius: 1.5 })]),
    ...rows.map((row, index) =>
      rowSvg(
        shifted(row, left),
        marginPx + paddingPx + index * rowPx + baseline,
        sizePx,
        colour,
        colour,
      ),
    ),
  ];
  return { width, height: height + 2 * marginPx, svg: parts.join('') };
}

function shifted(row: readonly PlacedSpan[], by: number): PlacedSpan[] {
  return row.map((span) => ({ ...span, x: span.x + by }));
}

function rowSvg(
  row: readonly PlacedSpan[],
  baseline: number,
  sizePx: number,
  colour: string,
  linkColour: string,
): string {
  const parts: string[] = [];
  for (const { text, face, x, link } of row) {
    let at = x;
    for (const part of splitSigns(text)) {
      if (isSign(part)) parts.push(signSvg(part, at, baseline, sizePx));
      else if (part.trim() !== '') {
        // Leading blanks move the text, so that nothing depends on how they are preserved.
        const blanks = part.length - part.trimStart().length;
        const start = at + spanWidthOf(' '.repeat(blanks), face, sizePx);
        const fill = link === true ? linkColour : colour;
        // Without kerning a width is the sum of its letters' advances.
        const look = `${FACE_ATTRIBUTES[face]} font-size="${px(sizePx)}" style="font-kerning:none" xml:space="preserve" fill="${fill}"`;
        parts.push(
          `<text x="${px(start)}" y="${px(baseline)}" ${look}>${escaped(part.trim())}</text>`,
        );
      }
      at += spanWidthOf(part, face, sizePx);
    }
  }
  return parts.join('');
}

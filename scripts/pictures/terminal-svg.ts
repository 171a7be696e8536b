import { displayWidth } from '../../src/bot/text/display-width.ts';
import type { Line, Style } from '../../src/bot/text/styled.ts';
import { escaped } from './drawing.ts';

/**
 * Lines of text as an SVG that looks like a terminal. Frames and bars are drawn as shapes: as letters
 * they would leave hairlines between the rows.
 */
const FONT_SIZE = 15;
/** Advance of DejaVu Sans Mono, 1233 of 2048 units. */
const COLUMN = (FONT_SIZE * 1233) / 2048;
/** Whole pixels at the zoom of the picture, or the frame would show seams. */
const ROW = 20;
const BASELINE = 15;
const PADDING = 22;

const BACKGROUND = '#131a26';
const EDGE = '#33405a';
const TEXT = '#dbe3ef';

const COLOURS: Readonly<Record<Style, string>> = {
  low: '#5fbf87',
  elevated: '#e8c34a',
  high: '#ff9446',
  critical: '#ff5d5d',
  info: '#eef2f8',
  data: '#5cc8d7',
  strong: '#eef2f8',
  faint: '#94a2b8',
  exact: '#f2b544',
  estimated: '#4c8dd6',
};
const BOLD: ReadonlySet<Style> = new Set(['high', 'critical', 'info', 'strong']);

/** Share of a row a solid letter fills, by letter: [x, y, width, height] in cells. */
const SHAPES: Readonly<Record<string, readonly [number, number, number, number]>> = {
  '█': [0, 0.08, 1, 0.84],
  '▒': [0, 0.08, 1, 0.84],
  '┃': [0.4, 0, 0.2, 1],
  '━': [0, 0.45, 1, 0.1],
  '┏': [0.4, 0.45, 0.6, 0.1],
  '┗': [0.4, 0.45, 0.6, 0.1],
};

export function terminalSvg(lines: readonly Line[], columns: number): string {
  const width = Math.ceil(2 * PADDING + columns * COLUMN);
  const height = 2 * PADDING + lines.length * ROW;
  const rows = lines.map((spans, row) => lineSvg(spans, PADDING + row * ROW));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="${BACKGROUND}" stroke="${EDGE}"/>`,
    `<g font-family="DejaVu Sans Mono" font-size="${FONT_SIZE}" xml:space="preserve">`,
    ...rows,
    '</g></svg>',
  ].join('\n');
}

function lineSvg(spans: Line, top: number): string {
  let column = 0;
  const parts: string[] = [];
  for (const { text, style } of spans) {
    const colour = style === undefined ? TEXT : COLOURS[style];
    const bold = style !== undefined && BOLD.has(style);
    for (const run of runsOf(text)) {
      const x = PADDING + column * COLUMN;
      column += displayWidth(run);
      const shape = SHAPES[run[0] ?? ''];
      if (shape !== undefined) parts.push(shapeSvg(run, shape, x, top, colour));
      else if (run.trim() !== '') parts.push(textSvg(run, x, top, colour, bold));
    }
  }
  return parts.join('');
}

/** Equal solid letters together, everything else together. */
function runsOf(text: string): string[] {
  return text.match(/(█+|▒+|┃|┏|┗|━+|[^█▒┃┏┗━]+)/gu) ?? [];
}

function shapeSvg(
  run: string,
  [x, y, width, height]: readonly [number, number, number, number],
  left: number,
  top: number,
  colour: string,
): string {
  const cells = [...run].length;
  const wide = (cells - 1 + width) * COLUMN;
  const bar = rect(left + x * COLUMN, top + y * ROW, wide, height * ROW, colour);
  // A corner is the bar of its row and half of the frame's side.
  if (run === '┏')
    return bar + rect(left + 0.4 * COLUMN, top + 0.45 * ROW, 0.2 * COLUMN, 0.55 * ROW, colour);
  if (run === '┗') return bar + rect(left + 0.4 * COLUMN, top, 0.2 * COLUMN, 0.55 * ROW, colour);
  return bar;
}

function rect(x: number, y: number, width: number, height: number, colour: string): string {
  const [left, top, wide, tall] = [x, y, width, height].map((value) => value.toFixed(2));
  return `<rect x="${left}" y="${top}" width="${wide}" height="${tall}" fill="${colour}"/>`;
}

function textSvg(text: string, x: number, top: number, colour: string, bold: boolean): string {
  // Leading blanks move the text instead of relying on how they are preserved.
  const blanks = text.length - text.trimStart().length;
  const left = (x + blanks * COLUMN).toFixed(2);
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${left}" y="${top + BASELINE}" fill="${colour}"${weight}>${escaped(text.trim())}</text>`;
}

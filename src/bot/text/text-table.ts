import { displayWidth, padEndColumns, padStartColumns } from './display-width.ts';
import { plainLine } from './plain.ts';
import { type Line, line } from './styled.ts';
import { wrap } from './wrap.ts';

const BETWEEN = '  ';

/**
 * A table, its first row the header; the first column left-aligned, the others right-aligned.
 * Where it is wider than the screen, each row becomes a paragraph that names its columns.
 */
export function textTable(rows: readonly (readonly string[])[], columns: number): Line[] {
  const cells = rows.map((row) => row.map(plainLine));
  const widths = widthsOf(cells);
  if (totalOf(widths) > columns) return stacked(cells, columns);
  return cells.map((row, index) => {
    const texts = widths.map((width, column) =>
      column === 0 ? padEndColumns(row[0] ?? '', width) : padStartColumns(row[column] ?? '', width),
    );
    return line(texts.join(BETWEEN).trimEnd(), index === 0 ? 'faint' : undefined);
  });
}

/** Columns the table takes where it is not stacked. */
export function tableColumns(rows: readonly (readonly string[])[]): number {
  return totalOf(widthsOf(rows.map((row) => row.map(plainLine))));
}

function widthsOf(cells: readonly (readonly string[])[]): number[] {
  const count = Math.max(0, ...cells.map((row) => row.length));
  return Array.from({ length: count }, (_, column) =>
    Math.max(...cells.map((row) => displayWidth(row[column] ?? ''))),
  );
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + BETWEEN.length * (widths.length - 1);
}

function stacked(cells: readonly (readonly string[])[], columns: number): Line[] {
  const [header = [], ...rows] = cells;
  return rows.flatMap((row) => {
    const [first = '', ...others] = row;
    const named = others
      .map((cell, index) => `${header[index + 1] ?? ''} ${cell}`.trim())
      .filter((text) => text !== '');
    const text = named.length === 0 ? first : `${first}: ${named.join(', ')}`;
    return wrap(text, columns, 2).map((wrapped) => line(wrapped));
  });
}

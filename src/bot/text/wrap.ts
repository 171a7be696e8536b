import { displayWidth, takeColumns } from './display-width.ts';
import { NO_BREAK, withUnitsHeld } from './no-break.ts';

/**
 * Breaks text into lines of at most `columns`, at spaces where there are any and not before a unit. Continued lines begin
 * with `indent` spaces. Words longer than a line are cut, never inside a visible character.
 */
export function wrap(text: string, columns: number, indent = 0): string[] {
  return withUnitsHeld(text)
    .split('\n')
    .flatMap((line) => wrapLine(line, columns, indent))
    .map((line) => line.replaceAll(NO_BREAK, ' '));
}

function wrapLine(line: string, columns: number, indent: number): string[] {
  const lines: string[] = [];
  let current = '';
  let width = 0;
  const flush = () => {
    lines.push(current.trimEnd());
    current = ' '.repeat(indent);
    width = indent;
  };
  for (const word of line.split(/(?<=[ ])/)) {
    const bare = displayWidth(word.trimEnd());
    if (width + bare > columns && width > (lines.length === 0 ? 0 : indent)) flush();
    let rest = word;
    while (width + displayWidth(rest.trimEnd()) > columns) {
      const piece = takeColumns(rest, columns - width);
      // A column narrower than one wide character: let it stand out rather than loop.
      if (piece === '') break;
      current += piece;
      rest = rest.slice(piece.length);
      flush();
    }
    current += rest;
    width += displayWidth(rest);
  }
  lines.push(current.trimEnd());
  return lines;
}

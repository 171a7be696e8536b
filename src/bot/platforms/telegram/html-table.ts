import { textOf } from '../../text/styled.ts';
import { tableColumns, textTable } from '../../text/text-table.ts';
import { inertLine, type Span } from './html-spans.ts';

/** Fixed-width letters beside each other on a narrow phone. */
const PHONE_COLUMNS = 36;

/** A small table in fixed-width letters; a wider one as one line a row that names its columns. */
export function tableSpans(
  rows: readonly (readonly string[])[],
  commands: ReadonlySet<string>,
): Span[] {
  const filled = rows.filter((row) => row.some((cell) => cell.trim() !== ''));
  const [header = [], ...body] = filled;
  if (tableColumns(filled) <= PHONE_COLUMNS) {
    // Inside <pre> Telegram looks for no links and commands.
    const text = textOf(textTable(filled, PHONE_COLUMNS)).trimEnd();
    return text.trim() === '' ? [] : [{ text, tag: 'pre' }];
  }
  return body.flatMap((row, index) => {
    const [first = '', ...others] = row;
    const named = others.flatMap((cell, column) => {
      const text = inertLine(cell, commands);
      return text === '' ? [] : `${inertLine(header[column + 1] ?? '', commands)} ${text}`.trim();
    });
    const name = inertLine(first, commands);
    const start: Span[] = index === 0 ? [] : [{ text: '\n' }];
    const rest =
      named.length === 0 ? [] : [{ text: `${name === '' ? '' : ': '}${named.join(', ')}` }];
    return [...start, { text: name, tag: 'b' as const }, ...rest];
  });
}

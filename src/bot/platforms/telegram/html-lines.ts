import { linesOf } from '../../text/span-lines.ts';
import { cutSpans, lengthOf, type Span } from './html-spans.ts';

/** Says that something is missing, as a line of its own. */
export const LEFT_OUT = '… more left out to fit';
/** Words of which less than this says nothing, UTF-16 units. */
const LEAST_CUT_UNITS = 48;

/** Lines below each other as one run of spans. */
export function joinedLines(lines: readonly (readonly Span[])[]): Span[] {
  return lines.flatMap((line, index) => (index === 0 ? line : [{ text: '\n' }, ...line]));
}

/**
 * As many whole lines as fit in `most` units, and a line that says more is missing. Of a first line that does not fit
 * alone the beginning, where that says something; undefined when nothing sensible is left.
 * `least`: lines without which nothing is said, as a header alone is no table.
 */
export function cutLines(spans: readonly Span[], most: number, least: number): Span[] | undefined {
  const lines = linesOf(spans);
  const tag = spans.find(({ tag }) => tag === 'pre')?.tag;
  const more: Span = { text: LEFT_OUT, tag: tag ?? 'i' };
  for (let kept = lines.length - 1; kept >= least; kept -= 1) {
    const cut = together([...lines.slice(0, kept), [more]]);
    if (lengthOf(cut) <= most) return cut;
  }
  if (least > 1 || most < LEAST_CUT_UNITS) return undefined;
  return cutSpans(lines[0] ?? [], most);
}

/** Lines of fixed-width text as one block of it. */
function together(lines: readonly (readonly Span[])[]): Span[] {
  const spans = joinedLines(lines);
  if (!spans.some(({ tag }) => tag === 'pre')) return spans;
  return [{ text: spans.map(({ text }) => text).join(''), tag: 'pre' }];
}

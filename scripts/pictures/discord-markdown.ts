import { linesOf } from '../../src/bot/text/span-lines.ts';
import type { Face } from './fonts.ts';
import { type Paragraph, type Span, visible } from './rich-text.ts';

/**
 * Discord's Markdown as its clients read it, as far as the messages of this program could contain
 * it: bold, italic, inline code, code blocks, small print, bullets, links, backslash escapes.
 */
const FENCED = /```(?:[a-z]+\n|\n)?([\s\S]*?)\n?```/;
const TOKEN =
  /\\([^0-9A-Za-z\s])|\*\*([\s\S]+?)\*\*|`([^`\n]+)`|\*([^\s*][^*\n]*?)\*|\b_([^_\n]+)_\b|(https?:\/\/[^\s<]+)/;

/** Of a description; a code block stands by itself. */
export function readMarkdown(text: string): Paragraph[] {
  const found = FENCED.exec(text);
  if (found === null) return paragraphsOf(text);
  const before = text.slice(0, found.index).replace(/\n$/, '');
  const after = text.slice(found.index + found[0].length).replace(/^\n/, '');
  return [
    ...(before === '' ? [] : paragraphsOf(before)),
    { kind: 'code', text: visible(found[1] ?? '') },
    ...(after === '' ? [] : readMarkdown(after)),
  ];
}

/** Of one line, such as a title. */
export function readInline(text: string, face: Face): Span[] {
  const found = TOKEN.exec(text);
  if (found === null) return spanOf(text, face);
  const [whole, letter, bold, code, starred, lined, address] = found;
  const italic = starred ?? lined;
  const inner =
    bold !== undefined
      ? readInline(bold, 'bold')
      : code !== undefined
        ? spanOf(code, 'mono')
        : italic !== undefined
          ? readInline(italic, 'italic')
          : address !== undefined
            ? spanOf(address, face).map((span) => ({ ...span, link: true }))
            : spanOf(letter ?? '', face);
  return [
    ...spanOf(text.slice(0, found.index), face),
    ...inner,
    ...readInline(text.slice(found.index + whole.length), face),
  ];
}

/** Line by line: only a line's beginning makes a bullet or small print. */
function paragraphsOf(text: string): Paragraph[] {
  return text.split('\n').flatMap((line): Paragraph[] => {
    const [, mark, rest = line] = /^(-#|[-*]) +(.*)$/.exec(line) ?? [];
    const lines = linesOf(readInline(rest, 'plain'));
    return lines.map((spans) => ({
      kind: 'line',
      spans,
      ...(mark === '-#' ? { small: true } : {}),
      ...(mark === '-' || mark === '*' ? { bullet: '•' } : {}),
    }));
  });
}

function spanOf(text: string, face: Face): Span[] {
  const shown = visible(text);
  return shown === '' ? [] : [{ text: shown, face }];
}

import { badRequest, type Refusal } from './refusal.ts';

export interface OpenTag {
  name: string;
  attributes: Map<string, string>;
  /** Index after the `>`. */
  end: number;
}

const NAMES = new Set(
  'a b strong i em s strike del u ins tg-spoiler tg-emoji tg-time span pre code blockquote'.split(
    ' ',
  ),
);

export function cannotParse(reason: string): Refusal {
  return badRequest(`Can't parse entities: ${reason}`);
}

/** Offsets in refusals count UTF-8 bytes. */
export function byteOffset(source: string, index: number): number {
  return Buffer.byteLength(source.slice(0, index));
}

/** Reads the opening tag at `<`. */
export function readOpenTag(source: string, start: number): OpenTag {
  const at = `at byte offset ${byteOffset(source, start)}`;
  const name = match(source, start + 1, /[^\s>]*/y).toLowerCase();
  let end = start + 1 + name.length;
  if (end >= source.length) throw cannotParse(`Unclosed start tag ${at}`);
  if (!NAMES.has(name)) throw cannotParse(`Unsupported start tag "${name}" ${at}`);
  const attributes = new Map<string, string>();
  for (;;) {
    end += match(source, end, /\s*/y).length;
    if (source[end] === '>') break;
    const key = match(source, end, /[^\s=>/"']*/y);
    if (key === '') throw cannotParse(`Empty attribute name in the tag "${name}" ${at}`);
    end += key.length;
    end += match(source, end, /\s*/y).length;
    if (end >= source.length) throw cannotParse(`Unclosed start tag "${name}" ${at}`);
    if (source[end] !== '=') {
      attributes.set(key, '');
      continue;
    }
    end += match(source, end, /=\s*/y).length;
    if (end >= source.length) throw cannotParse(`Unclosed start tag "${name}" ${at}`);
    const value = readValue(source, end);
    end = value.end;
    if (end >= source.length) throw cannotParse(`Unclosed start tag ${at}`);
    attributes.set(key, value.text);
  }
  if (name === 'span' && attributes.get('class') !== 'tg-spoiler') {
    throw cannotParse(`Tag "span" must have class "tg-spoiler" ${at}`);
  }
  return { name, attributes, end: end + 1 };
}

/** Reads `</name>` at `<`, which must close the tag named `expected`; `</>` closes any. */
export function readEndTag(source: string, start: number, expected: string | undefined): number {
  const at = `at byte offset ${byteOffset(source, start)}`;
  if (expected === undefined) throw cannotParse(`Unexpected end tag ${at}`);
  const name = match(source, start + 2, /[^\s>]*/y);
  let end = start + 2 + name.length;
  end += match(source, end, /\s*/y).length;
  if (source[end] !== '>') throw cannotParse(`Unclosed end tag ${at}`);
  const found = name.toLowerCase();
  if (found !== '' && found !== expected) {
    throw cannotParse(`Unmatched end tag ${at}, expected "</${expected}>", found "</${found}>"`);
  }
  return end + 1;
}

function readValue(source: string, start: number): { text: string; end: number } {
  const quote = source[start];
  if (quote === '"' || quote === "'") {
    const close = source.indexOf(quote, start + 1);
    const end = close < 0 ? source.length : close;
    const text = source.slice(start + 1, end).replaceAll(/&[#a-z0-9]*;?/gi, (found) => {
      const entity = readCharacter(found, 0);
      return entity === undefined ? found : entity.text + found.slice(entity.end);
    });
    return { text, end: close < 0 ? end : end + 1 };
  }
  const text = match(source, start, /[a-z0-9.-]*/iy);
  const end = start + text.length;
  if (end < source.length && !/[\s>]/.test(source[end] ?? '')) {
    throw cannotParse(`Unexpected end of name token at byte offset ${byteOffset(source, start)}`);
  }
  return { text: text.toLowerCase(), end };
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** The character written at `&`; undefined for anything unknown, which then stays as it is. */
export function readCharacter(
  source: string,
  start: number,
): { text: string; end: number } | undefined {
  const found = match(source, start, /&(?:#x[0-9a-f]*|#[0-9]*|[a-z]+)/iy);
  const end = start + found.length + (source[start + found.length] === ';' ? 1 : 0);
  if (!found.startsWith('&#')) {
    const text = NAMED[found.slice(1)];
    return text === undefined ? undefined : { text, end };
  }
  const code = found[2] === 'x' ? Number.parseInt(found.slice(3), 16) : Number(found.slice(2));
  if (!(code > 0 && code < 0x10ffff) || found.length >= 10) return undefined;
  return { text: String.fromCodePoint(code), end };
}

function match(source: string, start: number, sticky: RegExp): string {
  sticky.lastIndex = start;
  return sticky.exec(source)?.[0] ?? '';
}

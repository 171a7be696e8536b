import { linesOf } from '../../src/bot/text/span-lines.ts';
import type { Face } from './fonts.ts';
import { type Paragraph, type Span, visible } from './rich-text.ts';

/** Telegram's HTML as its clients show it. Tags it does not know are refused by the real server. */
const FACES: Readonly<Record<string, Face>> = { b: 'bold', i: 'italic', code: 'mono' };
const TAG = /<(\/?)([a-z]+)>/;
/** What clients make tappable by themselves: commands, mentions, tags and addresses. */
const TAPPABLE =
  /((?<![\w/<>])\/\w+(?:@\w+)?(?![\w/])|(?<!\w)[@#][\p{L}\p{N}_]+|\$[A-Z]{1,8}(?!\w)|https?:\/\/\S+|\b[\w-]+\.(?:com|org|io|net)\b)/u;

/** Throws on a tag that Telegram would refuse, as the server does. */
export function readTelegramHtml(html: string): Paragraph[] {
  const [before = '', ...blocks] = html.split('<pre>');
  return [
    ...paragraphsOf(before.replace(/\n$/, '')),
    ...blocks.flatMap((block): Paragraph[] => {
      const [code = '', after = ''] = block.split('</pre>');
      const rest = after.replace(/^\n/, '').replace(/\n$/, '');
      return [{ kind: 'code', text: visible(unescaped(code)) }, ...paragraphsOf(rest)];
    }),
  ];
}

/** The same for a message sent without markup. */
export function readPlain(text: string): Paragraph[] {
  return linesOf(tappable(text, 'plain')).map((spans) => ({ kind: 'line', spans }));
}

function paragraphsOf(html: string): Paragraph[] {
  if (html === '') return [];
  const spans: Span[] = [];
  let face: Face = 'plain';
  let rest = html;
  for (let found = TAG.exec(rest); found !== null; found = TAG.exec(rest)) {
    const [whole, closing, name = ''] = found;
    const tagged = FACES[name];
    if (tagged === undefined) throw new Error(`Telegram would refuse the tag ${whole}`);
    spans.push(...tappable(unescaped(rest.slice(0, found.index)), face));
    face = closing === '/' ? 'plain' : tagged;
    rest = rest.slice(found.index + whole.length);
  }
  spans.push(...tappable(unescaped(rest), face));
  return linesOf(spans).map((line) => ({ kind: 'line', spans: line }));
}

function tappable(text: string, face: Face): Span[] {
  // Nothing in fixed-width letters is a link.
  if (face === 'mono') return text === '' ? [] : [{ text: visible(text), face }];
  return text.split(TAPPABLE).flatMap((part, index): Span[] => {
    const shown = visible(part);
    if (shown === '') return [];
    return [{ text: shown, face, ...(index % 2 === 1 ? { link: true } : {}) }];
  });
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

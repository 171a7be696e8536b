import { expect, test } from 'vitest';
import { readInline, readMarkdown } from '../../../../scripts/pictures/discord-markdown.ts';
import { escapeMarkdown } from '../../../../src/bot/platforms/discord/escape-markdown.ts';

const lineOf = (text: string) => readInline(text, 'plain');

test('bold, italic, inline code and links are seen', () => {
  expect(lineOf('**Critical shock** 1.5 %, *or* `so` https://example.org/a')).toEqual([
    { text: 'Critical shock', face: 'bold' },
    { text: ' 1.5 %, ', face: 'plain' },
    { text: 'or', face: 'italic' },
    { text: ' ', face: 'plain' },
    { text: 'so', face: 'mono' },
    { text: ' ', face: 'plain' },
    { text: 'https://example.org/a', face: 'plain', link: true },
  ]);
});

test('a stray backslash or an open mark stays to be noticed', () => {
  expect(lineOf('C\\a ** b')).toEqual([{ text: 'C\\a ** b', face: 'plain' }]);
});

test.each([
  'a*b*c_d_e',
  '[x](https://evil.example)',
  '`code` ~~no~~ <@1> ||y||',
  '# big',
  '- item',
])('what the renderer escapes shows as written: %s', (text) => {
  const [paragraph] = readMarkdown(escapeMarkdown(text));
  if (paragraph?.kind !== 'line') throw new Error('no line');
  expect(paragraph.spans.map((span) => span.text).join('')).toBe(text);
  expect(paragraph.spans.every(({ face, link }) => face === 'plain' && link !== true)).toBe(true);
  expect(paragraph.bullet).toBeUndefined();
});

test('zero-width characters vanish, bullets and small print are lines of their own', () => {
  expect(readMarkdown('- @\u200beveryone\n-# small\n\nlast')).toEqual([
    { kind: 'line', spans: [{ text: '@everyone', face: 'plain' }], bullet: '•' },
    { kind: 'line', spans: [{ text: 'small', face: 'plain' }], small: true },
    { kind: 'line', spans: [] },
    { kind: 'line', spans: [{ text: 'last', face: 'plain' }] },
  ]);
});

test('code blocks are taken as they are, between the text around them', () => {
  expect(readMarkdown('a\n```\nMove  **x**\n1σ\n```\nb\n```\nc\n```')).toEqual([
    { kind: 'line', spans: [{ text: 'a', face: 'plain' }] },
    { kind: 'code', text: 'Move  **x**\n1σ' },
    { kind: 'line', spans: [{ text: 'b', face: 'plain' }] },
    { kind: 'code', text: 'c' },
  ]);
});

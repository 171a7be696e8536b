import { expect, test } from 'vitest';
import { readPlain, readTelegramHtml } from '../../../../scripts/pictures/telegram-markup.ts';

test('tags become looks, entities letters, line ends lines', () => {
  expect(readTelegramHtml('<b>A &lt;b&gt; &amp;amp; c</b>: d\n\n<i>e</i><code>f</code>')).toEqual([
    {
      kind: 'line',
      spans: [
        { text: 'A <b> &amp; c', face: 'bold' },
        { text: ': d', face: 'plain' },
      ],
    },
    { kind: 'line', spans: [] },
    {
      kind: 'line',
      spans: [
        { text: 'e', face: 'italic' },
        { text: 'f', face: 'mono' },
      ],
    },
  ]);
});

test('a table keeps its letters and is no place for links', () => {
  expect(readTelegramHtml('a\n<pre>Move  /risk\n1 &lt; 2</pre>\nb')).toEqual([
    { kind: 'line', spans: [{ text: 'a', face: 'plain' }] },
    { kind: 'code', text: 'Move  /risk\n1 < 2' },
    { kind: 'line', spans: [{ text: 'b', face: 'plain' }] },
  ]);
});

test('a tag Telegram would refuse is refused', () => {
  expect(() => readTelegramHtml('a <font>b</font>')).toThrow(
    'Telegram would refuse the tag <font>',
  );
});

test('commands and whatever else clients make tappable is marked, broken ones are not', () => {
  const linked = (text: string) =>
    readTelegramHtml(text).flatMap((paragraph) =>
      paragraph.kind === 'line'
        ? paragraph.spans.filter(({ link }) => link).map((span) => span.text)
        : [],
    );
  expect(linked('To stop: /unsubscribe. @all #tag $BTC example.com 3/4')).toEqual([
    '/unsubscribe',
    '@all',
    '#tag',
    '$BTC',
    'example.com',
  ]);
  expect(linked('/\u2060evil @\u2060all #\u2060tag $\u2060BTC example.\u2060com')).toEqual([]);
});

test('a message without markup shows everything as written', () => {
  expect(readPlain('<b>\nx')).toEqual([
    { kind: 'line', spans: [{ text: '<b>', face: 'plain' }] },
    { kind: 'line', spans: [{ text: 'x', face: 'plain' }] },
  ]);
});

import { describe, expect, test } from 'vitest';
import type { MessageDoc } from '../../../../../src/alerts/message-doc.ts';
import { telegramHtml } from '../../../../../src/bot/platforms/telegram/telegram-html.ts';
import { commandHint } from '../../../../../src/bot/text/no-break.ts';
import { parseHtml } from '../../../../fakes/telegram/html-entities.ts';

const COMMANDS = new Set(['help', 'risk', 'two-words']);
const doc = (rest: Partial<MessageDoc>): MessageDoc => ({
  title: 'Title',
  tone: 'info',
  blocks: [],
  ...rest,
});
const html = (rest: Partial<MessageDoc>, mostUnits = 4096) =>
  telegramHtml(doc(rest), { mostUnits, commands: COMMANDS });
const visible = (source: string) => parseHtml(source).text.replaceAll('\u2060', '');

describe('Telegram HTML', () => {
  test('shows the level after a bold title, never alone on a line, and the footer in italics', () => {
    const source = html({ title: 'BTC down', tone: 'critical', footer: '7 of 7 venues' });
    expect(source).toBe('<b>BTC down</b>\u00a0🔴\n\n<i>7 of 7 venues</i>');
  });

  test('what looks like markup in a name is shown as it is', () => {
    const odd = '&lt;b&gt; &amp; <b>bold</b> & "x"';
    const source = html({
      title: odd,
      blocks: [{ kind: 'fields', fields: [{ name: odd, value: odd }] }],
    });
    expect(visible(source)).toBe(`${odd}\n\n${odd}: ${odd}`);
  });

  test('our commands stay commands, in the form Telegram knows; others do not', () => {
    const text = 'Write /help or /two-words, not /unsubscribe; 72/100 is a score.';
    const source = html({ blocks: [{ kind: 'text', text }] });
    expect(source).toContain('Write /help or /two_words, not /\u2060unsubscribe; 72/100 is');
  });

  test('names that Telegram would make links or mentions of are broken unseen', () => {
    const names = [
      '@everyone',
      't.me/x',
      'Gate.io',
      'https://x.example',
      '#tag',
      '1.2.3.4',
      '$ETH',
    ];
    const source = html({ blocks: [{ kind: 'list', items: names }] });
    for (const name of names) expect(source).not.toContain(name);
    expect(visible(source)).toBe(`Title\n\n${names.map((name) => `• ${name}`).join('\n')}`);
    expect(html({ title: '3.1 % of $410m' })).toBe('<b>3.1\u00a0% of $410m</b>');
  });

  test('a small table is fixed-width, a wide one becomes a line a row', () => {
    const small = [
      ['Move', 'Forced'],
      ['1 %', '$40m'],
    ];
    expect(html({ blocks: [{ kind: 'table', rows: small }] })).toContain(
      '<pre>Move  Forced\n1 %     $40m</pre>',
    );
    const wide = [
      ['Asset', 'Critical shock', 'Open interest'],
      ['BTC', '3.1 % (2.2 to 4.7 %)', '$12bn'],
    ];
    expect(html({ blocks: [{ kind: 'table', rows: wide }] })).toContain(
      '<b>BTC</b>: Critical shock 3.1\u00a0% (2.2 to 4.7\u00a0%), Open interest $12bn',
    );
  });

  test('gives up blocks from the end, says so, and counts characters after parsing', () => {
    const blocks = ['first', 'second', 'third'].map((name) => {
      return { kind: 'list' as const, items: [`${name} ${'&'.repeat(100)}`] };
    });
    const source = html({ blocks, footer: 'of today' }, 270);
    expect(source).toContain('first');
    expect(source).toContain('second');
    expect(source).not.toContain('third');
    expect(source).toMatch(/<i>… more left out to fit<\/i>\n\n<i>of today<\/i>$/);
    expect(parseHtml(source).text.length).toBeLessThanOrEqual(270);
  });

  test('a first block that is too long is cut at a word; a table at a row', () => {
    const words = html({ blocks: [{ kind: 'text', text: 'seven letters '.repeat(60) }] }, 200);
    expect(words).toMatch(/(seven|letters)…$/);
    const rows = [['Move', 'Forced'], ...Array.from({ length: 60 }, () => ['1 %', '$40m'])];
    const table = html({ blocks: [{ kind: 'table', rows }] }, 200);
    expect(table).toMatch(/1 % {5}\$40m\n… more left out to fit<\/pre>$/);
  });

  test('nothing follows what was cut, however short it is', () => {
    const list = { kind: 'list' as const, items: Array(9).fill('a line of some letters') };
    const last = { kind: 'text' as const, text: 'Ends.' };
    const text = { kind: 'text' as const, text: 'The sentence.' };
    const source = html({ blocks: [text, list, last] }, 150);
    expect(source).toContain('a line');
    expect(source).not.toContain('Ends.');
  });

  test('of further blocks whole lines are kept, of a table never the header alone', () => {
    const items = Array.from({ length: 9 }, (_, index) => `line ${index} of some letters`);
    const text = { kind: 'text' as const, text: 'The sentence.' };
    expect(html({ blocks: [text, { kind: 'list', items }] }, 100)).toMatch(
      /line 1 of some letters\n<i>… more left out to fit<\/i>$/,
    );
    const rows = [['Move', 'Forced'], ...Array.from({ length: 9 }, () => ['1 %', '$40m'])];
    const table = (most: number) => html({ blocks: [text, { kind: 'table', rows }] }, most);
    expect(table(75)).toContain('<pre>Move  Forced\n1 %     $40m\n… more left out to fit</pre>');
    expect(table(67)).not.toContain('Move');
    expect(table(67)).toMatch(/sentence\.\n\n<i>… more left out to fit<\/i>$/);
  });

  test('numbers and units stay on one line', () => {
    const source = html({
      blocks: [{ kind: 'text', text: 'A 3.1 % fall, 8 h, 14:03 UTC, 2 sigma, 5 horses.' }],
    });
    expect(source).toContain(
      'A 3.1\u00a0% fall, 8\u00a0h, 14:03\u00a0UTC, 2\u00a0sigma, 5 horses.',
    );
  });

  test('a command with arguments is a piece to copy, as a tap would send half of it', () => {
    const source = html({
      blocks: [
        { kind: 'text', text: `Ask with ${commandHint('risk eth')}, see /help.` },
        { kind: 'list', items: [commandHint('risk'), commandHint('risk btc 5%')] },
      ],
    });
    expect(source).toContain('Ask with <code>/risk eth</code>, see /help.');
    expect(source).toContain('• /risk\n• <code>/risk btc 5%</code>');
    expect(html({ blocks: [{ kind: 'text', text: commandHint('ban me') }] })).not.toContain('code');
  });

  test('a warning stands right under the title, a note above the footer', () => {
    const blocks = [{ kind: 'text' as const, text: 'The text.' }];
    const asides = { note: 'A note.', warning: 'A warning.' };
    const source = telegramHtml(doc({ blocks, footer: 'small' }), {
      mostUnits: 1024,
      commands: COMMANDS,
      ...asides,
    });
    expect(source.split('\n\n')).toEqual([
      '<b>Title</b>',
      '<i>A warning.</i>',
      'The text.',
      '<i>A note.</i>',
      '<i>small</i>',
    ]);
  });

  test('nothing at all is still a message', () => {
    expect(html({ title: ' \u0000' })).toBe('(no text)');
  });
});

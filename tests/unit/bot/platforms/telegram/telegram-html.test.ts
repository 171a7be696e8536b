import { describe, expect, test } from 'vitest';
import type { MessageDoc } from '../../../../../src/alerts/message-doc.ts';
import { telegramHtml } from '../../../../../src/bot/platforms/telegram/telegram-html.ts';
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
  test('shows the level after a bold title, and the footer in italics', () => {
    const source = html({ title: 'BTC down', tone: 'critical', footer: '7 of 7 venues' });
    expect(source).toBe('<b>BTC down</b> 🔴\n\n<i>7 of 7 venues</i>');
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
    expect(html({ title: '3.1 % of $410m' })).toBe('<b>3.1 % of $410m</b>');
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
      '<b>BTC</b>: Critical shock 3.1 % (2.2 to 4.7 %), Open interest $12bn',
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
    expect(table).toMatch(/1 % {5}\$40m\n…<\/pre>$/);
  });

  test('nothing at all is still a message', () => {
    expect(html({ title: ' \u0000' })).toBe('(no text)');
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Block, MessageDoc } from '../../../src/alerts/message-doc.ts';
import { textOfHtml } from '../../../src/bot/platforms/telegram/html-spans.ts';
import { telegramHtml } from '../../../src/bot/platforms/telegram/telegram-html.ts';
import { parseHtml } from '../../fakes/telegram/html-entities.ts';

const COMMANDS = new Set(['help', 'risk']);

const nasty = fc.oneof(
  fc.constantFrom(
    '<b>',
    '</b>',
    '&amp;',
    '&',
    '<',
    '>',
    '@everyone',
    '@GroupButler',
    't.me/x',
    'https://evil.example/a?b',
    '/unsubscribe',
    '/help',
    '/help\u00a0me',
    '3.1 %',
    '/ban@other_bot',
    '#tag',
    '$ETH',
    '127.0.0.1',
    'Gate.io',
    'tg://resolve?domain=x',
    '\u202e',
    '\u0000',
    '\ud800',
    '🚨',
    '👨‍👩‍👧',
    '\n',
    '  ',
    '清算',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const text = (most: number) => fc.array(nasty, { maxLength: most }).map((parts) => parts.join(' '));
const block: fc.Arbitrary<Block> = fc.oneof(
  text(60).map((value): Block => ({ kind: 'text', text: value })),
  fc
    .array(fc.record({ name: text(3), value: text(8) }), { maxLength: 12 })
    .map((fields): Block => ({ kind: 'fields', fields })),
  fc.array(text(10), { maxLength: 20 }).map((items): Block => ({ kind: 'list', items })),
  fc
    .array(fc.array(text(2), { maxLength: 5 }), { maxLength: 20 })
    .map((rows): Block => ({ kind: 'table', rows })),
);
const doc: fc.Arbitrary<MessageDoc> = fc
  .record({
    title: text(12),
    tone: fc.constantFrom('critical' as const, 'low' as const, 'info' as const, 'data' as const),
    blocks: fc.array(block, { maxLength: 8 }),
    footer: text(40),
  })
  .map(({ footer, ...rest }) => (footer === '' ? rest : { ...rest, footer }));
const limit = fc.constantFrom(200, 1024, 4096);

/** What Telegram would make a link, mention or command of, outside fixed-width text. */
const LIVE = [
  /(?<![\w@])@\w/u,
  /(?<![\p{L}\p{N}_#])#[\p{L}\p{N}_]/u,
  /(?<![\p{L}\p{N}$])\$[A-Z]/u,
  /:\/\//u,
  /[\p{L}\p{N}]\.\p{L}/u,
  /\d\.\d+\.\d/u,
];

function outsidePre(html: string): string {
  return textOfHtml(html.replace(/<(pre|code)>[\s\S]*?<\/\1>/g, ''));
}

describe('Telegram HTML', () => {
  test('is always accepted, within its limit, and says the same as its plain text', () => {
    fc.assert(
      fc.property(doc, limit, (document, mostUnits) => {
        const html = telegramHtml(document, { mostUnits, commands: COMMANDS });
        // Throws what Telegram would refuse.
        const parsed = parseHtml(html);
        expect(parsed.text.length).toBeLessThanOrEqual(mostUnits);
        expect(parsed.text.trim()).not.toBe('');
        expect(parsed.text).toBe(textOfHtml(html));
        expect(html.isWellFormed()).toBe(true);
        expect(parsed.text).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e\u2028]/u);
      }),
      { seed: 21, numRuns: 400 },
    );
  });

  test('makes nothing of outside text a link, a mention, a tag or a command', () => {
    fc.assert(
      fc.property(doc, (document) => {
        const seen = outsidePre(telegramHtml(document, { mostUnits: 4096, commands: COMMANDS }));
        for (const pattern of LIVE) expect(seen).not.toMatch(pattern);
        const commands = [...seen.matchAll(/(?<![\w/<>])\/(\w+)(?![\w@/…])/g)];
        for (const [, name] of commands) expect(COMMANDS).toContain(name);
      }),
      { seed: 22, numRuns: 400 },
    );
  });

  test('keeps title, the first block and the end of the footer, however much there is', () => {
    fc.assert(
      fc.property(
        fc.array(block, { maxLength: 8 }),
        fc.constantFrom(1024, 4096),
        (blocks, most) => {
          const document: MessageDoc = {
            title: 'BTC down: HIGH 72/100',
            tone: 'high',
            blocks: [{ kind: 'text', text: 'A fall of 3.1 % would feed itself.' }, ...blocks],
            footer: `${'Venue missing, '.repeat(60)}as of 12:00 UTC`,
          };
          const html = telegramHtml(document, { mostUnits: most, commands: COMMANDS });
          expect(html).toContain('<b>BTC down: HIGH 72/100</b>');
          expect(html).toContain('A fall of 3.1\u00a0% would feed itself.');
          expect(html).toContain('as of 12:00\u00a0UTC</i>');
        },
      ),
      { seed: 23, numRuns: 100 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, MessageDoc } from '../../../src/alerts/message-doc.ts';
import { discordEmbed } from '../../../src/bot/platforms/discord/discord-embed.ts';
import { plainContent } from '../../../src/bot/platforms/discord/plain-content.ts';

const RUNS = { numRuns: 80, seed: 20_260_101 };

/** Pieces that mean something to Discord, to terminals, or to what counts letters. */
const SHARP = [
  ...'*_~|`<>[]()#@:/\\-+.&1\n\r\t ',
  '```',
  '\n# ',
  '\n- ',
  '\n1. ',
  '@everyone',
  '<@1>',
  '<@&2>',
  'https://x.example',
  'discord.gg/',
  '](',
  '👨‍👩‍👧',
  '清算',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ud800',
  '\udc00',
  '\u0000',
  '\u001b[2J',
  '\u0085',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...SHARP), fc.string({ maxLength: 8 })), { maxLength: 60 })
  .map((pieces) => pieces.join(''));
const longText = fc.tuple(text, fc.constantFrom(1, 1, 40, 400)).map(([one, n]) => one.repeat(n));
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), text: longText }),
  fc.record({ kind: fc.constant('list' as const), items: fc.array(longText, { maxLength: 9 }) }),
  fc.record({
    kind: fc.constant('fields' as const),
    fields: fc.array(fc.record({ name: longText, value: longText }), { maxLength: 30 }),
  }),
  fc.record({
    kind: fc.constant('table' as const),
    rows: fc.array(fc.array(text, { maxLength: 8 }), { maxLength: 60 }),
  }),
);
const doc: fc.Arbitrary<MessageDoc> = fc.record({
  title: longText,
  tone: fc.constantFrom('low', 'high', 'critical', 'info', 'data'),
  blocks: fc.array(block, { maxLength: 6 }),
  footer: longText,
});

const UNSEEN = /[\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/;
const CONTROL = /(?!\n)\p{Cc}/u;

/** Without code blocks, and without the Markdown this renderer writes by itself. */
function bare(description: string): string {
  return description
    .split(/^```$/m)
    .filter((_, index) => index % 2 === 0)
    .join('')
    .replace(/^- /gm, '')
    .replace(/\\./g, 'x');
}

describe('any document as an embed of Discord', () => {
  it('keeps to every limit and is well formed', () => {
    fc.assert(
      fc.property(doc, (document) => {
        const { title = '', description = '', footer } = discordEmbed(document);
        const small = footer?.text ?? '';
        expect(title.length).toBeLessThanOrEqual(256);
        expect(description.length).toBeLessThanOrEqual(4096);
        expect(small.length).toBeLessThanOrEqual(2048);
        expect(title.length + description.length + small.length).toBeLessThanOrEqual(6000);
        expect(title + description).not.toBe('');
        for (const shown of [title, description, small]) {
          expect(shown.isWellFormed()).toBe(true);
          expect(shown).not.toMatch(UNSEEN);
          expect(shown).not.toMatch(CONTROL);
        }
      }),
      RUNS,
    );
  });

  it('shows nothing of it as Markdown, mention or link', () => {
    fc.assert(
      fc.property(doc, (document) => {
        const { title = '', description = '' } = discordEmbed(document);
        // Code blocks are opened and closed by nothing else.
        expect((description.match(/```/g) ?? []).length % 2).toBe(0);
        expect(description.match(/```/g) ?? []).toHaveLength(
          (description.match(/^```$/gm) ?? []).length,
        );
        const names = bare(description).replaceAll('**', '');
        for (const shown of [names, title.replace(/\\./g, 'x')]) {
          expect(shown).not.toMatch(/[*_~|`<>[\]\\]/);
          expect(shown).not.toMatch(/^\s*(?:#{1,3}|-#|[-+]|\d+\.)\s/m);
        }
        for (const shown of [title, description]) {
          expect(shown).not.toMatch(/:\/\/|\.gg\/|@(?:everyone|here)/i);
        }
      }),
      RUNS,
    );
  });

  it('is one code block as a plain message', () => {
    fc.assert(
      fc.property(doc, (document) => {
        const content = plainContent(document, 'Note.');
        expect(content.length).toBeLessThanOrEqual(2000);
        expect(content.match(/```/g)).toHaveLength(2);
        expect(content).not.toMatch(/:\/\/|\.gg\/|@(?:everyone|here)/i);
        expect(content.isWellFormed()).toBe(true);
      }),
      RUNS,
    );
  });
});

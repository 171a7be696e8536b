import { describe, expect, it } from 'vitest';
import type { Block } from '../../../../../src/alerts/message-doc.ts';
import { discordEmbed } from '../../../../../src/bot/platforms/discord/discord-embed.ts';
import { plainContent } from '../../../../../src/bot/platforms/discord/plain-content.ts';
import { makeDoc } from '../../../../fakes/make-message.ts';

describe('a document as an embed', () => {
  it('keeps the order of blocks', () => {
    const embed = discordEmbed(
      makeDoc({
        title: 'ETH down: HIGH 72/100',
        blocks: [
          { kind: 'text', text: 'First.' },
          {
            kind: 'fields',
            fields: [
              { name: 'Price', value: '2,500' },
              { name: 'OI', value: '$1b' },
            ],
          },
          {
            kind: 'fields',
            fields: [{ name: 'Fragility', value: '60/100, open interest 1.2 of usual' }],
          },
          { kind: 'list', items: ['one', 'two'] },
          {
            kind: 'table',
            rows: [
              ['coin', 'score'],
              ['BTC', '50'],
            ],
          },
        ],
      }),
      'attachment://chart.png',
    );
    expect(embed).toEqual({
      title: 'ETH down: HIGH 72/100',
      description: [
        'First.',
        '**Price:** 2,500 · **OI:** $1b',
        '**Fragility:** 60/100, open interest 1.2 of usual',
        '- one\n- two',
        '```\ncoin  score\nBTC      50\n```',
      ].join('\n\n'),
      color: 0xff9446,
      footer: { text: '3 of 3 venues, oldest 40\u00a0s' },
      image: { url: 'attachment://chart.png' },
    });
  });

  it('holds numbers and their units together', () => {
    const embed = discordEmbed(
      makeDoc({
        title: 'ETH: 3.1 %',
        blocks: [
          { kind: 'text', text: 'A 3.1 % fall.' },
          { kind: 'fields', fields: [{ name: '24 h volatility', value: '2 %' }] },
        ],
        footer: '12:00 UTC',
      }),
    );
    expect(embed.title).toBe('ETH: 3.1\u00a0%');
    expect(embed.description).toBe('A 3.1\u00a0% fall.\n\n**24\u00a0h volatility:** 2\u00a0%');
    expect(embed.footer?.text).toBe('12:00\u00a0UTC');
  });

  it('has a colour for every tone', () => {
    const tones = ['low', 'elevated', 'high', 'critical', 'info', 'data'] as const;
    const colours = tones.map((tone) => discordEmbed(makeDoc({ tone })).color);
    expect(new Set(colours).size).toBe(tones.length);
    for (const colour of colours) expect(colour).toBeGreaterThan(0);
  });

  it('makes lines of text, outside the fence, of tables too wide for a phone', () => {
    const rows = [
      ['coin', 'a long heading', 'an even longer one'],
      ['BTC', '1', '3.1 %'],
      ['ETH_', '', '2'],
      ['SOL', '', ''],
    ];
    const { description = '' } = discordEmbed(makeDoc({ blocks: [{ kind: 'table', rows }] }));
    expect(description.split('\n')).toEqual([
      '**BTC:** a long heading 1, an even longer one 3.1\u00a0%',
      '**ETH\\_:** an even longer one 2',
      'SOL',
    ]);
  });

  it('gives up what comes last first, and says what is missing', () => {
    const rows = [['coin', 'score'], ...Array.from({ length: 500 }, (_, n) => [`C${n}`, '1'])];
    const { description = '' } = discordEmbed(
      makeDoc({
        blocks: [
          { kind: 'text', text: 'The sentence.' },
          { kind: 'list', items: Array.from({ length: 20 }, (_, n) => `item ${n}`) },
          { kind: 'table', rows },
        ],
      }),
    );
    expect(description).toContain('The sentence.');
    expect(description).toContain('item 19');
    expect(description).toMatch(/C1 {2,}1\n[\s\S]*… \d+ more\n```$/);
    expect(description.length).toBeLessThanOrEqual(4096);
  });

  it.each([
    ['text', { kind: 'text', text: 'x'.repeat(9_000) }],
    ['list', { kind: 'list', items: Array(900).fill('twelve chars') }],
    ['a list of one item', { kind: 'list', items: ['x'.repeat(9_000)] }],
    ['fields', { kind: 'fields', fields: Array(900).fill({ name: 'name', value: 'value' }) }],
    [
      'a field with an endless name',
      { kind: 'fields', fields: [{ name: 'n'.repeat(9_000), value: 'v' }] },
    ],
    ['table', { kind: 'table', rows: Array(900).fill(['cell', '1']) }],
  ] satisfies [string, Block][])('always shows something of the first block: %s', (_, block) => {
    const blocks: Block[] = [structuredClone(block), { kind: 'text', text: 'last' }];
    const embed = discordEmbed(makeDoc({ blocks, footer: 'f'.repeat(9_000) }));
    expect(embed.description?.length).toBeGreaterThan(100);
    expect(embed.description?.length).toBeLessThanOrEqual(4096);
    expect(embed.footer?.text).toMatch(/^f+…$/);
  });

  it('shows something of an empty document', () => {
    expect(discordEmbed({ title: '', tone: 'info', blocks: [] })).toMatchObject({
      description: '…',
    });
    expect(plainContent({ title: '', tone: 'info', blocks: [] })).toContain('…');
  });
});

describe('a document as a plain message', () => {
  it('stays in one code block of a message', () => {
    const doc = makeDoc({
      title: '```@everyone',
      blocks: [{ kind: 'text', text: '`'.repeat(5_000) }],
    });
    const content = plainContent(doc, 'A note.');
    expect(content.length).toBeLessThanOrEqual(2_000);
    expect(content.match(/```/g)).toHaveLength(2);
    expect(content.startsWith('A note.\n```\n')).toBe(true);
    expect(content.endsWith('\n```')).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { asSent } from '../../../../scripts/pictures/as-sent.ts';
import { chatsSvg } from '../../../../scripts/pictures/chats-svg.ts';
import {
  DISCORD_DESKTOP,
  DISCORD_PHONE,
  discordCard,
} from '../../../../scripts/pictures/discord-card.ts';
import { readExample } from '../../../../scripts/pictures/example.ts';
import { telegramCard } from '../../../../scripts/pictures/telegram-card.ts';
import type { MessageDoc } from '../../../../src/alerts/message-doc.ts';
import { drawnPieces, drawnText } from './drawn-text.ts';

const AT = Date.UTC(2026, 0, 1, 12, 58);
const HOSTILE: MessageDoc = {
  title: 'A & B <script> *x*',
  tone: 'critical',
  blocks: [
    { kind: 'text', text: 'a < b && c > d, _as_ written' },
    { kind: 'fields', fields: [{ name: 'Name', value: '5 & 6' }] },
    {
      kind: 'table',
      rows: [
        ['Move', 'Ends'],
        ['<1', '&2'],
      ],
    },
  ],
  footer: '3 of 3 venues · 12:58 UTC',
  actions: [
    { label: 'Details', command: 'risk', text: 'ETH' },
    { label: 'Mute 1 h', command: 'mute', text: '1h' },
    { label: 'Mute 8 h', command: 'mute', text: '8h' },
  ],
};
const SHOWN = [
  'A & B <script> *x*',
  'a < b && c > d, _as_ written',
  '5 & 6',
  'Move',
  '<1',
  '&2',
  '3 of 3 venues · 12:58 UTC',
  'Details',
  'Mute 8 h',
  '12:58',
];

describe('both cards', () => {
  it('show every text of a message as it was written, and are well-formed', () => {
    const sent = asSent(HOSTILE, AT);
    const discord = drawnText(discordCard(sent.discord, DISCORD_DESKTOP, 'd').svg);
    const telegram = drawnText(telegramCard(sent.telegram, 't').svg);
    for (const text of SHOWN) {
      expect(discord).toContain(text);
      expect(telegram).toContain(text);
    }
    expect(discord).toContain('APP');
    const svg = chatsSvg(sent);
    expect(svg.replace(/<\/?[a-zA-Z][^<>]*>/g, '')).not.toMatch(/[<>]/);
    expect(svg.replace(/&(amp|lt|gt);/g, '')).not.toContain('&');
  });

  it('keep the blanks that make the columns of a table', () => {
    const sent = asSent(HOSTILE, AT);
    for (const { svg } of [
      discordCard(sent.discord, DISCORD_DESKTOP, 'd'),
      telegramCard(sent.telegram, 't'),
    ]) {
      const header = drawnPieces(svg).find(({ text }) => text.startsWith('Move'));
      expect(header?.text).toBe('Move  Ends');
      expect(header?.attributes).toContain('xml:space="preserve"');
    }
  });

  it('have the colour of the level, and on Telegram its sign', () => {
    const sent = asSent(HOSTILE, AT);
    expect(discordCard(sent.discord, DISCORD_DESKTOP, 'd').svg).toContain('#ff5d5d');
    expect(telegramCard(sent.telegram, 't').svg).toContain('<circle');
    expect(drawnText(telegramCard(sent.telegram, 't').svg)).not.toContain('🔴');
  });

  it('are as wide as their screens and grow downwards', () => {
    const sent = asSent(HOSTILE, AT);
    const wide = discordCard(sent.discord, DISCORD_DESKTOP, 'd');
    const narrow = discordCard(sent.discord, DISCORD_PHONE, 'd');
    expect(wide.width).toBe(DISCORD_DESKTOP.width);
    expect(narrow.width).toBe(DISCORD_PHONE.width);
    expect(narrow.height).toBeGreaterThanOrEqual(wide.height);
    for (const { attributes } of drawnPieces(narrow.svg)) {
      const x = Number(/^x="([\d.]+)"/.exec(attributes)?.[1]);
      expect(x).toBeLessThan(DISCORD_PHONE.width);
    }
  });
});

describe('the picture of the README', () => {
  it('shows what both platforms are sent for the example, with its chart', () => {
    const { alert, sentAt } = readExample();
    const sent = asSent(alert, sentAt);
    const [left, right] = [
      discordCard(sent.discord, DISCORD_DESKTOP, 'd').svg,
      telegramCard(sent.telegram, 't').svg,
    ];
    for (const svg of [left, right]) {
      expect(drawnText(svg)).toContain(alert.title);
      expect(drawnText(svg)).toContain('3 of 3 venues');
      expect(svg).toContain('data:image/png;base64,');
    }
  });
});

describe('an edited message', () => {
  it('keeps its chart on Telegram, which says that it is old, and loses it on Discord', () => {
    const before = readExample().alert;
    const after: MessageDoc = { title: 'ETH down: was HIGH', tone: 'info', blocks: [] };
    const { discord, telegram } = asSent(after, AT, before);
    expect(discord.png).toBeUndefined();
    expect(telegram.png).toBeDefined();
    expect(telegram.text).toContain('earlier state');
    expect(drawnText(telegramCard(telegram, 't').svg)).toContain('edited 12:58');
    expect(drawnText(discordCard(discord, DISCORD_DESKTOP, 'd').svg)).toContain('(edited)');
  });
});

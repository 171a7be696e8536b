import { describe, expect, it } from 'vitest';
import {
  escapeMarkdown,
  fitted,
  insideCode,
} from '../../../../../src/bot/platforms/discord/escape-markdown.ts';

describe('text for Discord', () => {
  it.each([
    ['**bold** __x__ ~~y~~', '\\*\\*bold\\*\\* \\_\\_x\\_\\_ \\~\\~y\\~\\~'],
    ['||spoiler|| `code`', '\\|\\|spoiler\\|\\| \\`code\\`'],
    ['[text](https://evil.example)', '\\[text\\](https:\\/\\/evil.example)'],
    ['<@1> <@&2> <#3> <t:1> </mute:4>', '\\<@1\\> \\<@&2\\> \\<#3\\> \\<t:1\\> \\</mute:4\\>'],
    ['discord.gg/abc discord.com/invite/abc', 'discord.gg\\/abc discord.com\\/invite/abc'],
    ['# heading\n## two\n-# small', '\\# heading\n\\## two\n\\-# small'],
    ['- item\n+ item\n1. item\n > quote', '\\- item\n\\+ item\n1\\. item\n \\> quote'],
    ['@everyone @here @Everyone', '@\u200beveryone @\u200bhere @\u200bEveryone'],
    ['a \\ b', 'a \\\\ b'],
    ['72/100, −3.1 % (2.2 to 4.7 %); #1 +5%', '72/100, −3.1 % (2.2 to 4.7 %); #1 +5%'],
  ])('shows %j as it is written', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it('ends no code block, and links to nothing from inside one', () => {
    expect(insideCode('```\nhttps://x discord.gg/y @everyone')).toBe(
      'ˋˋˋ\nhttps:\u200b//x discord.gg\u200b/y @\u200beveryone',
    );
  });

  it('cuts so that no escape and no visible letter is split', () => {
    expect(fitted('****', 8, escapeMarkdown)).toBe('\\*\\*\\*\\*');
    expect(fitted('****', 7, escapeMarkdown)).toBe('\\*\\*\\*…');
    expect(fitted('****', 6, escapeMarkdown)).toBe('\\*\\*…');
    expect(fitted('👨‍👩‍👧👨‍👩‍👧', 15, escapeMarkdown)).toBe('👨‍👩‍👧…');
    expect(fitted('one two three', 9, escapeMarkdown)).toBe('one two…');
    expect(fitted('abc', 1, escapeMarkdown)).toBe('…');
    expect(fitted('abc', 0, escapeMarkdown)).toBe('');
  });
});

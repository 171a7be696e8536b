import { expect } from 'vitest';
import type { MessageDoc } from '../../../src/alerts/message-doc.ts';
import type { FakeMessage as DiscordMessage } from '../../fakes/discord/api.ts';
import { makeDoc } from '../../fakes/make-message.ts';
import type { FakeMessage as TelegramMessage } from '../../fakes/telegram/types.ts';

/** What somebody could name a market, or type, to make others' clients do something. */
export const EVIL_NAMES = [
  '@everyone @here <@1> <@!2> <@&3> <#4> </help:5>',
  '[free coins](https://evil.example/x) <https://evil.example> discord.gg/abcdef t.me/evil',
  '**bold** __under__ ~~gone~~ ||hidden|| `code` ```block``` # head > quote - list',
  '<b>bold</b> <a href="https://evil.example">here</a> <tg-spoiler>x</tg-spoiler> </b></i>',
  '&lt;b&gt; &amp;amp; &#64;everyone & < > "',
  '@kim_the_admin #hashtag $CASHTAG /unsubscribe@fake_watch_bot /mute_8h mail@evil.example',
  'abc\u202egnp.exe \u2066x\u2069 \u200e\u200f\u061c \u001b[31mred\u0007 \u0000 \u009b2J',
] as const;

/** Nothing that reverses or controls text. (A word joiner may stand where a link was broken.) */
const UNSEEN = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|(?!\n)\p{Cc}/u;

/** A message with the name in every place a name can stand in. */
export function docNamed(name: string): MessageDoc {
  return makeDoc({
    title: `${name} down 72/100 high`,
    blocks: [
      { kind: 'text', text: `A fall of ${name}.` },
      { kind: 'fields', fields: [{ name, value: name }] },
      { kind: 'list', items: [name, name] },
      {
        kind: 'table',
        rows: [
          ['Coin', 'Score'],
          [name, '72'],
        ],
      },
    ],
    footer: `3 of 3 venues, ${name} missing`,
  });
}

/** Shows the text as it is: pings nobody, links nowhere, hides nothing. */
export function expectInertOnDiscord(message: DiscordMessage): void {
  expect(message.mentioned).toEqual({ users: [], roles: [], everyone: false });
  const texts = [message.content, ...message.embeds.flatMap(textsOf)];
  for (const text of texts) expect(text).not.toMatch(UNSEEN);
  // A footer is shown as it is written, without Markdown and links.
  const read = message.embeds.map(({ footer: _, ...embed }) => embed);
  for (const text of [message.content, ...read.flatMap(textsOf)]) {
    expect(text).not.toMatch(/:\/\/|\.gg\//);
    const outsideCode = text.replace(/```[\s\S]*?```/g, '');
    // Of the bot's own there are only bold names and bullets.
    expect(outsideCode.replace(/\*\*/g, '')).not.toMatch(/(?<!\\)[[\]<>`~|*_]/);
    expect(outsideCode).not.toMatch(/@(?:everyone|here)/);
  }
}

/** The same on Telegram, where clients make links of words by themselves. */
export function expectInertOnTelegram({ text, html }: TelegramMessage): void {
  expect(text).not.toMatch(UNSEEN);
  // Beside our own styles no tag was read, and nothing written as one was lost.
  expect(html.replace(/<\/?(?:b|i|pre)>/g, '')).not.toMatch(/[<>]/);
  // In fixed width nothing becomes a link.
  const linkable = html.replace(/<pre>[\s\S]*?<\/pre>/g, '');
  expect(linkable).not.toMatch(/@\w/);
  expect(linkable).not.toMatch(/#\w/);
  expect(linkable).not.toMatch(/\$[A-Z]/);
  expect(linkable).not.toMatch(/:\/\//);
  expect(linkable).not.toMatch(/[a-z]\.[a-z]{2,}/i);
  expect(linkable).not.toMatch(/(?<![\w<])\/(?:unsubscribe|mute)/);
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'type' || key === 'url' || key === 'timestamp' ? [] : textsOf(inner),
  );
}

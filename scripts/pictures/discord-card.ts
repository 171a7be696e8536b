import { avatar } from './avatar.ts';
import { readInline, readMarkdown } from './discord-markdown.ts';
import { box, type Drawing, photo, placed, px, stacked } from './drawing.ts';
import type { Paragraph } from './rich-text.ts';
import { label, type TextStyle, textBlock } from './text-block.ts';

/** A message as it goes to Discord. */
export interface DiscordMessage {
  embed: {
    title?: string;
    description?: string;
    color: number;
    footer?: { text: string };
    image?: { url: string };
  };
  buttons: readonly string[];
  png?: Uint8Array;
  /** `12:58 UTC`. */
  time: string;
  edited?: boolean;
}

/** Widths in px as the clients have them; the font here is wider than Discord's, so it is smaller. */
export interface DiscordScreen {
  width: number;
  /** Widest embed without and with a large picture. */
  embedWidth: number;
  pictureEmbedWidth: number;
  codeSizePx: number;
}

export const DISCORD_DESKTOP: DiscordScreen = {
  width: 610,
  embedWidth: 520,
  pictureEmbedWidth: 432,
  codeSizePx: 12.5,
};
export const DISCORD_PHONE: DiscordScreen = {
  width: 400,
  embedWidth: 316,
  pictureEmbedWidth: 316,
  codeSizePx: 12.5,
};

export const DISCORD_BACKGROUND = '#313338';
const EMBED = '#2b2d31';
const NAME = 'Cascade Watch';
const PADDING = 16;
const AVATAR = 40;
const GUTTER = PADDING + AVATAR + 14;
const TITLE_SIZE = 14.5;
const BAR = 4;
const BUTTON = { height: 32, paddingPx: 14, gapPx: 8, fill: '#4e5058' };

export function discordCard(message: DiscordMessage, screen: DiscordScreen, id: string): Drawing {
  const content = stacked(
    [
      header(message.time, message.edited === true),
      embedDrawing(message, screen, id),
      ...buttonRow(message.buttons, screen.width - GUTTER - PADDING),
    ],
    8,
  );
  const height = content.height + 2 * PADDING;
  const svg = [placed(avatar(AVATAR), PADDING, PADDING), placed(content, GUTTER, PADDING - 2)];
  return { width: screen.width, height, svg: svg.join('') };
}

function header(time: string, edited: boolean): Drawing {
  const name = label(NAME, { face: 'bold', sizePx: 14, colour: '#f2f3f5' });
  const badge = label('APP', { face: 'bold', sizePx: 9.5, colour: '#ffffff' });
  const when = label(`Today at ${time}${edited ? ' (edited)' : ''}`, {
    sizePx: 11,
    colour: '#949ba4',
  });
  const badgeAt = name.width + 6;
  const badgeWidth = badge.width + 9;
  const svg = [
    placed(name, 0, 0),
    box({ x: badgeAt, y: 1.5, width: badgeWidth, height: 15, fill: '#5865f2', radius: 3 }),
    placed(badge, badgeAt + 4.5, 3.2),
    placed(when, badgeAt + badgeWidth + 8, 2.5),
  ];
  return { width: badgeAt + badgeWidth + 8 + when.width, height: 18, svg: svg.join('') };
}

function embedDrawing({ embed, png }: DiscordMessage, screen: DiscordScreen, id: string): Drawing {
  const width = png === undefined ? screen.embedWidth : screen.pictureEmbedWidth;
  const inner = width - BAR - 28;
  const style = embedStyle(screen);
  const line = (text: string, face: 'plain' | 'bold'): Paragraph[] => [
    { kind: 'line', spans: readInline(text, face) },
  ];
  const parts: Drawing[] = [];
  if (embed.title !== undefined) {
    const title = { ...style, sizePx: TITLE_SIZE, rowPx: 20, colour: '#f2f3f5' };
    parts.push(textBlock(line(embed.title, 'bold'), inner, title));
  }
  if (embed.description !== undefined) {
    parts.push(textBlock(readMarkdown(embed.description), inner, style));
  }
  if (png !== undefined && embed.image !== undefined) parts.push(photo(png, inner, 4, id));
  if (embed.footer !== undefined) {
    const small = { ...style, sizePx: 11, rowPx: 15.5, colour: '#b5bac1' };
    // Markdown means nothing in a footer.
    const spans = [{ text: embed.footer.text, face: 'plain' as const }];
    parts.push(textBlock([{ kind: 'line', spans }], inner, small));
  }
  const content = stacked(parts, 8);
  const height = content.height + 26;
  const colour = `#${embed.color.toString(16).padStart(6, '0')}`;
  const clip = `${id}-embed`;
  const svg = [
    `<clipPath id="${clip}"><rect width="${px(width)}" height="${px(height)}" rx="4"/></clipPath>`,
    `<g clip-path="url(#${clip})">`,
    box({ width, height, fill: EMBED }),
    box({ width: BAR, height, fill: colour }),
    '</g>',
    placed(content, BAR + 12, 12),
  ];
  return { width, height, svg: svg.join('') };
}

function embedStyle({ codeSizePx }: DiscordScreen): TextStyle {
  return {
    sizePx: 12.6,
    rowPx: 18,
    colour: '#dbdee1',
    linkColour: '#00a8fc',
    smallColour: '#949ba4',
    code: {
      sizePx: codeSizePx,
      rowPx: 17,
      colour: '#dbdee1',
      fill: '#1e1f22',
      radius: 4,
      paddingPx: 7,
      marginPx: 3,
    },
  };
}

/** Buttons beside each other, as many as fit; then below. */
function buttonRow(labels: readonly string[], width: number): Drawing[] {
  const rows: string[][] = [];
  let x = 0;
  for (const text of labels) {
    const words = label(text, { face: 'plain', sizePx: 12.6, colour: '#ffffff' });
    const wide = words.width + 2 * BUTTON.paddingPx;
    if (rows.length === 0 || x + wide > width) {
      rows.push([]);
      x = 0;
    }
    rows
      .at(-1)
      ?.push(
        box({ x, width: wide, height: BUTTON.height, fill: BUTTON.fill, radius: 4 }),
        placed(words, x + BUTTON.paddingPx, 8),
      );
    x += wide + BUTTON.gapPx;
  }
  return rows.map((parts) => ({ width, height: BUTTON.height, svg: parts.join('') }));
}

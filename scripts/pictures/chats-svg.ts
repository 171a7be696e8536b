import type { AsSent } from './as-sent.ts';
import {
  DISCORD_BACKGROUND,
  DISCORD_DESKTOP,
  type DiscordScreen,
  discordCard,
} from './discord-card.ts';
import { box, placed, px } from './drawing.ts';
import { TELEGRAM_BACKGROUND, telegramCard } from './telegram-card.ts';

const GAP = 14;
const RADIUS = 10;

/** The same message on Discord at the left and on Telegram at the right, as one SVG. */
export function chatsSvg(
  { discord, telegram }: AsSent,
  screen: DiscordScreen = DISCORD_DESKTOP,
): string {
  const left = discordCard(discord, screen, 'discord-chart');
  const right = telegramCard(telegram, 'telegram-chart');
  const width = left.width + GAP + right.width;
  const height = Math.max(left.height, right.height);
  const panel = (x: number, wide: number, fill: string) =>
    box({ x, width: wide, height, fill, radius: RADIUS });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${px(width)}" height="${px(height)}">`,
    panel(0, left.width, DISCORD_BACKGROUND),
    panel(left.width + GAP, right.width, TELEGRAM_BACKGROUND),
    placed(left, 0, 0),
    placed(right, left.width + GAP, 0),
    '</svg>',
  ].join('\n');
}

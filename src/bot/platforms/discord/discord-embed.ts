import type { MessageDoc } from '../../../alerts/message-doc.ts';
import { LEVEL_COLOURS, PALETTE } from '../../charts/palette.ts';
import { chooseParts, type Part } from '../../text/choose-parts.ts';
import { withUnitsHeld } from '../../text/no-break.ts';
import { plainLine } from '../../text/plain.ts';
import { embedBlock } from './embed-blocks.ts';
import { escapeMarkdown, fitted } from './escape-markdown.ts';

/** Limits of Discord, characters. */
const MOST_TITLE = 256;
const MOST_DESCRIPTION = 4096;
/** Of all texts of an embed; 2048 would be allowed for the footer alone. */
export const MOST_TOTAL = 6000;
const MOST_FOOTER = MOST_TOTAL - MOST_TITLE - MOST_DESCRIPTION;
const BETWEEN_BLOCKS = '\n\n';
/** An embed must show something. */
const NOTHING = '…';

export interface DiscordEmbed {
  title?: string;
  description?: string;
  color: number;
  footer?: { text: string };
  image?: { url: string };
}

/**
 * A document as one embed, within every limit of Discord. Title, footer and the first block always
 * survive; of the others, the last are shortened or given up first. Everything is shown as
 * written: Markdown, mentions and links in it mean nothing. Pure.
 *
 * Blocks go into the description and not into embed fields, which Discord would show after it:
 * their order carries meaning.
 */
export function discordEmbed(doc: MessageDoc, imageUrl?: string): DiscordEmbed {
  const title = fitted(shown(doc.title), MOST_TITLE, escapeMarkdown);
  const footer = fitted(shown(doc.footer ?? ''), MOST_FOOTER, (text) => text);
  const parts = doc.blocks
    .map((block, index) => embedBlock(block, index))
    .filter((part): part is Part => part !== undefined);
  const description = chooseParts(parts, MOST_DESCRIPTION, BETWEEN_BLOCKS.length)
    .map(({ text }) => text)
    .join(BETWEEN_BLOCKS);
  const embed: DiscordEmbed = { color: colourOf(doc.tone) };
  if (title !== '') embed.title = title;
  if (description !== '') embed.description = description;
  else if (title === '') embed.description = NOTHING;
  // Markdown is not read in a footer, so nothing is escaped there.
  if (footer !== '') embed.footer = { text: footer };
  if (imageUrl !== undefined) embed.image = { url: imageUrl };
  return embed;
}

/** On one line. */
function shown(text: string): string {
  return withUnitsHeld(plainLine(text).trim());
}

/** RGB as one number. */
function colourOf(tone: MessageDoc['tone']): number {
  return Number.parseInt(hexOf(tone).slice(1), 16);
}

function hexOf(tone: MessageDoc['tone']): string {
  if (tone === 'info') return PALETTE.estimated;
  return tone === 'data' ? PALETTE.muted : LEVEL_COLOURS[tone];
}

import type { MessageDoc } from '../../src/alerts/message-doc.ts';
import { drawFigure } from '../../src/bot/charts/draw-figure.ts';
import { COMMANDS } from '../../src/bot/commands.gen.ts';
import { fullDraft } from '../../src/bot/platforms/discord/message-draft.ts';
import { editCall, FULL_STYLE, postCall } from '../../src/bot/platforms/telegram/message-call.ts';
import type { DiscordMessage } from './discord-card.ts';
import type { TelegramMessage } from './telegram-card.ts';

/** What both platforms are really sent for a document, in the form the pictures are drawn from. */
export interface AsSent {
  discord: DiscordMessage;
  telegram: TelegramMessage;
}

const DISCORD_CHAT = {
  platform: 'discord',
  chatId: '110000000000000001',
  thread: '120000000000000001',
};
const TELEGRAM_CHAT = { platform: 'telegram', chatId: '-1001234567890' };
const COMMAND_NAMES = new Set(COMMANDS.map(({ name }) => name));

/**
 * `at`: when it was posted, epoch ms; `before`: what it showed before, where it was edited to this.
 * Throws when a platform would be sent nothing that can be drawn.
 */
export function asSent(doc: MessageDoc, at: number, before?: MessageDoc): AsSent {
  const png = chartOf(doc);
  const time = new Date(at).toISOString().slice(11, 16);
  const edited = before !== undefined;
  // An edited photo of Telegram stays a photo; Discord's picture goes with the embed.
  const photo = png ?? (before === undefined ? undefined : chartOf(before));
  return {
    discord: { ...discordOf(doc, png), ...(png && { png }), time, edited },
    telegram: { ...telegramOf(doc, png, before), ...(photo && { png: photo }), time, edited },
  };
}

function chartOf({ figure }: MessageDoc): Uint8Array | undefined {
  return figure === undefined ? undefined : drawFigure(figure);
}

function discordOf(doc: MessageDoc, png?: Uint8Array): Pick<DiscordMessage, 'embed' | 'buttons'> {
  const { embeds, components } = fullDraft(DISCORD_CHAT, doc, png).body;
  const [embed] = embeds;
  if (embed === undefined) throw new Error('the draft has no embed');
  const buttons = components.flatMap((row) => row.components.map(({ label }) => label));
  return { embed, buttons };
}

/** The parameters of the call that are drawn. */
interface TelegramPayload {
  caption?: string;
  text?: string;
  parse_mode?: string;
  reply_markup?: string;
  media?: { caption?: string; parse_mode?: string };
}

function telegramOf(
  doc: MessageDoc,
  png?: Uint8Array,
  before?: MessageDoc,
): Pick<TelegramMessage, 'text' | 'html' | 'keyboard'> {
  const message = {
    id: 'picture',
    chat: TELEGRAM_CHAT,
    doc,
    ...(png === undefined ? {} : { png }),
    silent: false,
    severity: 2,
    kind: 'raise' as const,
  };
  const target = { messageId: 1, kind: before?.figure === undefined ? 'text' : 'photo' } as const;
  const { method, payload: parameters } =
    before === undefined
      ? postCall(message, FULL_STYLE, COMMAND_NAMES)
      : editCall(message, target, FULL_STYLE, COMMAND_NAMES);
  const payload: TelegramPayload = parameters;
  const markup = JSON.parse(payload.reply_markup ?? '{"inline_keyboard":[]}') as {
    inline_keyboard: { text: string }[][];
  };
  const { media } = payload;
  const text = media?.caption ?? payload.caption ?? payload.text;
  if (text === undefined) throw new Error(`${method} has no text to draw`);
  return {
    text,
    html: (media ?? payload).parse_mode === 'HTML',
    keyboard: markup.inline_keyboard.map((row) => row.map(({ text }) => text)),
  };
}

import { avatar } from './avatar.ts';
import { box, type Drawing, photo, placed, stacked } from './drawing.ts';
import { readPlain, readTelegramHtml } from './telegram-markup.ts';
import { label, type TextStyle, textBlock } from './text-block.ts';

/** A message as it goes to Telegram: a text, or a photo with the text as its caption. */
export interface TelegramMessage {
  text: string;
  /** False: sent without markup. */
  html: boolean;
  keyboard: readonly (readonly string[])[];
  png?: Uint8Array;
  /** `12:58`. */
  time: string;
  edited?: boolean;
}

export const TELEGRAM_BACKGROUND = '#0e1621';
const BUBBLE = '#182533';
const BUTTON = '#22303f';
const NAME = 'Cascade Watch';

/** A phone of 412 px: bubbles leave room for the avatar and at the right; photos are 70 % wide. */
const TELEGRAM_WIDTH = 400;
const BUBBLE_WIDTH = 322;
const AVATAR = 36;
const MARGIN = 10;
const PADDING = 12;
const BUTTON_HEIGHT = 38;
const GAP = 3;

/** The font here is wider than a phone's, so it is smaller: as many letters stand in a row. */
const STYLE: TextStyle = {
  sizePx: 14,
  rowPx: 19.5,
  colour: '#f5f5f5',
  linkColour: '#6ab3f3',
  smallColour: '#6d8299',
  code: {
    // Telegram shows long blocks 5 px smaller than its text.
    sizePx: 11,
    rowPx: 15.5,
    colour: '#dfe9f3',
    fill: '#1d3346',
    radius: 4,
    paddingPx: 6,
    bar: '#6ab3f3',
    marginPx: 3,
  },
};

export function telegramCard(message: TelegramMessage, id: string): Drawing {
  const bubble = bubbleDrawing(message, id);
  const content = stacked([bubble, ...keyboardRows(message.keyboard)], GAP);
  const left = MARGIN + AVATAR + 8;
  const height = content.height + 2 * MARGIN;
  const svg = [
    placed(avatar(AVATAR), MARGIN, MARGIN + bubble.height - AVATAR),
    placed(content, left, MARGIN),
  ];
  return { width: TELEGRAM_WIDTH, height, svg: svg.join('') };
}

function bubbleDrawing({ text, html, png, time, edited }: TelegramMessage, id: string): Drawing {
  const inner = BUBBLE_WIDTH - 2 * PADDING;
  const name = label(NAME, { face: 'bold', sizePx: 13, colour: '#e8a35c' });
  const words = textBlock(html ? readTelegramHtml(text) : readPlain(text), inner, STYLE);
  const when = label(`${edited === true ? 'edited ' : ''}${time}`, {
    sizePx: 10.5,
    colour: STYLE.smallColour,
  });
  const picture = png === undefined ? undefined : photo(png, BUBBLE_WIDTH, 0, id);
  const wordsAt = 8 + name.height + 5 + (picture === undefined ? 0 : picture.height + 7);
  const height = wordsAt + words.height + 3 + when.height + 5;
  const svg = [
    box({ width: BUBBLE_WIDTH, height, fill: BUBBLE, radius: 14 }),
    placed(name, PADDING, 8),
    ...(picture === undefined ? [] : [placed(picture, 0, 8 + name.height + 5)]),
    placed(words, PADDING, wordsAt),
    placed(when, BUBBLE_WIDTH - PADDING - when.width, wordsAt + words.height + 3),
  ];
  return { width: BUBBLE_WIDTH, height, svg: svg.join('') };
}

function keyboardRows(keyboard: TelegramMessage['keyboard']): Drawing[] {
  return keyboard.map((labels) => {
    const width = (BUBBLE_WIDTH - GAP * (labels.length - 1)) / labels.length;
    const parts = labels.map((text, index) => {
      const words = label(text, { face: 'bold', sizePx: 12.5, colour: '#ffffff' });
      const x = index * (width + GAP);
      return [
        box({ x, width, height: BUTTON_HEIGHT, fill: BUTTON, radius: 8 }),
        placed(words, x + (width - words.width) / 2, 11),
      ].join('');
    });
    return { width: BUBBLE_WIDTH, height: BUTTON_HEIGHT, svg: parts.join('') };
  });
}

import { plainLine } from '../text/plain.ts';
import { CHART_FONT, PALETTE } from './palette.ts';

/** Small, so that letters are large: a phone shows the picture about 300 px wide. */
export const CHART_WIDTH = 600;
export const CHART_HEIGHT = 420;
export const MARGIN = 14;

const CAPTION_SIZE = 14;
const CAPTION_LETTERS_PER_LINE = 66;

/** What all charts have in common. */
export const CHART_BASE = {
  animation: false,
  backgroundColor: PALETTE.background,
  textStyle: { fontFamily: CHART_FONT, color: PALETTE.text },
} as const;

export function heading(text: string) {
  return {
    text: plainLine(text),
    left: MARGIN,
    top: 10,
    textStyle: { color: PALETTE.text, fontSize: 25, fontWeight: 'bold' as const },
  };
}

/** Figure of now, and of what moment the picture is: it may be looked at much later. */
export function moment(text: string) {
  const textStyle = { color: PALETTE.muted, fontSize: 17, fontWeight: 'normal' as const };
  return { text: plainLine(text), right: MARGIN, top: 49, textStyle };
}

/** What the figures stand on, two lines at the bottom at most. */
export function caption(text: string) {
  return {
    text: cut(plainLine(text), 2 * CAPTION_LETTERS_PER_LINE),
    left: MARGIN,
    bottom: 8,
    textStyle: {
      color: PALETTE.muted,
      fontSize: CAPTION_SIZE,
      fontWeight: 'normal' as const,
      lineHeight: 17,
      width: CHART_WIDTH - 2 * MARGIN,
      overflow: 'break' as const,
    },
  };
}

/** In the middle of a plot with nothing in it. */
export function note(text: string, place: { left?: number | 'center'; top?: number } = {}) {
  const textStyle = { color: PALETTE.muted, fontSize: 18, fontWeight: 'normal' as const };
  return { text, left: 'center' as const, top: 200, ...place, textStyle };
}

export function cut(text: string, most: number): string {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : text;
}

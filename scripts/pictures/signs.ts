import { px } from './drawing.ts';

/**
 * Emoji of messages, which the font lacks, as shapes in their usual colours. Others would show as the
 * font's box for a missing letter, and be noticed.
 */
const DISCS: Readonly<Record<string, string>> = {
  '🔴': '#dd2e44',
  '🟠': '#f4900c',
  '🟡': '#fdcb58',
  '🟢': '#78b159',
  '🔵': '#55acee',
  '⚪': '#e6e7e8',
};
const INFO = /^ℹ\ufe0f?$/;

/** Width of a sign, ems. */
export const SIGN_EMS = 1.25;

export function isSign(letter: string): boolean {
  return letter in DISCS || INFO.test(letter);
}

/** The sign standing on a line of text at x, its baseline at y. */
export function signSvg(letter: string, x: number, baseline: number, sizePx: number): string {
  const middle = { x: x + (SIGN_EMS * sizePx) / 2, y: baseline - 0.36 * sizePx };
  const disc = DISCS[letter];
  if (disc !== undefined) {
    return `<circle cx="${px(middle.x)}" cy="${px(middle.y)}" r="${px(0.5 * sizePx)}" fill="${disc}"/>`;
  }
  const side = 1.05 * sizePx;
  return [
    `<rect x="${px(middle.x - side / 2)}" y="${px(middle.y - side / 2)}" width="${px(side)}" height="${px(side)}" rx="${px(0.2 * sizePx)}" fill="#3b88c3"/>`,
    `<text x="${px(middle.x)}" y="${px(baseline)}" text-anchor="middle" font-family="DejaVu Sans" font-weight="bold" font-size="${px(0.9 * sizePx)}" fill="#ffffff">i</text>`,
  ].join('');
}

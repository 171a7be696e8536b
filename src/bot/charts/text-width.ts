/**
 * Width in px of a line of DejaVu Sans, for laying out labels where there is no canvas to measure
 * with. Average advance widths by kind of letter, slightly generous, so labels never touch.
 */
export function textWidth(text: string, fontSizePx: number, bold: boolean): number {
  let ems = 0;
  for (const letter of text) ems += emsOf(letter);
  return ems * fontSizePx * (bold ? 1.12 : 1);
}

/** ECharts' hook: `font` is a CSS font such as `bold 19px DejaVu Sans`. */
export function measureText(text: string, font?: string): { width: number } {
  const size = Number(/(\d+(?:\.\d+)?)px/.exec(font ?? '')?.[1] ?? 12);
  return { width: textWidth(text, size, /\bbold\b/.test(font ?? '')) };
}

function emsOf(letter: string): number {
  if (/[ .,:;|!'ijlIft()[\]·]/.test(letter)) return 0.38;
  if (/[mwMW@%]/.test(letter)) return 0.96;
  if (/[A-Z+−]/.test(letter)) return 0.72;
  return letter.charCodeAt(0) > 0x2e80 ? 1 : 0.63;
}

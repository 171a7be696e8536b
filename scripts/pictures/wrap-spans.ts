import { graphemes } from '../../src/bot/text/display-width.ts';
import { type Face, widthOf } from './fonts.ts';
import type { Span } from './rich-text.ts';
import { isSign, SIGN_EMS } from './signs.ts';

/** A piece of a row, at its place. */
export interface PlacedSpan extends Span {
  x: number;
  width: number;
}

/**
 * Breaks spans into rows of at most `width` px, at spaces where there are any; a word longer than a
 * row is cut between letters. Never empty: no text is one empty row.
 */
export function wrapSpans(spans: readonly Span[], width: number, sizePx: number): PlacedSpan[][] {
  const rows: PlacedSpan[][] = [[]];
  let used = 0;
  const add = (span: Span) => {
    const spanWidth = spanWidthOf(span.text, span.face, sizePx);
    rows.at(-1)?.push({ ...span, x: used, width: spanWidth });
    used += spanWidth;
  };
  const feed = () => {
    rows.push([]);
    used = 0;
  };
  for (const word of wordsOf(spans)) {
    const bare = word.map((span) => ({ ...span, text: span.text.trimEnd() }));
    if (used > 0 && used + totalOf(bare, sizePx) > width) feed();
    if (totalOf(bare, sizePx) <= width) {
      for (const span of word) add(span);
      continue;
    }
    for (const span of word) {
      for (const letter of graphemes(span.text)) {
        if (used > 0 && used + spanWidthOf(letter, span.face, sizePx) > width) feed();
        add({ ...span, text: letter });
      }
    }
  }
  return rows.map(joined);
}

export function spanWidthOf(text: string, face: Face, sizePx: number): number {
  let total = 0;
  for (const part of splitSigns(text)) {
    total += isSign(part) ? SIGN_EMS * sizePx : widthOf(part, face, sizePx);
  }
  return total;
}

/** Signs by themselves, the letters between them together. */
export function splitSigns(text: string): string[] {
  const parts: string[] = [];
  let letters = '';
  for (const letter of graphemes(text)) {
    if (!isSign(letter)) {
      letters += letter;
      continue;
    }
    if (letters !== '') parts.push(letters);
    parts.push(letter);
    letters = '';
  }
  return letters === '' ? parts : [...parts, letters];
}

/** Words with the spaces behind them; one may run through several spans. */
function wordsOf(spans: readonly Span[]): Span[][] {
  const words: Span[][] = [];
  let open = false;
  for (const span of spans) {
    for (const text of span.text.split(/(?<= )(?=[^ ])/)) {
      if (text === '') continue;
      if (open && !text.startsWith(' ')) words.at(-1)?.push({ ...span, text });
      else words.push([{ ...span, text }]);
      open = !text.endsWith(' ');
    }
  }
  return words;
}

function totalOf(spans: readonly Span[], sizePx: number): number {
  return spans.reduce((sum, { text, face }) => sum + spanWidthOf(text, face, sizePx), 0);
}

/** Neighbours of the same look as one. */
function joined(row: readonly PlacedSpan[]): PlacedSpan[] {
  const whole: PlacedSpan[] = [];
  for (const span of row) {
    const last = whole.at(-1);
    if (last?.face !== span.face || last.link !== span.link) whole.push(span);
    else {
      const text = last.text + span.text;
      whole[whole.length - 1] = { ...last, text, width: last.width + span.width };
    }
  }
  return whole;
}

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** East Asian wide and full-width blocks (Unicode TR 11), without the emoji named by property. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u;
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|[0-9#*]\ufe0f?\u20e3/u;
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;
/** Nothing to look up in plain Latin text, which is nearly all of it. */
const SIMPLE = /^[\x20-\x7e]*$/;

/** What a person sees as one character each. */
export function graphemes(text: string): string[] {
  if (SIMPLE.test(text)) return [...text];
  return Array.from(SEGMENTER.segment(text), ({ segment }) => segment);
}

/** Columns a text takes in a terminal. */
export function displayWidth(text: string): number {
  if (SIMPLE.test(text)) return text.length;
  return graphemes(text).reduce((sum, grapheme) => sum + widthOf(grapheme), 0);
}

/** The longest beginning that fits in so many columns. */
export function takeColumns(text: string, columns: number): string {
  let taken = '';
  let width = 0;
  for (const grapheme of graphemes(text)) {
    width += widthOf(grapheme);
    if (width > columns) break;
    taken += grapheme;
  }
  return taken;
}

/** Cut to the columns, with an ellipsis when something was lost. */
export function fitColumns(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  return columns < 1 ? '' : `${takeColumns(text, columns - 1)}…`;
}

export function padEndColumns(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

export function padStartColumns(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - displayWidth(text))) + text;
}

function widthOf(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  return EMOJI.test(grapheme) || WIDE.test(grapheme) ? 2 : 1;
}

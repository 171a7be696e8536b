import type { Level } from '../../signals/model/ids.ts';

/** What a piece of text means; the terminal decides how it looks. */
export type Style = Level | 'info' | 'data' | 'strong' | 'faint' | 'exact' | 'estimated';

export interface Span {
  text: string;
  style?: Style;
}

/** One line on the screen; its text holds no line breaks. */
export type Line = readonly Span[];

export function line(text: string, style?: Style): Line {
  return [style === undefined ? { text } : { text, style }];
}

export function textOf(lines: readonly Line[]): string {
  return lines.map((spans) => spans.map(({ text }) => text).join('')).join('\n');
}

const SGR: Readonly<Record<Style, string>> = {
  low: '32',
  elevated: '33',
  high: '1;33',
  critical: '1;31',
  info: '1',
  data: '36',
  strong: '1',
  faint: '2',
  exact: '33',
  estimated: '34',
};

/** ANSI colours, each closed where it was opened. */
export function paint(lines: readonly Line[]): string {
  return lines.map((spans) => spans.map(paintSpan).join('')).join('\n');
}

function paintSpan({ text, style }: Span): string {
  return style === undefined || text === '' ? text : `\x1b[${SGR[style]}m${text}\x1b[0m`;
}

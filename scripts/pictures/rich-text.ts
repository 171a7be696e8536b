import type { Face } from './fonts.ts';

/** A run of text in one look. */
export interface Span {
  text: string;
  face: Face;
  /** Something the client lets people tap: drawn in its own colour. */
  link?: boolean;
}

/** What a chat client makes of a message's markup: lines and blocks of fixed-width letters. */
export type Paragraph =
  | {
      kind: 'line';
      spans: Span[] /** Small print. */;
      small?: boolean /** Before it. */;
      bullet?: string;
    }
  | { kind: 'code'; text: string };

/** Characters that show nothing. */
const INVISIBLE = /[\u200b-\u200d\u2060\ufeff]/g;

export function visible(text: string): string {
  return text.replace(INVISIBLE, '');
}

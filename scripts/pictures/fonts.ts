import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readAdvances } from './font-advances.ts';

const require = createRequire(import.meta.url);

/** Kinds of letters in a message. */
export type Face = 'plain' | 'bold' | 'italic' | 'mono';

const FILES: Readonly<Record<Face, string>> = {
  plain: 'DejaVuSans.ttf',
  bold: 'DejaVuSans-Bold.ttf',
  italic: 'DejaVuSans-Oblique.ttf',
  mono: 'DejaVuSansMono.ttf',
};

/** SVG attributes that choose the face. */
export const FACE_ATTRIBUTES: Readonly<Record<Face, string>> = {
  plain: 'font-family="DejaVu Sans"',
  bold: 'font-family="DejaVu Sans" font-weight="bold"',
  italic: 'font-family="DejaVu Sans" font-style="italic"',
  mono: 'font-family="DejaVu Sans Mono"',
};

/** Font files of all pictures: of messages and of the terminal. */
export const FONT_FILES: readonly string[] = [
  ...Object.values(FILES),
  'DejaVuSansMono-Bold.ttf',
].map(pathOf);

const read = new Map<Face, (codePoint: number) => number>();

/** Width of a line of text, px, by the advances of the font itself. */
export function widthOf(text: string, face: Face, sizePx: number): number {
  let advance = read.get(face);
  if (advance === undefined) {
    advance = readAdvances(readFileSync(pathOf(FILES[face])));
    read.set(face, advance);
  }
  let ems = 0;
  for (const letter of text) ems += advance(letter.codePointAt(0) ?? 0);
  return ems * sizePx;
}

function pathOf(file: string): string {
  return require.resolve(`dejavu-fonts-ttf/ttf/${file}`);
}

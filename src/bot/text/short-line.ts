import { plainLine } from './plain.ts';

/** Text from outside on one line of at most so many characters (code points), cut with `…`. */
export function shortLine(text: string, mostCharacters: number): string {
  // A code point takes at most two units: the rest need not be looked at.
  const letters = [...plainLine(text.slice(0, mostCharacters * 8)).trim()];
  if (letters.length <= mostCharacters) return letters.join('');
  return `${letters.slice(0, mostCharacters - 1).join('')}…`;
}

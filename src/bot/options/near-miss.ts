/** Edits (insert, delete, replace, swap neighbours) between two words; capped at 3. */
export function editDistance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 2) return 3;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const at = (values: readonly number[], index: number) => values[index] ?? 3;
      let least = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
      );
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) least = Math.min(least, at(beforePrevious, column - 2) + 1);
      current.push(least);
    }
    beforePrevious = previous;
    previous = current;
  }
  return Math.min(3, previous[right.length] ?? 3);
}

/**
 * The words somebody probably meant, nearest first, at most `limit`: within one edit for words up
 * to five letters, two for longer ones, or beginning with what was typed (two letters or more).
 */
export function nearMisses(typed: string, words: Iterable<string>, limit = 3): string[] {
  const wanted = typed.toLowerCase();
  const found: { word: string; distance: number }[] = [];
  for (const word of words) {
    const distance = editDistance(wanted, word.toLowerCase());
    const allowed = word.length <= 5 ? 1 : 2;
    if (distance <= allowed) found.push({ word, distance });
    else if (wanted.length >= 2 && word.toLowerCase().startsWith(wanted)) {
      found.push({ word, distance: 2.5 });
    }
  }
  found.sort((a, b) => a.distance - b.distance || a.word.localeCompare(b.word, 'en'));
  return found.slice(0, limit).map(({ word }) => word);
}

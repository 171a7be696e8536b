/** One piece of a message, as a platform shows it. */
export interface Part {
  /** Rendered. */
  text: string;
  /** Of the rendered text, as the platform counts it against its limit. */
  length: number;
  /** Parts of a lower rank survive longer. */
  rank: number;
  /** The part in at most this length; undefined when nothing sensible is left of it. */
  shorten?(most: number): Part | undefined;
}

/**
 * What of a message fits into `budget`, in document order, with `joint` counted between two parts.
 * The lowest ranks choose first (equal ones in document order): each is kept, else shortened into
 * the room left, else given up; those after it may still fit. Empty parts are left out.
 */
export function chooseParts(parts: readonly Part[], budget: number, joint: number): Part[] {
  const byRank = parts
    .map((part, index) => ({ part, index }))
    .filter(({ part }) => part.length > 0)
    .sort((a, b) => a.part.rank - b.part.rank || a.index - b.index);
  const kept: { part: Part; index: number }[] = [];
  let used = 0;
  for (const { part, index } of byRank) {
    const room = budget - used - (kept.length === 0 ? 0 : joint);
    const fitting = part.length <= room ? part : shortened(part, room);
    if (fitting === undefined) continue;
    used = budget - room + fitting.length;
    kept.push({ part: fitting, index });
  }
  return kept.sort((a, b) => a.index - b.index).map(({ part }) => part);
}

function shortened(part: Part, room: number): Part | undefined {
  if (room <= 0) return undefined;
  const shorter = part.shorten?.(room);
  return shorter !== undefined && shorter.length > 0 && shorter.length <= room
    ? shorter
    : undefined;
}

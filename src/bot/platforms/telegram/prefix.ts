/** Up to which number everything has been dealt with, while things end in any order. */
export interface Prefix {
  position(): number | undefined;
  /** Had it been dealt with before this process began? */
  isBeforeStart(id: number): boolean;
  begun(id: number): void;
  done(id: number): void;
  /** The position there will be when this one is done as well. */
  with(id: number): number;
}

/**
 * Telegram picks a new number at random after a week without updates. So much lower than the last
 * one, an update is a new one, and not the same again.
 */
const RENUMBERED = 10_000;
/** By webhook Telegram may give one up that it could not deliver: it must not hold the rest for ever. */
const MOST_OPEN = 1_000;

/** `start`: the position as stored; undefined at first. */
export function createPrefix(start: number | undefined): Prefix {
  let position = start;
  let reached = start;
  const open = new Set<number>();

  function withDone(id: number): number {
    const lowestOpen = [...open].reduce(
      (lowest, other) => (other === id ? lowest : Math.min(lowest, other)),
      Number.POSITIVE_INFINITY,
    );
    const end = Math.min(Math.max(reached ?? id, id), lowestOpen - 1);
    return Math.max(position ?? end, end);
  }

  return {
    position: () => position,
    isBeforeStart: (id) => start !== undefined && id <= start && start - id < RENUMBERED,
    begun(id) {
      if (position !== undefined && position - id >= RENUMBERED) {
        position = undefined;
        reached = undefined;
      }
      open.add(id);
      for (const oldest of open) {
        if (open.size <= MOST_OPEN) break;
        open.delete(oldest);
      }
    },
    done(id) {
      position = withDone(id);
      reached = Math.max(reached ?? id, id);
      open.delete(id);
    },
    with: withDone,
  };
}

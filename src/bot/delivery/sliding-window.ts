/** Starts within the last `windowMs`, oldest first, so that no window ever holds more than `most`. */
export interface SlidingWindow {
  /** Notes a start. */
  add(at: number): void;
  /** Earliest time at which one more may be added while `promised` others are still to come. */
  readyAt(now: number, promised: number): number;
  /** Is there nothing left to remember? */
  isEmpty(now: number): boolean;
}

/** Times in ms of one clock that never goes backwards. `most` is at least 1. */
export function createSlidingWindow(most: number, windowMs: number): SlidingWindow {
  let starts: number[] = [];

  function forgetOld(now: number): void {
    const kept = starts.findIndex((at) => at + windowMs > now);
    if (kept === -1) starts = [];
    else if (kept > 0) starts.splice(0, kept);
  }

  return {
    add: (at) => void starts.push(at),
    readyAt(now, promised) {
      forgetOld(now);
      const tooMany = starts.length + promised + 1 - most;
      if (tooMany <= 0) return now;
      const leaver = starts[tooMany - 1];
      // Nothing that has started leaves room in time: one of the promised has to start first.
      return leaver === undefined ? Number.POSITIVE_INFINITY : leaver + windowMs;
    },
    isEmpty(now) {
      forgetOld(now);
      return starts.length === 0;
    },
  };
}

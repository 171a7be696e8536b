export interface Slots {
  /** Does the work when a slot is free, first come first served; `busy` when too many wait. */
  run<T>(work: () => Promise<T>): Promise<T | 'busy'>;
}

/** At most `atOnce` (1 at least) pieces of work under way, and `mostWaiting` waiting for their turn. */
export function createSlots(atOnce: number, mostWaiting: number): Slots {
  const waiting: (() => void)[] = [];
  let taken = 0;

  async function enter(): Promise<boolean> {
    if (taken < Math.max(1, atOnce)) {
      taken += 1;
      return true;
    }
    if (waiting.length >= mostWaiting) return false;
    // Whoever leaves hands the slot over, so that nobody slips in between.
    await new Promise<void>((resolve) => waiting.push(resolve));
    return true;
  }

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next();
  }

  return {
    async run(work) {
      if (!(await enter())) return 'busy';
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

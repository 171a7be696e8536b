import type { Clock } from '../../../ports.ts';

/** Work nobody waits for until the end. */
export interface UnderWay {
  /** It must not reject. */
  add(work: Promise<void>): void;
  /** Resolves when all of it is done, or the time for that is over. */
  ended(): Promise<void>;
}

export function createUnderWay(clock: Clock, withinMs: number): UnderWay {
  const works = new Set<Promise<void>>();
  return {
    add(work) {
      works.add(work);
      void work.finally(() => works.delete(work));
    },
    async ended() {
      const done = new AbortController();
      const late = clock.sleep(withinMs, done.signal).catch(() => {});
      await Promise.race([Promise.all(works), late]);
      done.abort();
    },
  };
}

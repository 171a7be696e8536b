/** Work of the same key one after another, in order; work of different keys side by side. */
export interface SideBySide {
  /** `work` must not reject. */
  add(key: string, work: () => Promise<void>): void;
  /** What waits or is under way. */
  count(): number;
  /** When nothing waits or is under way any more. */
  idle(): Promise<void>;
}

/** At most `atOnce` keys are worked on at the same time; the others take turns. */
export function createSideBySide(atOnce: number): SideBySide {
  const queues = new Map<string, (() => Promise<void>)[]>();
  const busy = new Set<string>();
  let count = 0;
  let ended = Promise.withResolvers<void>();
  ended.resolve();

  function startNext(): void {
    for (const [key, queue] of queues) {
      if (busy.size >= atOnce) return;
      if (busy.has(key)) continue;
      const work = queue.shift();
      queues.delete(key);
      // Behind the others, so that a long queue does not keep its place.
      if (queue.length > 0) queues.set(key, queue);
      if (work !== undefined) void start(key, work);
    }
  }

  async function start(key: string, work: () => Promise<void>): Promise<void> {
    busy.add(key);
    try {
      await work();
    } finally {
      busy.delete(key);
      count -= 1;
      if (count === 0) ended.resolve();
      startNext();
    }
  }

  return {
    add(key, work) {
      if (count === 0) ended = Promise.withResolvers<void>();
      count += 1;
      const queue = queues.get(key);
      if (queue === undefined) queues.set(key, [work]);
      else queue.push(work);
      startNext();
    },
    count: () => count,
    idle: () => ended.promise,
  };
}

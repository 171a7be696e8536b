/** Lets timers, sockets and chat heartbeats run before going on. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Longest uninterrupted piece of work, ms. */
const SLICE_MS = 15;

/** Applies `work` to every item in order, yielding to the event loop after each slice of work. */
export async function inSlices<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  let startedAt = performance.now();
  for (const item of items) {
    work(item);
    if (performance.now() - startedAt < SLICE_MS) continue;
    await yieldToEventLoop();
    startedAt = performance.now();
  }
}

import type { Clock } from '../../ports.ts';

/**
 * Runs `work` with a signal that aborts after `deadlineMs` or with `stop`, and does not wait for
 * work that ignores it: then `onTimeout` is the result. Errors of `work` are passed on.
 */
export async function withDeadline<T>(
  clock: Clock,
  deadlineMs: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  onTimeout: () => T,
): Promise<T> {
  const over = new AbortController();
  const cutOff = new AbortController();
  const timeUp = Promise.race([
    clock.sleep(deadlineMs, over.signal),
    new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      stop.addEventListener('abort', () => resolve(), { once: true, signal: over.signal });
    }),
  ]).then(
    () => {
      cutOff.abort();
      // Work that honours the signal gets one turn to say how it ended.
      return new Promise<void>((resolve) => setImmediate(resolve)).then(onTimeout);
    },
    () => new Promise<T>(() => {}),
  );
  try {
    return await Promise.race([work(cutOff.signal), timeUp]);
  } finally {
    over.abort();
  }
}

import type { VirtualClock } from './virtual-clock.ts';

/** Lets the clock run in steps while the work waits for it; gives what the work gives. */
export async function runWithClock<T>(
  clock: VirtualClock,
  work: Promise<T>,
  stepMs = 1_000,
): Promise<T> {
  let done = false;
  const end = work.finally(() => {
    done = true;
  });
  end.catch(() => undefined);
  await clock.advance(0);
  while (!done) await clock.advance(stepMs);
  return await end;
}

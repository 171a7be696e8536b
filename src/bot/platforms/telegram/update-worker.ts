import { createGrowingWait, pauseFor } from './growing-wait.ts';
import type { AcceptedUpdate } from './intake.ts';
import type { ReceiveParts } from './receive-parts.ts';
import { createSideBySide } from './side-by-side.ts';

export interface UpdateWorker {
  /**
   * Sets what is new in a batch to work and waits for it, but not long: more may come meanwhile.
   * Gives whether anything is moving.
   */
  take(batch: readonly unknown[], freshUntil: number): Promise<boolean>;
  /** When nothing is under way any more. */
  idle(): Promise<void>;
}

/** While the store fails, the updates at hand are tried again, and no more are asked for. */
export function createUpdateWorker(
  { intake, clock, random, settings }: ReceiveParts,
  signal: AbortSignal,
): UpdateWorker {
  const { retryMinMs: minMs, retryMaxMs: maxMs } = settings;
  const jobs = createSideBySide(settings.mostPlacesAtOnce);
  const begun = new WeakSet<AcceptedUpdate>();

  async function untilStored(work: () => Promise<'done' | 'not-stored'>): Promise<void> {
    const wait = createGrowingWait(clock, random, { minMs, maxMs });
    while (!signal.aborted && (await work()) === 'not-stored') await wait.pause(signal);
  }

  function begin(raw: unknown, freshUntil: number): void {
    const update = intake.accept(raw);
    if (update === undefined || begun.has(update)) return;
    begun.add(update);
    jobs.add(update.place, () => untilStored(() => update.work(clock.now() <= freshUntil)));
  }

  async function doneOrLong(): Promise<void> {
    const done = new AbortController();
    const long = pauseFor(clock, settings.pollAgainMs, AbortSignal.any([signal, done.signal]));
    await Promise.race([jobs.idle(), long]);
    done.abort();
  }

  return {
    async take(batch, freshUntil) {
      const before = intake.position();
      for (const raw of batch) begin(raw, freshUntil);
      if (jobs.count() > 0) await doneOrLong();
      await untilStored(intake.flush);
      return batch.length === 0 || jobs.count() > 0 || intake.position() !== before;
    },
    idle: jobs.idle,
  };
}

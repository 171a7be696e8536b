import type { Clock, EpochMs } from '../../src/ports.ts';

interface Sleeper {
  at: EpochMs;
  wake(): void;
  fail(reason: unknown): void;
}

/** A clock that moves only when told to: `advance` wakes sleepers in time order. */
export class VirtualClock implements Clock {
  #now: EpochMs;
  #sleepers: Sleeper[] = [];
  readonly #settled: () => Promise<void>;

  /** `settledBy`: resolves once nothing moves any more but by time; for work that takes real time. */
  constructor(start: EpochMs = Date.UTC(2026, 0, 1), settledBy: () => Promise<void> = settled) {
    this.#now = start;
    this.#settled = settledBy;
  }

  now(): EpochMs {
    return this.#now;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper: Sleeper = { at: this.#now + durationMs, wake: resolve, fail: reject };
    this.#sleepers.push(sleeper);
    signal?.addEventListener(
      'abort',
      () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        sleeper.fail(signal.reason);
      },
      { once: true },
    );
    return promise;
  }

  /** Moves time on, letting everything a woken sleeper does settle before the next one wakes. */
  async advance(durationMs: number): Promise<void> {
    const end = this.#now + durationMs;
    for (;;) {
      await this.#settled();
      const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = end;
    await this.#settled();
  }

  get sleeping(): number {
    return this.#sleepers.length;
  }
}

/** Lets pending promise callbacks and immediates run. */
async function settled(): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

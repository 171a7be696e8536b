import type { Clock, EpochMs } from '../../../src/ports.ts';

interface Sleeper {
  at: EpochMs;
  wake(): void;
}

/**
 * Virtual time that goes on by itself, from one sleeper to the next, but only while nothing is
 * under way: what really goes over a wire or to the disk takes none of it. Whole milliseconds.
 */
export class WaitingClock implements Clock {
  /** The time for other threads: one `BigInt64`. */
  readonly face = new SharedArrayBuffer(8);
  readonly #face = new BigInt64Array(this.face);
  #now = 0;
  /** Soonest first. */
  #sleepers: Sleeper[] = [];
  #underWay = 0;
  #changed = () => {};

  constructor(startAt: EpochMs) {
    this.#moveTo(startAt);
  }

  now(): EpochMs {
    return this.#now;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const aborted = () => {
      this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
      reject(signal?.reason);
    };
    const sleeper: Sleeper = {
      at: Math.ceil(this.#now + durationMs),
      wake() {
        signal?.removeEventListener('abort', aborted);
        resolve();
      },
    };
    signal?.addEventListener('abort', aborted, { once: true });
    const later = this.#sleepers.findIndex(({ at }) => at > sleeper.at);
    this.#sleepers.splice(later === -1 ? this.#sleepers.length : later, 0, sleeper);
    this.#changed();
    return promise;
  }

  /** Time stands still until the work has ended. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      this.#changed();
    }
  }

  /** Lets time go on until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#changed(), { once: true });
    for (;;) {
      await settled();
      if (signal.aborted) return;
      if (this.#underWay > 0 || this.#sleepers.length === 0) {
        await new Promise<void>((resolve) => {
          this.#changed = resolve;
        });
        continue;
      }
      const next = this.#sleepers.shift();
      if (next === undefined) continue;
      this.#moveTo(Math.max(this.#now, next.at));
      next.wake();
    }
  }

  #moveTo(at: EpochMs): void {
    this.#now = at;
    Atomics.store(this.#face, 0, BigInt(at));
  }
}

/** Reads the face of a clock of another thread. */
export function readFace(face: SharedArrayBuffer): () => EpochMs {
  const hands = new BigInt64Array(face);
  return () => Number(Atomics.load(hands, 0));
}

/** What was just set free has gone as far as it can without waiting. */
async function settled(): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

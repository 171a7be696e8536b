import type { Clock, EpochMs } from '../../src/ports.ts';

/** A clock on which nobody waits: a sleep moves it on and resolves. Keeps what was slept. */
export class InstantClock implements Clock {
  #now: EpochMs;
  /** Durations asked for, ms, oldest first. */
  readonly sleptMs: number[] = [];

  constructor(start: EpochMs = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): EpochMs {
    return this.#now;
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleptMs.push(durationMs);
    this.#now += durationMs;
  }

  advance(durationMs: number): void {
    this.#now += durationMs;
  }
}

/**
 * What the program needs from the world, as interfaces: everything below `main` gets these as
 * arguments, so that tests and the simulated market can supply their own.
 */

/** Milliseconds since 1970-01-01 UTC. A time of day, never a duration (durations end in `Ms`). */
export type EpochMs = number;

export interface Clock {
  /** Never goes backwards within one process. */
  now(): EpochMs;
  /** Resolves after `durationMs` of this clock's time, or rejects with `signal.reason` when aborted. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

type LogFields = Readonly<Record<string, unknown>>;

/** Structured logging; fields must be log-safe (no tokens, bodies, full URLs, wallet addresses). */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  child(fields: LogFields): Logger;
}

/** Uniform in [0, 1). */
export type Random = () => number;

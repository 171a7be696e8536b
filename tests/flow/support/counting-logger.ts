import type { Logger } from '../../../src/ports.ts';

/** Counts lines by their message and keeps none but a few warnings: memory is measured here. */
export class CountingLogger implements Logger {
  readonly counts = new Map<string, number>();
  /** Of warnings and errors, the first few. */
  readonly troubles: string[] = [];
  readonly #most = 20;

  debug(_fields: object, message: string): void {
    this.#count(message);
  }
  info(_fields: object, message: string): void {
    this.#count(message);
  }
  warn(fields: object, message: string): void {
    this.#trouble(fields, message);
  }
  error(fields: object, message: string): void {
    this.#trouble(fields, message);
  }
  child(): Logger {
    return this;
  }

  #count(message: string): void {
    this.counts.set(message, (this.counts.get(message) ?? 0) + 1);
  }

  #trouble(fields: object, message: string): void {
    this.#count(message);
    if (this.troubles.length < this.#most) {
      this.troubles.push(`${message} ${JSON.stringify(fields)}`);
    }
  }
}

import type { Logger } from '../../src/ports.ts';

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  fields: Readonly<Record<string, unknown>>;
  message: string;
}

/** Keeps every line, so that tests can say what was logged and what must never be. */
export class RecordingLogger implements Logger {
  readonly lines: LogLine[];
  readonly #base: Readonly<Record<string, unknown>>;

  constructor(lines: LogLine[] = [], base: Readonly<Record<string, unknown>> = {}) {
    this.lines = lines;
    this.#base = base;
  }

  debug(fields: LogLine['fields'], message: string): void {
    this.#add('debug', fields, message);
  }
  info(fields: LogLine['fields'], message: string): void {
    this.#add('info', fields, message);
  }
  warn(fields: LogLine['fields'], message: string): void {
    this.#add('warn', fields, message);
  }
  error(fields: LogLine['fields'], message: string): void {
    this.#add('error', fields, message);
  }
  child(fields: LogLine['fields']): Logger {
    return new RecordingLogger(this.lines, { ...this.#base, ...fields });
  }

  #add(level: LogLine['level'], fields: LogLine['fields'], message: string): void {
    this.lines.push({ level, fields: { ...this.#base, ...fields }, message });
  }
}

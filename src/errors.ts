/**
 * The one family of deliberate errors. They are thrown, and turned into data at exactly two seams:
 * the source runner (-> Gap) and a platform's send (-> DeliveryOutcome).
 */

interface AppErrorOptions {
  /** Worth trying again without a person changing something? */
  retryable?: boolean;
  /** Log-safe facts only: never tokens, bodies or full URLs. */
  context?: Readonly<Record<string, string | number | boolean | undefined>>;
  cause?: unknown;
}

export class AppError extends Error {
  /** Stable literal such as `source/bad-payload`; documented, counted, matched on. */
  readonly code: string;
  readonly retryable: boolean;
  readonly context: Readonly<Record<string, string | number | boolean | undefined>>;

  constructor(code: string, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.context = options.context ?? {};
  }
}

/** A venue or protocol did not give what was asked; `reason` becomes the gap's reason. */
export class SourceError extends AppError {
  readonly reason:
    | 'unsupported'
    | 'timeout'
    | 'rate-limited'
    | 'unavailable'
    | 'bad-payload'
    | 'stale';
  /** What the venue asked us to wait, from `Retry-After` or its body, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(
    reason: SourceError['reason'],
    message: string,
    options: AppErrorOptions & { retryAfterMs?: number } = {},
  ) {
    super(`source/${reason}`, message, {
      retryable: reason === 'timeout' || reason === 'rate-limited' || reason === 'unavailable',
      ...options,
    });
    this.name = 'SourceError';
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** A user's mistake in chat: its message is shown to them as it is. */
export class CommandError extends AppError {
  constructor(message: string, options: AppErrorOptions = {}) {
    super('command/rejected', message, options);
    this.name = 'CommandError';
  }
}

/** Ends a command of the command line with this exit code (see docs/interfaces.md). */
export class ExitError extends AppError {
  readonly exitCode: 64 | 65 | 69 | 78;

  constructor(exitCode: ExitError['exitCode'], message: string, options: AppErrorOptions = {}) {
    super(`exit/${exitCode}`, message, options);
    this.name = 'ExitError';
    this.exitCode = exitCode;
  }
}

/** The message chain of an error, outermost first, for one log line; carries no stack. */
export function describeCause(error: unknown): string {
  const parts: string[] = [];
  let current: unknown = error;
  while (current instanceof Error && parts.length < 5) {
    parts.push(current.message);
    current = current.cause;
  }
  if (parts.length === 0) parts.push(String(error));
  return parts.join(': ');
}

/**
 * What kind of error it is and where it was thrown (`TypeError at index.js:12`), without its text:
 * for errors that may quote what people wrote or what a server sent.
 */
export function kindOfError(error: unknown): string {
  if (error instanceof AppError) return error.code;
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const named = /^[\w/]{1,60}$/.test(code) ? `${error.name} ${code}` : error.name;
  // The text comes first in the stack, and can imitate a frame.
  const frames = (error.stack ?? '').replace(error.message, '');
  const place = /^\s+at (?![^\n]*node:)[^\n]*?([\w.-]{1,60}:\d+):\d+\)?$/m.exec(frames)?.[1];
  return place === undefined ? named : `${named} at ${place}`;
}

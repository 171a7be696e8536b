import { type DestinationStream, pino } from 'pino';
import { describeCause } from './errors.ts';
import type { Logger } from './ports.ts';

interface LogOptions {
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Values replaced by `[secret]` wherever they would appear in a line. */
  secrets: readonly string[];
  /** Default: stderr, written at once so that no line is lost at exit. */
  destination?: DestinationStream;
}

/** JSON lines on stderr. Errors become their message chain: no stack of a deliberate error, no URL. */
export function createLogger(options: LogOptions): Logger {
  const { secrets } = options;
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeCause, err: describeCause },
      hooks: {
        streamWrite: (line) =>
          secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), line),
      },
    },
    options.destination ?? pino.destination({ fd: 2, sync: true }),
  ) as unknown as Logger;
}

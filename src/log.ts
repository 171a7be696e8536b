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
  const hide = secretHider(options.secrets);
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: {
        error: describeWithoutUrls,
        err: describeWithoutUrls,
        cause: describeWithoutUrls,
      },
      hooks: {
        streamWrite: hide,
      },
    },
    options.destination ?? pino.destination({ fd: 2, sync: true }),
  ) as unknown as Logger;
}

/** Replaces every secret in a text by `[secret]`. */
export function secretHider(secrets: readonly string[]): (text: string) => string {
  const forms = writtenForms(secrets);
  return (written) => forms.reduce((text, secret) => text.replaceAll(secret, '[secret]'), written);
}

/** As typed and as JSON writes it, the longest first: one secret may begin another. */
function writtenForms(secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  return [...new Set(forms)].filter((form) => form !== '').sort((a, b) => b.length - a.length);
}

/** Paths and queries carry tokens (Telegram's does): of a URL only scheme and host are told. */
function describeWithoutUrls(error: unknown): string {
  return describeCause(error).replace(
    /\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/@]*@)?([^\s/?#"')]*)([^\s"')]*)/gi,
    (_, scheme: string, host: string, rest: string) => `${scheme}${host}${rest === '' ? '' : '/…'}`,
  );
}

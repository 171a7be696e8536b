import { chooseClock } from '../choose-clock.ts';
import { isHttpUrl } from '../config/http-url.ts';
import { ExitError } from '../errors.ts';
import { createLogger } from '../log.ts';
import { type CliCommand, numberOption, textOption } from './command-line.ts';
import { runFetch } from './fetch.ts';

export const fetchCommand: CliCommand = {
  name: 'fetch',
  summary: 'Fetch one source once and print what it says',
  positionals: ['<source>'],
  options: {
    'base-url': { value: 'URL', summary: 'Replaces the venue’s scheme, host and path prefix' },
    depth: { value: 'N', summary: 'Order books of this many largest markets; default 3' },
    json: { summary: 'One JSON line per observation and gap' },
  },
  async run(context, args) {
    const log = createLogger({ level: 'warn', secrets: [] });
    const baseUrl = textOption(args, 'base-url');
    if (baseUrl !== undefined && !isHttpUrl(baseUrl)) {
      throw new ExitError(64, '--base-url must be an http(s) URL');
    }
    const depth = numberOption(args, 'depth', { min: 0, max: 100, integer: true });
    const { clock } = await chooseClock(undefined, log, context.signal);
    return runFetch({
      source: args.positionals[0] ?? '',
      ...(baseUrl === undefined ? {} : { baseUrl }),
      ...(depth === undefined ? {} : { depth }),
      json: args.options['json'] === true,
      clock,
      log,
      signal: context.signal,
      write: context.print,
    });
  },
};

import { readFileSync } from 'node:fs';

/** One environment variable the program reads; each is also read from the file `<NAME>_FILE`. */
export interface EnvironmentVariable {
  name: string;
  /** Where its value lands in the configuration; absent: used outside of it. */
  path?: readonly string[];
  type: 'text' | 'port';
  secret: boolean;
  summary: string;
}

export const ENVIRONMENT: readonly EnvironmentVariable[] = [
  { name: 'CONFIG_FILE', type: 'text', secret: false, summary: 'YAML file with settings' },
  {
    name: 'DATABASE_URL',
    path: ['database', 'url'],
    type: 'text',
    secret: true,
    summary: '`sqlite:PATH` or a plain path',
  },
  {
    name: 'SOURCES_BASE_URL',
    type: 'text',
    secret: false,
    summary:
      'Sets every source to `<it>/<source-id>`; when it also serves `/clock` (the simulated market does), the program takes its time from there',
  },
  {
    name: 'HTTP_HOST',
    path: ['http', 'host'],
    type: 'text',
    secret: false,
    summary: 'Address of /healthz, /readyz and /metrics',
  },
  {
    name: 'HTTP_PORT',
    path: ['http', 'port'],
    type: 'port',
    secret: false,
    summary: 'Their port; 0 picks a free one',
  },
  {
    name: 'HEARTBEAT_URL',
    path: ['heartbeatUrl'],
    type: 'text',
    secret: true,
    summary: 'Called after each evaluation, for a dead-man switch',
  },
  {
    name: 'LOG_LEVEL',
    path: ['logLevel'],
    type: 'text',
    secret: false,
    summary: '`debug`, `info`, `warn`, `error` or `silent`',
  },
  {
    name: 'DISCORD_TOKEN',
    type: 'text',
    secret: true,
    summary: 'Token of the Discord bot; without it Discord is off',
  },
  {
    name: 'DISCORD_API_URL',
    path: ['discord', 'apiUrl'],
    type: 'text',
    secret: false,
    summary: 'Discord’s API, ends in `/api`',
  },
  {
    name: 'TELEGRAM_TOKEN',
    type: 'text',
    secret: true,
    summary: 'Token of the Telegram bot; without it Telegram is off',
  },
  {
    name: 'TELEGRAM_API_URL',
    path: ['telegram', 'apiUrl'],
    type: 'text',
    secret: false,
    summary: 'Telegram’s Bot API, without the token',
  },
];

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentValues {
  /** Only variables that are set; file contents without trailing line ends. */
  values: ReadonlyMap<string, string>;
  problems: string[];
}

/** Reads every known variable and its `_FILE` twin. Both at once is a problem, as is an
 * unreadable or empty file. A problem never repeats the path: it may be a secret in the wrong place. */
export function readEnvironment(environment: Environment): EnvironmentValues {
  const values = new Map<string, string>();
  const problems: string[] = [];
  for (const { name } of ENVIRONMENT) {
    const direct = environment[name];
    const file = environment[`${name}_FILE`];
    const hasDirect = direct !== undefined && direct !== '';
    const hasFile = file !== undefined && file !== '';
    if (hasDirect && hasFile) {
      problems.push(`${name} and ${name}_FILE are both set: keep one`);
    } else if (hasDirect) {
      values.set(name, direct);
    } else if (hasFile) {
      const content = readValueFile(file);
      if (typeof content === 'object') {
        problems.push(`${name}_FILE: cannot read that file (${content.failure})`);
      } else if (content === '') problems.push(`${name}_FILE: that file is empty`);
      else values.set(name, content);
    }
  }
  return { values, problems };
}

function readValueFile(path: string): string | { failure: string } {
  try {
    return readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
  } catch (error) {
    return { failure: readFailure(error) };
  }
}

/** Why a file could not be read, e.g. `ENOENT`, without its path. */
export function readFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unreadable';
}

import { AppError } from '../errors.ts';

/** Where the program keeps its data. */
export interface DatabaseLocation {
  kind: 'sqlite';
  /** Path of the file, relative to the working directory or absolute; `:memory:` for tests. */
  path: string;
}

/** Two letters or more: a single one is a Windows drive. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

/**
 * Reads `DATABASE_URL`: `sqlite:PATH`, `sqlite:///absolute/path` or a plain path.
 * Throws AppError `store/bad-url`; its message never repeats the text, which may hold a password.
 */
export function parseDatabaseUrl(text: string): DatabaseLocation {
  const trimmed = text.trim();
  if (trimmed === ':memory:') return { kind: 'sqlite', path: trimmed };
  const scheme = SCHEME.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'sqlite') {
    throw new AppError(
      'store/bad-url',
      `DATABASE_URL: databases of kind "${scheme}" are not supported; use sqlite:PATH or a plain path`,
      { context: { scheme } },
    );
  }
  const rest = scheme === undefined ? trimmed : trimmed.slice('sqlite:'.length);
  const path = rest.startsWith('//') ? rest.slice(2) : rest;
  if (path === '') throw new AppError('store/bad-url', 'DATABASE_URL: the path is empty');
  return { kind: 'sqlite', path };
}

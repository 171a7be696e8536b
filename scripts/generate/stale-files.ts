import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Those of `files` (path from `root` -> text) that are missing or differ on disk. */
export function staleFiles(root: string, files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) => (textOf(resolve(root, path)) === text ? [] : [path]));
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** Not copied: large, or the work of others. `node_modules` is linked instead. */
const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', '.git', 'out', 'data']);

/** A copy of the tree in a temporary folder, to be broken at will. */
export function copyTree(root: string): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'cascade-watch-prove-'));
  cpSync(root, folder, {
    recursive: true,
    filter: (path) => !LEFT_OUT.has(relative(root, path)),
  });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

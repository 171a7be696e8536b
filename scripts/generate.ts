import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pageFiles } from './generate/page-files.ts';
import { registryFiles } from './generate/registries.ts';
import { staleFiles } from './generate/stale-files.ts';

/**
 * Writes every generated file from what it describes. `--check` writes nothing and fails when one is
 * stale. Registries come first: the pages are made from them.
 */
const ROOT = resolve(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const stale: string[] = [];

for (const make of [() => registryFiles(ROOT), pageFiles]) {
  const files = await make();
  const changed = staleFiles(ROOT, files);
  stale.push(...changed);
  if (check) continue;
  for (const path of changed) writeFileSync(resolve(ROOT, path), files.get(path) ?? '');
}

if (check && stale.length > 0) {
  console.error(`stale, run npm run generate: ${stale.join(', ')}`);
  process.exit(1);
}
console.log(stale.length === 0 ? 'generated files are up to date' : `wrote ${stale.join(', ')}`);

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { commandsPage } from './generate/commands-page.ts';
import { configurationPage, environmentExample } from './generate/configuration-page.ts';
import { registryFiles } from './generate/registries.ts';
import { sourcesPage } from './generate/sources-page.ts';

/**
 * Writes every generated file from what it describes. `--check` writes nothing and fails when one is
 * stale. Registries come first: the pages are made from them.
 */
const ROOT = resolve(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const stale: string[] = [];

function put(path: string, text: string): void {
  const file = resolve(ROOT, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  stale.push(path);
  if (!check) writeFileSync(file, text);
}

for (const [path, text] of await registryFiles(ROOT)) put(path, text);
put('docs/configuration.md', configurationPage());
put('.env.example', environmentExample());
put('docs/commands.md', await commandsPage());
put('docs/sources.md', await sourcesPage());

if (check && stale.length > 0) {
  console.error(`stale, run npm run generate: ${stale.join(', ')}`);
  process.exit(1);
}
console.log(stale.length === 0 ? 'generated files are up to date' : `wrote ${stale.join(', ')}`);

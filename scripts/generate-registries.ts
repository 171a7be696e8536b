import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Writes the registries: one list of every island of a kind, so that adding a source, a platform
 * or a command is adding its file. An island is `<name>.ts`, or `<name>/<name>.ts` when one file
 * would grow too long.
 */

interface Registry {
  /** Where the islands lie, and where the registry is written. */
  folder: string;
  file: string;
  /** Files of the folder that are no islands. */
  skip: readonly string[];
  exportOf(name: string): string;
  render(islands: readonly Island[]): string;
}

interface Island {
  name: string;
  exported: string;
  /** From the registry, `./exchanges/bybit/bybit.ts`. */
  importPath: string;
}

const REGISTRIES: readonly Registry[] = [
  {
    folder: 'src/sources/exchanges',
    file: 'src/sources/exchanges.gen.ts',
    skip: [],
    exportOf: camelCase,
    render: (islands) =>
      listModule(islands, {
        name: 'EXCHANGES',
        type: 'ExchangeAdapter',
        from: './kit/define.ts',
      }),
  },
  {
    folder: 'src/sources/lending',
    file: 'src/sources/lending.gen.ts',
    skip: [],
    exportOf: camelCase,
    render: (islands) =>
      listModule(islands, { name: 'LENDING', type: 'LendingAdapter', from: './kit/define.ts' }),
  },
  {
    folder: 'src/bot/commands',
    file: 'src/bot/commands.gen.ts',
    skip: ['define'],
    exportOf: (name) => `${camelCase(name)}Command`,
    render: (islands) =>
      listModule(islands, {
        name: 'COMMANDS',
        type: 'CommandDefinition',
        from: './commands/define.ts',
      }),
  },
  {
    folder: 'src/bot/platforms',
    file: 'src/bot/platforms.gen.ts',
    skip: ['platform'],
    exportOf: (name) => `create${pascalCase(name)}Platform`,
    render: (islands) =>
      moduleText(islands, [
        'export const PLATFORM_FACTORIES = {',
        ...islands.map(({ exported, name }) => `  ${quoteKey(name)}: ${exported},`),
        '} as const;',
      ]),
  },
];

/**
 * Brings every registry under `root` up to date; with `check` it only looks. Gives the files that
 * were (or would be) changed. Throws when an island lacks its export.
 */
export function generateRegistries(root: string, options: { check: boolean }): string[] {
  const stale: string[] = [];
  for (const registry of REGISTRIES) {
    const text = registry.render(findIslands(root, registry));
    const path = join(root, registry.file);
    if (readIfThere(path) === text) continue;
    stale.push(registry.file);
    if (!options.check) writeFileSync(path, text);
  }
  return stale;
}

function findIslands(root: string, registry: Registry): Island[] {
  const folder = join(root, registry.folder);
  const last = registry.folder.split('/').at(-1) ?? '';
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.isFile() && entry.name.endsWith('.ts')) {
        return [{ name: entry.name.slice(0, -3), path: entry.name }];
      }
      const inner = `${entry.name}/${entry.name}.ts`;
      const isIsland = entry.isDirectory() && readIfThere(join(folder, inner)) !== undefined;
      return isIsland ? [{ name: entry.name, path: inner }] : [];
    })
    .filter(({ name }) => !registry.skip.includes(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, path }) => {
      const exported = registry.exportOf(name);
      const source = readFileSync(join(folder, path), 'utf8');
      if (!new RegExp(`^export (const|function|async function) ${exported}\\b`, 'm').test(source)) {
        throw new Error(`${registry.folder}/${path} does not export ${exported}`);
      }
      return { name, exported, importPath: `./${last}/${path}` };
    });
}

function listModule(
  islands: readonly Island[],
  list: { name: string; type: string; from: string },
): string {
  const entries = islands.map(({ exported }) => `  ${exported},`);
  return moduleText(
    islands,
    [`export const ${list.name}: readonly ${list.type}[] = [`, ...entries, '];'],
    [`import type { ${list.type} } from '${list.from}';`],
  );
}

function moduleText(
  islands: readonly Island[],
  body: readonly string[],
  imports: readonly string[] = [],
): string {
  const lines = [
    '// Written by scripts/generate-registries.ts from the files in the folder; not edited by hand.',
    ...islands.map(({ exported, importPath }) => `import { ${exported} } from '${importPath}';`),
    ...imports,
    '',
    ...body,
    '',
  ];
  return lines.join('\n');
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

function quoteKey(name: string): string {
  return name.includes('-') ? `'${name}'` : name;
}

if (import.meta.main) {
  const check = process.argv.includes('--check');
  const root = fileURLToPath(new URL('..', import.meta.url));
  const stale = generateRegistries(root, { check });
  const verb = check ? 'is stale: run npm run generate' : 'written';
  for (const file of stale) console.log(`${file} ${verb}`);
  if (check && stale.length > 0) process.exitCode = 1;
}

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const CRUISE = join(ROOT, 'node_modules/.bin/depcruise');

interface Planted {
  rule: string;
  file: string;
  text: string;
}

/** One violation per rule, each in a file of its own. */
const PLANTED: readonly Planted[] = [
  { rule: 'signals-are-pure', file: 'src/signals/planted.ts', text: "import 'node:fs';" },
  { rule: 'signals-are-pure', file: 'src/signals/planted-2.ts', text: "import '../errors.ts';" },
  {
    rule: 'alerts-are-pure',
    file: 'src/alerts/planted.ts',
    text: "import '../store/planted-leaf.ts';",
  },
  {
    rule: 'sources-look-inwards',
    file: 'src/sources/planted.ts',
    text: "import '../store/planted-leaf.ts';",
  },
  {
    rule: 'store-looks-inwards',
    file: 'src/store/planted.ts',
    text: "import '../bot/planted-leaf.ts';",
  },
  {
    rule: 'bot-looks-inwards',
    file: 'src/bot/planted.ts',
    text: "import '../pipeline/planted-leaf.ts';",
  },
  {
    rule: 'pipeline-knows-no-platform',
    file: 'src/pipeline/planted.ts',
    text: "import '../bot/platforms/planted-leaf.ts';",
  },
  {
    rule: 'product-knows-no-demo',
    file: 'src/planted-demo.ts',
    text: "import '../demo/planted-leaf.ts';",
  },
  {
    rule: 'nothing-imports-tests',
    file: 'src/planted-tests.ts',
    text: "import '../tests/planted-leaf.ts';",
  },
  { rule: 'nothing-imports-main', file: 'src/planted-main.ts', text: "import './main.ts';" },
  { rule: 'no-circular', file: 'src/planted-circle.ts', text: "import './planted-circle-2.ts';" },
  {
    rule: 'chat-clients-load-when-used',
    file: 'src/planted-client.ts',
    text: "import './bot/platforms/discord/planted-leaf.ts';",
  },
  ...['src/sources/exchanges', 'src/sources/lending', 'src/bot/platforms', 'src/bot/commands'].map(
    (folder): Planted => ({
      rule: `islands-${folder.split('/').at(-1)}`,
      file: `${folder}/planted.ts`,
      text: "import './planted-leaf.ts';",
    }),
  ),
  ...[
    ['axios', 'axios'],
    ['pino', 'pino'],
    ['node-cron', 'node-cron'],
    ['kysely', 'kysely'],
    ['sqlite', 'node:sqlite'],
    ['charts', 'echarts/core'],
    ['prom-client', 'prom-client'],
    ['yaml', 'yaml'],
    ['discord.js', 'discord.js'],
    ['telegraf', 'telegraf'],
  ].map(
    ([name, specifier]): Planted => ({
      rule: `only-one-home-for-${name}`,
      file: `src/planted-${name}.ts`,
      text: `import '${specifier}';`,
    }),
  ),
  { rule: 'not-to-dev-dependencies', file: 'src/planted-dev.ts', text: "import 'fast-check';" },
  { rule: 'not-to-unresolvable', file: 'src/planted-missing.ts', text: "import './nowhere.ts';" },
];

const LEAVES = [
  'src/errors.ts',
  'src/main.ts',
  'src/store/planted-leaf.ts',
  'src/bot/planted-leaf.ts',
  'src/pipeline/planted-leaf.ts',
  'src/bot/platforms/planted-leaf.ts',
  'src/bot/platforms/discord/planted-leaf.ts',
  'src/bot/commands/planted-leaf.ts',
  'src/sources/exchanges/planted-leaf.ts',
  'src/sources/lending/planted-leaf.ts',
  'demo/planted-leaf.ts',
  'tests/planted-leaf.ts',
];

let folder = '';
let violations: { rule: { name: string }; from: string; to: string }[] = [];

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-rules-'));
  for (const file of ['tsconfig.json', '.dependency-cruiser.cjs', 'package.json']) {
    cpSync(join(ROOT, file), join(folder, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const leaf of LEAVES) write(leaf, 'export const leaf = 1;\n');
  write('src/planted-circle-2.ts', "import './planted-circle.ts';\n");
  for (const planted of PLANTED) write(planted.file, `${planted.text}\n`);
  const result = spawnSync(
    CRUISE,
    ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'demo'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  violations = JSON.parse(result.stdout).summary.violations;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the import rules', () => {
  it.each(PLANTED)('catch a planted violation of $rule in $file', ({ rule, file }) => {
    const caught = violations.filter(
      (violation) => violation.from === file || violation.to === file,
    );
    expect(caught.map((violation) => violation.rule.name)).toContain(rule);
  });

  it('find every module of the real tree and no violation in it', () => {
    const output = execFileSync(
      CRUISE,
      ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'demo'],
      { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    );
    const { summary } = JSON.parse(output);
    expect(summary.violations).toEqual([]);
    // With a compiler it cannot talk to, the tool finds nothing at all and calls that a success.
    expect(summary.totalCruised).toBeGreaterThan(80);
  });
});

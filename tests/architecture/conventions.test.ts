import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const CODE = ['src', 'demo', 'bench', 'scripts', 'tests'].flatMap(typescriptIn);
const SRC = typescriptIn('src');
const PURE = SRC.filter((file) => /^src\/(signals|alerts)\//.test(file));

/** Paths from the root of every TypeScript file below a folder. */
function typescriptIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.ts'));
}

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** The text without comments: rules are about code, and comments may speak of what is forbidden. */
function codeOf(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}

const RULES: Readonly<Record<string, RegExp>> = {
  'a default export': /^\s*export default\b|\bas default\b/m,
  'process.env': /\bprocess\s*\.\s*env\b|\benv\b[^;]*from 'node:process'/,
  'a clock or chance': /\bDate\.now\s*\(|\bnew Date\(\s*\)|\bMath\.random\b|\bperformance\.now\b/,
  console: /(?<![.\w/])console\s*\./,
};

function breaking(rule: string, files: readonly string[]): string[] {
  const pattern = RULES[rule] ?? /$^/;
  return files.filter((file) => pattern.test(codeOf(textOf(file))));
}

describe('the rules themselves', () => {
  it.each([
    ['a default export', 'export default function f() {}'],
    ['a default export', "export { f as default } from './f.ts';"],
    ['process.env', "const path = process.env['PATH'];"],
    ['process.env', "import { env } from 'node:process';"],
    ['a clock or chance', 'const now = Date.now();'],
    ['a clock or chance', 'const now = new Date();'],
    ['a clock or chance', 'const roll = Math.random;'],
    ['console', "console.log('x');"],
  ])('find %s in %s', (rule, text) => {
    expect(RULES[rule]?.test(codeOf(text))).toBe(true);
  });

  it('let comments, and dates made of a given time, be', () => {
    const text =
      '/** Not Date.now(). */\nconst day = new Date(at); // never console.log\nconfig.console.enabled;\n';
    for (const pattern of Object.values(RULES)) expect(pattern.test(codeOf(text))).toBe(false);
  });

  it('look at the whole tree', () => {
    expect(SRC.length).toBeGreaterThan(150);
    expect(PURE.length).toBeGreaterThan(50);
  });
});

describe('every file', () => {
  it('has a kebab-case name', () => {
    const odd = CODE.filter(
      (file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(gen|test))?\.ts$/.test(basename(file)),
    );
    expect(odd).toEqual([]);
  });

  it('is about one thing: no utils, helpers, common, index, misc', () => {
    const vague = /(^|[/-])(utils?|helpers?|common|index|misc)(\.|\/|-)/;
    expect(CODE.filter((file) => vague.test(file))).toEqual([]);
  });

  it('of the program has at most 300 lines', () => {
    const long = SRC.map((file) => ({ file, lines: textOf(file).split('\n').length - 1 }));
    expect(long.filter(({ lines }) => lines > 300)).toEqual([]);
  });
});

describe('the program', () => {
  it('has no default exports', () => {
    expect(breaking('a default export', SRC)).toEqual([]);
  });

  it('reads the environment in main.ts only', () => {
    expect(breaking('process.env', SRC)).toEqual(['src/main.ts']);
  });

  it('says everything through the log or the command line’s own output', () => {
    expect(breaking('console', SRC)).toEqual([]);
  });

  it('has no clock and no chance in signals and alerts', () => {
    expect(breaking('a clock or chance', PURE)).toEqual([]);
  });
});

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXAMPLE_COLUMNS, exampleLines, readExample } from '../../scripts/pictures/example.ts';
import { displayWidth } from '../../src/bot/text/display-width.ts';
import { createMetrics } from '../../src/operations/metrics.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((file) => `docs/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.md')),
];

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): Set<string> {
  const headings = markdown.match(/^#{1,6} .+$/gm) ?? [];
  return new Set(
    headings.map((heading) =>
      heading
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Links of a document that lead nowhere. */
function brokenLinks(file: string, text: string): string[] {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map((match) => match[1] ?? '');
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(path === '' ? text : textOf(target)).has(anchor);
    });
}

describe('links between documents', () => {
  it.each(DOCUMENTS)('of %s lead to a file and a heading', (file) => {
    expect(brokenLinks(file, textOf(file))).toEqual([]);
  });

  it('that lead nowhere are found', () => {
    const text = '# One two\n[a](nowhere.md) [b](#one-two) [c](#three) [d](README.md#nothing)';
    expect(brokenLinks('README.md', text)).toEqual(['nowhere.md', '#three', 'README.md#nothing']);
  });
});

describe('the runbook', () => {
  const runbook = textOf('docs/runbook.md');

  it('names every metric of the program, and no other', async () => {
    const text = await createMetrics().text();
    const real = [...text.matchAll(/^# TYPE cascade_watch_(\w+)/gm)].map((match) => match[1] ?? '');
    const own = real.filter((name) => !/^(nodejs|process)_/.test(name));
    const table = runbook.split('## Metrics')[1]?.split('\n## ')[0] ?? '';
    const named = [...table.matchAll(/^\| `(\w+)`/gm)].map((match) => match[1] ?? '');
    expect(own.length).toBeGreaterThan(8);
    expect(own.filter((name) => !named.includes(name))).toEqual([]);
    expect(named.filter((name) => !real.includes(name))).toEqual([]);
  });

  it('explains everything the log says to an operator', () => {
    const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
    const said = files
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [
        ...textOf(`src/${file}`).matchAll(
          /log\??\.(?:info|warn|error)\(\s*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\w+),\s*'([^'\n]+)'/g,
        ),
      ])
      .map((match) => match[1] ?? '');
    expect(said.length).toBeGreaterThan(30);
    expect([...new Set(said)].filter((message) => !isExplained(message))).toEqual([]);
  });

  /** `listening for …` and `… refused the call` stand for what begins or ends like that. */
  function isExplained(message: string): boolean {
    const quoted = [...runbook.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
    return quoted.some((text) => {
      const [start = '', end] = text.split('…');
      if (end === undefined) return message === text;
      return (start + end).length > 8 && message.startsWith(start) && message.endsWith(end.trim());
    });
  }
});

describe('the pictures of the README', () => {
  it.each(readdirSync(join(ROOT, 'docs/images')).filter((file) => file.endsWith('.png')))(
    '%s is shown, and small enough to load at once',
    (file) => {
      expect(textOf('README.md')).toContain(`](docs/images/${file})`);
      expect(statSync(join(ROOT, 'docs/images', file)).size).toBeLessThan(300_000);
    },
  );

  it('show every line of the example whole', () => {
    const widths = exampleLines(readExample()).map((spans) =>
      spans.reduce((sum, { text }) => sum + displayWidth(text), 0),
    );
    expect(widths.length).toBeGreaterThan(40);
    expect(Math.max(...widths)).toBeLessThanOrEqual(EXAMPLE_COLUMNS);
  });
});

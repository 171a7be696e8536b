import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Builds what the Dockerfile describes in a folder, without a container engine, and runs it there. */
const ROOT = resolve(import.meta.dirname, '../..');
const NODE = process.execPath;

interface Step {
  instruction: string;
  argument: string;
}

const STAGES = parseStages(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
const LAST = STAGES.at(-1) ?? [];
const FIRST = STAGES[0] ?? [];

/** Stages of instructions; continued lines joined, comments gone. */
function parseStages(text: string): Step[][] {
  const stages: Step[][] = [];
  const lines = text.replaceAll(/\\\n\s*/g, ' ').split('\n');
  for (const line of lines) {
    const match = /^([A-Z]+)\s+(.*)$/.exec(line.trim());
    if (match === null) continue;
    const [, instruction = '', argument = ''] = match;
    if (instruction === 'FROM') stages.push([]);
    stages.at(-1)?.push({ instruction, argument });
  }
  return stages;
}

function all(stage: readonly Step[], instruction: string): string[] {
  return stage.filter((step) => step.instruction === instruction).map(({ argument }) => argument);
}

const ENVIRONMENT = Object.fromEntries(
  all(LAST, 'ENV')
    .flatMap((argument) => argument.trim().split(/\s+/))
    .map((pair) => pair.split('=') as [string, string]),
);

/** Top-level names the build context holds: everything is ignored but what `!name` lets in. */
function contextNames(): Set<string> {
  const rules = readFileSync(join(ROOT, '.dockerignore'), 'utf8').trim().split('\n');
  expect(rules[0]).toBe('*');
  return new Set(rules.slice(1).map((rule) => rule.replace(/^!/, '')));
}

/** What `npm ci --omit=dev` installs here, from the lock file. */
function productionPackages(): string[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && entry.dev !== true && existsSync(join(ROOT, path)))
    .map(([path]) => path);
}

let folder = '';
const app = () => join(folder, 'app');
const data = () => join(folder, 'data');

/** node_modules as the first stage leaves it, by links: removing one removes the link only. */
function installDependencies(): void {
  const [install = ''] = all(FIRST, 'RUN');
  expect(install).toMatch(/^npm ci --omit=dev --ignore-scripts /);
  const removed = /rm -rf (.*)$/.exec(install)?.[1]?.split(/\s+/) ?? [];
  for (const path of productionPackages()) {
    if (removed.includes(path) || path.split('/node_modules/').length > 1) continue;
    mkdirSync(dirname(join(app(), path)), { recursive: true });
    symlinkSync(join(ROOT, path), join(app(), path));
  }
}

function copyContext(): void {
  const context = contextNames();
  for (const argument of all(LAST, 'COPY')) {
    if (argument.startsWith('--from=')) continue;
    const sources = argument.split(/\s+/).slice(0, -1);
    for (const source of sources) {
      expect(context, `${source} is in .dockerignore`).toContain(source);
      cpSync(join(ROOT, source), join(app(), source), { recursive: true });
    }
  }
}

function run(args: readonly string[], environment: Record<string, string> = {}) {
  const [entrypoint = ''] = JSON.parse(all(LAST, 'ENTRYPOINT')[0] ?? '[]') as string[];
  const result = spawnSync(join(folder, entrypoint), args, {
    cwd: join(folder, all(LAST, 'WORKDIR').at(-1) ?? ''),
    env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, ...ENVIRONMENT, ...environment },
    encoding: 'utf8',
    input: '',
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'image-'));
  for (const name of ['app', 'data', 'bin']) mkdirSync(join(folder, name));
  // The image's own Node.
  writeFileSync(join(folder, 'bin/node'), `#!/bin/sh\nexec "${NODE}" --preserve-symlinks "$@"\n`, {
    mode: 0o755,
  });
  installDependencies();
  copyContext();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the image', () => {
  it('holds nothing of the tests, the tools or the bundled Node', () => {
    expect(readdirSync(app()).toSorted()).toEqual(
      ['LICENSE', 'bin', 'config', 'demo', 'node_modules', 'package.json', 'src'].toSorted(),
    );
    const packages = readdirSync(join(app(), 'node_modules'));
    expect(packages.filter((name) => /^node-(linux|win)|^typescript$|vitest/.test(name))).toEqual(
      [],
    );
  });

  it.each([['help'], ['help fetch']])('starts: %s', (command) => {
    const { code, out, err } = run(command.split(' '));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('usage: cascade-watch');
  });

  it('has every module the program imports, and every package', () => {
    const script = `
      import { readdirSync } from 'node:fs';
      const files = [...readdirSync('src', { recursive: true }).map((name) => './src/' + name),
        ...readdirSync('demo', { recursive: true }).map((name) => './demo/' + name)]
        .filter((name) => name.endsWith('.ts') && !name.endsWith('src/main.ts'));
      const { pathToFileURL } = await import('node:url');
      for (const name of files) await import(pathToFileURL(name).href);
      console.log(files.length);
      process.exit(0);`;
    const result = spawnSync(join(folder, 'bin/node'), ['--input-type=module', '-e', script], {
      cwd: app(),
      encoding: 'utf8',
    });
    expect(result.stderr).not.toContain('Error');
    expect(Number(result.stdout)).toBeGreaterThan(100);
  });

  it('draws charts: the renderer’s binary and the font are there', () => {
    const script = `
      import { rasterise } from './src/bot/charts/rasterise.ts';
      const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>a</text></svg>';
      console.log(Buffer.from(rasterise(svg, 1)).subarray(1, 4).toString());`;
    writeFileSync(join(app(), 'draw.ts'), script);
    const result = spawnSync(join(folder, 'bin/node'), ['draw.ts'], {
      cwd: app(),
      encoding: 'utf8',
    });
    rmSync(join(app(), 'draw.ts'));
    expect(result.stdout, result.stderr).toBe('PNG\n');
  });

  it('keeps its database in the volume', () => {
    const { code, out } = run(['doctor', '--json'], {
      DATABASE_URL: (ENVIRONMENT['DATABASE_URL'] ?? '').replace('/data', data()),
      // A closed port: every source fails at once, without leaving this machine.
      SOURCES_BASE_URL: 'http://127.0.0.1:9',
    });
    expect(code).toBe(1);
    const findings = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(findings).toContainEqual({
      check: 'database',
      ok: true,
      detail: 'writable, 0 subscriptions',
    });
    expect(readdirSync(data())).toContain('cascade-watch.db');
  });
});

describe('the Dockerfile', () => {
  it('runs as somebody who is not root, after the last step that needs root', () => {
    expect(all(LAST, 'USER')).toEqual(['node']);
    const names = LAST.map(({ instruction }) => instruction);
    expect(names.lastIndexOf('RUN')).toBeLessThan(names.indexOf('USER'));
  });

  it('has /data as its only volume, owned by that user, and works there', () => {
    expect(all(LAST, 'VOLUME')).toEqual(['/data']);
    expect(all(LAST, 'RUN')).toEqual(['mkdir /data && chown node:node /data']);
    expect(all(LAST, 'WORKDIR').at(-1)).toBe('/data');
    expect(ENVIRONMENT['DATABASE_URL']).toMatch(/^\/data\//);
  });

  it('installs what the lock file says, without scripts of packages', () => {
    expect(all(FIRST, 'COPY')).toEqual(['package.json package-lock.json ./']);
    expect(all(FIRST, 'RUN')).toHaveLength(1);
    expect(contextNames()).toContain('package-lock.json');
  });

  it('uses one official image of Node 24 for both stages', () => {
    const images = STAGES.map((stage) => all(stage, 'FROM')[0]?.split(' ')[0]);
    expect(new Set(images)).toEqual(new Set(['node:24-bookworm-slim']));
  });

  it('checks its health by a JSON command that asks /healthz at its own port', async () => {
    const [healthcheck = ''] = all(LAST, 'HEALTHCHECK');
    const command = JSON.parse(healthcheck.slice(healthcheck.indexOf('CMD') + 3)) as string[];
    expect(command.slice(0, 2)).toEqual(['node', '-e']);
    const check = (port: number) =>
      new Promise((done) => {
        const environment = { env: { HTTP_PORT: String(port) } };
        spawn(NODE, command.slice(1), environment).once('exit', (status) => done(status));
      });
    const answers = { '/healthz': 200 };
    const server = createServer((request, response) => {
      response.writeHead(answers[request.url as keyof typeof answers] ?? 404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await check(port)).toBe(0);
    answers['/healthz'] = 500;
    expect(await check(port)).toBe(1);
    await new Promise((closed) => server.close(closed));
    expect(await check(port)).toBe(1);
    expect(ENVIRONMENT['HTTP_PORT']).toBe(all(LAST, 'EXPOSE')[0]);
    expect(ENVIRONMENT['HTTP_HOST']).toBe('0.0.0.0');
  });

  it('starts the service when nothing else is said', () => {
    expect(JSON.parse(all(LAST, 'CMD')[0] ?? '')).toEqual(['start']);
    expect(JSON.parse(all(LAST, 'ENTRYPOINT')[0] ?? '')).toEqual(['/app/bin/cascade-watch']);
  });
});

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../fakes/temp-store.ts';
import { COMPILED } from './support/compiled.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const LAUNCHER = join(ROOT, 'bin/cascade-watch');
const SIMULATION =
  '{"triggers":[{"distance":0.02,"usd":1e8}],"impact":{"depthUsdPerUnit":1e10,"latentUsdPerUnit2":0},"shocks":[0.03]}';

interface Options {
  launcher?: string;
  cwd?: string;
  path?: string;
  input?: string;
}

function launch(args: readonly string[], options: Options = {}) {
  const result = spawnSync(options.launcher ?? LAUNCHER, args, {
    cwd: options.cwd ?? ROOT,
    env: { PATH: options.path ?? '/usr/bin:/bin', ...COMPILED },
    input: options.input ?? '',
    encoding: 'utf8',
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

/** A running program; what is left of it ends with the test. */
function start(args: readonly string[], env: Record<string, string>) {
  const child = spawn(LAUNCHER, args, { cwd: ROOT, env, detached: true });
  const exited = new Promise((done) => child.once('exit', (status) => done(status)));
  onTestFinished(() => {
    try {
      // The whole group: a launcher that did not `exec` has a child of its own.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nothing is left.
    }
  });
  return { child, exited };
}

/** A folder with `node` (and nothing else) as this shell script. */
async function folderWithNode(script: string): Promise<string> {
  const folder = await tempFolder();
  writeFileSync(join(folder, 'node'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}

describe('the launcher', () => {
  it('runs the program on the Node that npm ci brought along, whatever the system has', async () => {
    const broken = await folderWithNode('echo "the system’s node ran" >&2; exit 1');
    const { code, out, err } = launch(['help'], { path: `${broken}:/usr/bin:/bin` });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('usage: cascade-watch <command> [options]');
  });

  it('works from any folder', async () => {
    const { code, out } = launch(['simulate'], { cwd: await tempFolder(), input: SIMULATION });
    expect(code).toBe(0);
    expect(JSON.parse(out).results).toHaveLength(1);
  });

  it('works through symbolic links, absolute and relative, and with spaces in the path', async () => {
    const folder = join(await tempFolder(), 'with a space');
    mkdirSync(folder);
    symlinkSync(LAUNCHER, join(folder, 'absolute'));
    symlinkSync('absolute', join(folder, 'relative'));
    for (const name of ['absolute', 'relative']) {
      expect(launch(['help'], { launcher: join(folder, name), cwd: folder }).code, name).toBe(0);
    }
    expect(launch(['help'], { launcher: './relative', cwd: folder }).code).toBe(0);
  });

  it('uses a new enough Node of the system where none came along', async () => {
    const checkout = await tempFolder();
    cpSync(join(ROOT, 'bin'), join(checkout, 'bin'), { recursive: true });
    mkdirSync(join(checkout, 'src'));
    writeFileSync(join(checkout, 'src/main.ts'), 'console.log(process.argv.slice(2).join("|"));');
    const path = await folderWithNode(`exec "${process.execPath}" "$@"`);
    const launcher = join(checkout, 'bin/cascade-watch');
    const { code, out } = launch(['fetch', 'a b', '--json'], { launcher, path });
    expect({ code, out }).toEqual({ code: 0, out: 'fetch|a b|--json\n' });
  });

  it.each([
    ['only an old Node', 'exit 1'],
    ['a node that is something else', 'echo hello; exit 7'],
  ])('with %s it says what is needed, exit code 69', async (_, script) => {
    const checkout = await tempFolder();
    cpSync(join(ROOT, 'bin'), join(checkout, 'bin'), { recursive: true });
    const path = await folderWithNode(script);
    const { code, out, err } = launch(['help'], {
      launcher: join(checkout, 'bin/cascade-watch'),
      path,
    });
    expect({ code, out }).toEqual({ code: 69, out: '' });
    expect(err).toMatch(/^cascade-watch needs Node\.js 24\.15 or newer.*npm ci/);
    expect(err.trimEnd()).not.toContain('\n');
  });

  it.each([
    ['24.14.9', 69],
    ['22.30.0', 69],
    ['24.15.0', 0],
    ['25.0.0', 0],
  ])('asks Node itself: version %s gives exit code %d', async (version, code) => {
    const checkout = await tempFolder();
    cpSync(join(ROOT, 'bin'), join(checkout, 'bin'), { recursive: true });
    // Runs the launcher's own question with another version number, and ends well when asked to run.
    const path = await folderWithNode(
      `[ "$1" = -e ] || exit 0; exec "${process.execPath}" -e "Object.defineProperty(process.versions, 'node', { value: '${version}' }); $2"`,
    );
    const launcher = join(checkout, 'bin/cascade-watch');
    expect(launch(['help'], { launcher, path }).code).toBe(code);
  });

  it('is replaced by the program: a signal to its pid stops a one-shot command, 143 and 130', async () => {
    for (const [signal, code] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      const { child, exited } = start(['simulate'], { PATH: '/usr/bin:/bin' });
      // The program reads its input only once it runs: a full pipe that drains tells that it does.
      await new Promise<void>((running) => {
        child.stdin.write(' '.repeat(1 << 20), () => running());
      });
      child.kill(signal);
      expect(await exited, signal).toBe(code);
    }
  });

  it('stops a running service by its pid: the market with 143, start with 0', async () => {
    const environment = {
      PATH: '/usr/bin:/bin',
      DATABASE_URL: join(await tempFolder(), 'launcher.db'),
      // A closed port: sources fail at once, without leaving this machine.
      SOURCES_BASE_URL: 'http://127.0.0.1:9',
      HTTP_PORT: '0',
    };
    for (const [args, code] of [
      [['market', '--port', '0', '--json'], 143],
      [['start'], 0],
    ] as const) {
      const { child, exited } = start(args, environment);
      await new Promise((running) => {
        child.stdout.once('data', running);
        child.stderr.once('data', running);
      });
      child.kill('SIGTERM');
      expect(await exited, args[0]).toBe(code);
    }
  });
});

describe('usage', () => {
  it('without a command it is help', () => {
    const { code, out } = launch([]);
    expect(code).toBe(0);
    expect(out).toBe(launch(['help']).out);
    expect(out).toBe(launch(['--help']).out);
  });

  it('help of one command says its options, before and after the name', () => {
    const { code, out } = launch(['help', 'fetch']);
    expect(code).toBe(0);
    expect(out).toContain('usage: cascade-watch fetch <source>');
    expect(out).toContain('--base-url URL');
    expect(launch(['fetch', '--help']).out).toBe(out);
  });

  it.each([
    [['dance'], 'there is no command “dance”; there is start,'],
    [['help', 'dance'], 'there is no command “dance”'],
    [['simulate', '--loud'], "Unknown option '--loud'\nusage: cascade-watch simulate"],
    [['fetch'], '<source> is missing\nusage: cascade-watch fetch <source>'],
    [['simulate', 'more'], '“more” is one argument too many\nusage: cascade-watch simulate'],
    [['market', '--port', 'http'], '--port must be '],
  ])('%j is wrong usage: exit code 64, nothing on stdout', (args, message) => {
    const { code, out, err } = launch(args);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toContain(`cascade-watch: ${message}`);
  });

  it('bad input data is exit code 65 with the field', () => {
    const { code, err } = launch(['simulate'], {
      input: SIMULATION.replace('"usd":1e8', '"usd":-1'),
    });
    expect(code).toBe(65);
    expect(err).toContain('triggers[0].usd');
  });
});

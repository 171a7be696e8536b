import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { COMPILED } from './compiled.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const ASK_WITHIN_MS = 25_000;
const ASK_EVERY_MS = 50;

const LAUNCHER = resolve(ROOT, 'bin/cascade-watch');

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RealProcess {
  /** What it has printed so far. */
  stdout(): string;
  /** Its log lines so far. */
  stderr(): string;
  /** Types a line at its terminal. */
  type(line: string): void;
  /** No more is typed; `text` is the last of it. */
  endInput(text?: string): void;
  /** As when its terminal window is closed: the end of input, and nobody reads what it prints. */
  closeTerminal(): void;
  signal(name: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): void;
  exited: Promise<Exit>;
  /**
   * Resolves once `look` gives something; it looks again whenever the process says anything. Fails
   * with what was said when the process ends before, or after `withinMs` of real time.
   */
  until<T>(look: () => T | undefined | false, withinMs?: number): Promise<T>;
  /** Asks one of its HTTP pages again and again until the answer fits; gives that answer. */
  ask(path: string, fits: (body: string, status: number) => boolean): Promise<string>;
}

/** The real program as a child process; what is left of it ends with the test. */
export function startProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): RealProcess {
  const child = spawn(LAUNCHER, args, {
    cwd: ROOT,
    env: { PATH: '/usr/bin:/bin', ...COMPILED, ...environment },
    detached: true,
  });
  const told = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8');
    child[name].on('data', (text: string) => {
      told[name] += text;
      for (const listener of listeners) listener();
    });
  }
  // Typing to a process that was just killed is no error of the test.
  child.stdin.on('error', () => undefined);
  let exit: Exit | undefined;
  // `close`, not `exit`: by then everything it said has been read.
  const exited = once(child, 'close').then(([code, signal]): Exit => {
    exit = { code, signal };
    for (const listener of listeners) listener();
    return exit;
  });
  onTestFinished(() => {
    if (exit === undefined && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  });

  function until<T>(look: () => T | undefined | false, withinMs = 25_000): Promise<T> {
    const { promise, resolve: found, reject } = Promise.withResolvers<T>();
    const fail = (why: string) =>
      reject(
        new Error(`${why}; it said:\n${told.stdout.slice(-2000)}\n${told.stderr.slice(-2000)}`),
      );
    const timer = setTimeout(() => fail(`nothing within ${withinMs} ms`), withinMs);
    const listener = () => {
      try {
        const seen = look();
        if (seen !== undefined && seen !== false) found(seen);
        else if (exit !== undefined) fail(`it ended (${exit.code ?? exit.signal})`);
      } catch (error) {
        reject(error);
      }
    };
    listeners.add(listener);
    listener();
    return promise.finally(() => {
      clearTimeout(timer);
      listeners.delete(listener);
    });
  }

  async function ask(
    path: string,
    fits: (body: string, status: number) => boolean,
  ): Promise<string> {
    const url = await until(() => /"url":"(http:[^"]+)"/.exec(told.stderr)?.[1]);
    for (const deadline = performance.now() + ASK_WITHIN_MS; ; await pause(ASK_EVERY_MS)) {
      const response = await fetch(url + path);
      const body = await response.text();
      if (fits(body, response.status)) return body;
      if (performance.now() > deadline) throw new Error(`${path} still says ${body}`);
    }
  }

  return {
    stdout: () => told.stdout,
    stderr: () => told.stderr,
    type: (line) => child.stdin.write(`${line}\n`),
    endInput: (text = '') => child.stdin.end(text),
    closeTerminal() {
      child.stdin.end();
      child.stdout.destroy();
    },
    signal: (name) => child.kill(name),
    exited,
    until,
    ask,
  };
}

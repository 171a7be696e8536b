import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MUTATIONS, type Mutation } from './prove/mutations.ts';
import { runTests } from './prove/run-tests.ts';
import { copyTree } from './prove/tree-copy.ts';

/**
 * Do the tests bite? Breaks the program on purpose, one fault at a time, and expects the test that
 * guards the property to fail. Works on a copy in a temporary folder, so that nothing here is touched,
 * however it ends. `npm run prove -- WORD` takes only faults whose file or text holds the word.
 */
const ROOT = resolve(import.meta.dirname, '..');
const word = process.argv[2] ?? '';
const chosen = MUTATIONS.filter(({ file, breaks }) => `${file} ${breaks}`.includes(word));
const stopper = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopper.abort());

const copy = copyTree(ROOT);
try {
  process.exitCode = await prove();
} catch (error) {
  if (!stopper.signal.aborted) throw error;
  console.error('stopped');
  process.exitCode = 130;
} finally {
  copy.remove();
}

async function prove(): Promise<number> {
  const files = [...new Set(chosen.map(({ test }) => test))];
  if (files.length === 0) {
    console.error(`no fault matches "${word}"`);
    return 64;
  }
  const whole = await runTests(copy.folder, files, stopper.signal);
  if (whole.failed > 0 || whole.passed === 0) {
    console.error(`the tests must pass before anything is broken; failed: ${whole.failures[0]}`);
    return 1;
  }
  console.log(`${whole.passed} tests pass; now ${chosen.length} faults, one at a time`);
  let unnoticed = 0;
  for (const mutation of chosen) if (!(await isNoticed(mutation))) unnoticed += 1;
  console.log(unnoticed === 0 ? 'every fault was noticed' : `not noticed: ${unnoticed}`);
  return unnoticed === 0 ? 0 : 1;
}

async function isNoticed(mutation: Mutation): Promise<boolean> {
  const path = join(copy.folder, mutation.file);
  const text = readFileSync(path, 'utf8');
  const [before, after, ...more] = text.split(mutation.find);
  if (before === undefined || after === undefined || more.length > 0) {
    console.log(`STALE    ${mutation.breaks}: ${mutation.file} no longer holds the text once`);
    return false;
  }
  writeFileSync(path, before + mutation.replace + after);
  try {
    const run = await runTests(copy.folder, [mutation.test], stopper.signal);
    const noticed = run.failed > 0;
    console.log(`${noticed ? 'noticed ' : 'MISSED  '} ${mutation.breaks}`);
    console.log(`         ${noticed ? `by "${run.failures[0]}"` : mutation.test}`);
    return noticed;
  } finally {
    writeFileSync(path, text);
  }
}

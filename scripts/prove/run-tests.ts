import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export interface TestRun {
  passed: number;
  failed: number;
  /** Names of failed tests, a few of them. */
  failures: string[];
}

const resultSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })) }),
  ),
});

/**
 * Runs these test files of the tree in `folder`. A file that does not even load counts as no test
 * at all: a mutation that breaks the syntax proves nothing.
 */
export async function runTests(
  folder: string,
  files: readonly string[],
  signal: AbortSignal,
): Promise<TestRun> {
  const output = join(folder, 'prove-result.json');
  rmSync(output, { force: true });
  await new Promise<void>((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--reporter=json',
        `--outputFile=${output}`,
        ...files,
      ],
      { cwd: folder, stdio: 'ignore', signal },
    );
    child.on('error', reject);
    child.on('exit', () => resolve());
  });
  if (!existsSync(output)) return { passed: 0, failed: 0, failures: [] };
  const result = resultSchema.parse(JSON.parse(readFileSync(output, 'utf8')));
  const tests = result.testResults.flatMap((file) => file.assertionResults);
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests,
    failures: tests.filter((test) => test.status === 'failed').map((test) => test.fullName),
  };
}

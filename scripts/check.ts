import { spawnSync } from 'node:child_process';

/**
 * The one way to check: every step runs even when an earlier one failed, and what failed is told at
 * the end. `--fast` leaves the tests out.
 */
interface Step {
  name: string;
  command: string;
  args: string[];
}

const STEPS: readonly Step[] = [
  { name: 'format and lint', command: 'biome', args: ['check', '--error-on-warnings', '.'] },
  { name: 'types', command: 'tsc', args: ['--noEmit'] },
  {
    name: 'import rules',
    command: 'depcruise',
    args: ['--config', '.dependency-cruiser.cjs', 'src', 'demo'],
  },
  { name: 'dead code', command: 'knip', args: ['--no-progress'] },
  // Code that only tests use is dead too.
  { name: 'dead code in the product', command: 'knip', args: ['--no-progress', '--production'] },
  { name: 'generated files', command: 'node', args: ['scripts/generate.ts', '--check'] },
  { name: 'tests', command: 'vitest', args: ['run'] },
];

const fast = process.argv.includes('--fast');
const failed: string[] = [];
for (const step of STEPS) {
  if (fast && step.name === 'tests') continue;
  const startedAt = performance.now();
  console.log(`\n== ${step.name}`);
  const result = spawnSync(step.command, step.args, { stdio: 'inherit' });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const good = result.status === 0;
  if (!good) failed.push(step.name);
  console.log(`-- ${step.name}: ${good ? 'good' : 'FAILED'} (${seconds} s)`);
}
if (failed.length > 0) {
  console.error(`\nfailed: ${failed.join(', ')}`);
  process.exit(1);
}
console.log('\nall good');

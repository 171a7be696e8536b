import type { Writable } from 'node:stream';
import type { BackfillProgress } from '../pipeline/backfill.ts';

const WIDTH = 30;

/**
 * Draws progress on one line of a terminal. On anything else (a log file, a service manager) it says
 * nothing: the log tells what matters.
 */
export function createProgressBar(
  stream: Writable & { isTTY?: boolean },
  title: string,
): (progress: BackfillProgress) => void {
  return ({ done, total, failed }) => {
    if (!stream.isTTY || total === 0) return;
    stream.write(`\r${progressLine(title, done, total, failed)}`);
    if (done === total) stream.write('\n');
  };
}

/** `reading history [#####…    ] 12/40 markets, 1 without` */
export function progressLine(title: string, done: number, total: number, failed: number): string {
  const filled = Math.round((WIDTH * done) / total);
  const bar = '#'.repeat(filled).padEnd(WIDTH, '.');
  const without = failed === 0 ? '' : `, ${failed} without`;
  return `${title} [${bar}] ${done}/${total} markets${without}`;
}

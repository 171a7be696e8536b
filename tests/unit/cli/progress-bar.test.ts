import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createProgressBar, progressLine } from '../../../src/cli/progress-bar.ts';

function stream(isTTY: boolean) {
  const parts: string[] = [];
  const output = new PassThrough();
  output.on('data', (part: Buffer) => parts.push(part.toString()));
  return { output: Object.assign(output, { isTTY }), text: () => parts.join('') };
}

it('the bar fills with what is done and counts what gave nothing', () => {
  expect(progressLine('reading history', 0, 40, 0)).toBe(
    `reading history [${'.'.repeat(30)}] 0/40 markets`,
  );
  expect(progressLine('reading history', 20, 40, 1)).toBe(
    `reading history [${'#'.repeat(15)}${'.'.repeat(15)}] 20/40 markets, 1 without`,
  );
  expect(progressLine('reading history', 40, 40, 0)).toContain(`[${'#'.repeat(30)}] 40/40`);
});

it('on a terminal it draws over one line and ends it when done', () => {
  const { output, text } = stream(true);
  const draw = createProgressBar(output, 'x');
  for (const done of [0, 1, 2]) draw({ done, total: 2, failed: 0 });
  expect(text().split('\r')).toHaveLength(4);
  expect(text().match(/\n/g)).toHaveLength(1);
  expect(text().endsWith('2/2 markets\n')).toBe(true);
});

it('with nothing to do it draws nothing', () => {
  const { output, text } = stream(true);
  createProgressBar(output, 'x')({ done: 0, total: 0, failed: 0 });
  expect(text()).toBe('');
});

it('a file or a service manager gets no bar', () => {
  const { output, text } = stream(false);
  createProgressBar(output, 'x')({ done: 1, total: 2, failed: 0 });
  expect(text()).toBe('');
});

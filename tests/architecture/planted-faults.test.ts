import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MUTATIONS } from '../../scripts/prove/mutations.ts';

const ROOT = new URL('../../', import.meta.url);

it.each(MUTATIONS)('can still be broken to prove that $breaks', ({ file, find, replace, test }) => {
  const text = readFileSync(new URL(file, ROOT), 'utf8');
  expect(text.split(find)).toHaveLength(2);
  expect(replace).not.toBe(find);
  expect(existsSync(new URL(test, ROOT))).toBe(true);
});

import { expect, test } from 'vitest';
import { SourceError } from '../../../src/errors.ts';
import { checkRefusal } from '../../../src/sources/kit/refusal.ts';

const REFUSED = new SourceError('rate-limited', 'venue: error 7');

function check(body: unknown): void {
  if ((body as { code?: number }).code === 7) throw REFUSED;
}

function refusal(status: number, text: string): () => void {
  return () => checkRefusal({ status, text, retryAfter: undefined }, check);
}

test('what the body of a 400 says goes before its status', () => {
  expect(refusal(400, '{"code":7}')).toThrow(REFUSED);
});

test.each([
  ['a body the venue adapter makes nothing of', 400, '{"code":8}'],
  ['a web page', 400, '<html>{"code":7}</html>'],
  ['an empty body', 400, ''],
  ['a body far too long for an error', 400, `{"code":7,"text":"${' '.repeat(10_000)}"}`],
  ['another status', 429, '{"code":7}'],
  ['success', 200, '{"code":7}'],
])('%s is left to the status', (_what, status, text) => {
  expect(refusal(status, text)).not.toThrow();
});

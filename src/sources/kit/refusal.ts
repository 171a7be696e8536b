import type { RawAnswer } from './answer.ts';

/** Errors are short; what is longer is a web page. */
const LONGEST_BODY = 10_000;

/**
 * Lets `check` throw what the JSON body of an HTTP 400 says: some venues tell throttling and
 * maintenance with it. Bodies that are no JSON, or that `check` makes nothing of, are left to the
 * status.
 */
export function checkRefusal(answer: RawAnswer, check: (body: unknown) => void): void {
  if (answer.status !== 400 || answer.text.length > LONGEST_BODY) return;
  const body = parsed(answer.text);
  if (body !== undefined) check(body);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

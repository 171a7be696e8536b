import { z } from 'zod';
import { SourceError } from '../../errors.ts';

/**
 * Decoders of what venues send. Every one refuses rather than guesses: '' , ' 1', '0x10', 'NaN',
 * '1e999', true, null and {} are no numbers. Messages never quote the value.
 */

const DECIMAL = /^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/;

/** The number behind a JSON number or a plain decimal string; undefined when it is neither. */
export function toFiniteNumber(input: unknown): number | undefined {
  if (typeof input === 'string' && !DECIMAL.test(input)) return undefined;
  if (typeof input !== 'string' && typeof input !== 'number') return undefined;
  const value = Number(input);
  return Number.isFinite(value) ? value : undefined;
}

function numberWhere(accepts: (value: number) => boolean, expected: string) {
  return z
    .union([z.string(), z.number()], { error: `is not ${expected}` })
    .transform((input, context) => {
      const value = toFiniteNumber(input);
      if (value !== undefined && accepts(value)) return value;
      context.addIssue({ code: 'custom', message: `is not ${expected}` });
      return z.NEVER;
    });
}

/** Prices, sizes and USD amounts above this are mistakes, whatever the coin's unit is. */
const LARGEST = 1e24;

export const positiveNumber = numberWhere((v) => v > 0 && v <= LARGEST, 'a positive number');
export const nonNegativeNumber = numberWhere((v) => v >= 0 && v <= LARGEST, 'a number from 0 up');

/** Funding per interval: venues cap at 0.04; 0.1 leaves room and still catches percent figures. */
export const intervalRateFraction = numberWhere((v) => Math.abs(v) <= 0.1, 'a rate within 0.1');

/** Hours between two funding settlements. */
export const intervalHours = numberWhere((v) => v >= 1 && v <= 24, 'an interval of 1 to 24 h');

const EARLIEST_AT = Date.UTC(2015, 0, 1);
const AHEAD_MS = 2 * 86_400_000;

/** Epoch ms between 2015 and two days ahead of `now` (next settlements lie up to a day ahead). */
export function epochMs(now: number) {
  return numberWhere(
    (v) => Number.isInteger(v) && v >= EARLIEST_AT && v <= now + AHEAD_MS,
    'a time in ms',
  );
}

/** An optional figure: absent, null and '' mean "not given"; anything else must decode. */
export function absentable<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    (input) => (input === null || input === '' ? undefined : input),
    schema.optional(),
  );
}

/** Decodes the outer shape of an answer. Throws `SourceError('bad-payload')`; values stay unquoted. */
export function decodeShape<T>(schema: z.ZodType<T>, answer: unknown, what: string): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new SourceError('bad-payload', `${what}: ${describeIssues(result.error)}`);
}

/** The first thing that is wrong, with its path: `fundingRate is not a number`. Log-safe. */
export function describeIssues(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'does not decode';
  const path = issue.path.slice(0, 4).map(safeLabel).join('.');
  return path === '' ? issue.message : `${path} ${issue.message}`;
}

/** A name as it may appear in a log: plain characters only, at most 40. */
export function safeLabel(name: unknown): string {
  const text = String(name);
  return /^[\w:.-]{1,40}$/.test(text) ? text : '(odd name)';
}

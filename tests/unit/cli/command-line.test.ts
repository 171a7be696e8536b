import { describe, expect, it } from 'vitest';
import {
  type CliCommand,
  numberOption,
  parseArguments,
  textOption,
  usageLine,
} from '../../../src/cli/command-line.ts';
import { ExitError } from '../../../src/errors.ts';

const COMMAND: CliCommand = {
  name: 'fetch',
  summary: 'Fetch one source',
  positionals: ['<source>', '[other]'],
  options: {
    'base-url': { value: 'URL', summary: 'Replaces the address' },
    json: { summary: 'JSON lines' },
  },
  run: async () => 0,
};

function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ExitError && error.exitCode === 64) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('arguments', () => {
  it('are split into options and positionals, in any order', () => {
    for (const args of [
      ['bybit', '--json', '--base-url', 'http://x'],
      ['--base-url=http://x', '--json', 'bybit'],
    ]) {
      const parsed = parseArguments(COMMAND, args);
      expect(parsed.positionals).toEqual(['bybit']);
      expect({ ...parsed.options }).toEqual({ json: true, 'base-url': 'http://x' });
    }
  });

  it.each([
    [['bybit', '--loud'], "Unknown option '--loud'"],
    [['bybit', '--base-url'], "Option '--base-url <value>' argument missing"],
    [['bybit', '--json=yes'], "Option '--json' does not take an argument"],
    [[], '<source> is missing'],
    [['a', 'b', 'c'], '“c” is one argument too many'],
  ])('%j are refused: %s, with the usage', (args, reason) => {
    expect(refusalOf(() => parseArguments(COMMAND, args))).toBe(
      `${reason}\nusage: cascade-watch fetch <source> [other] [--base-url URL] [--json]`,
    );
  });

  it('a value that looks like an option is explained on few lines', () => {
    const refusal = refusalOf(() => parseArguments(COMMAND, ['bybit', '--base-url', '--json']));
    expect(refusal).toMatch(/^Option '--base-url' argument is ambiguous\nusage: /);
  });
});

describe('the usage line', () => {
  it('of a command without anything is its name', () => {
    expect(usageLine({ ...COMMAND, positionals: [], options: {} })).toBe('cascade-watch fetch');
  });
});

describe('a number option', () => {
  const of = (text: string | undefined, integer = false) =>
    numberOption({ options: { n: text }, positionals: [] }, 'n', { min: 0, max: 10, integer });

  it.each([
    ['0', 0],
    ['10', 10],
    ['2.5', 2.5],
    ['1e1', 10],
  ])('takes %s', (text, value) => {
    expect(of(text)).toBe(value);
  });

  it('that was not given is undefined', () => {
    expect(of(undefined)).toBeUndefined();
  });

  it.each(['', ' ', '-1', '10.1', 'NaN', 'Infinity', 'ten', '1,5'])('refuses %j', (text) => {
    expect(refusalOf(() => of(text))).toBe('--n must be a number from 0 to 10');
  });

  it('that must be whole refuses a part', () => {
    expect(refusalOf(() => of('2.5', true))).toBe('--n must be a whole number from 0 to 10');
    expect(of('2', true)).toBe(2);
  });
});

it('a text option is its text, a switch is none', () => {
  const args = { options: { a: 'x', b: true }, positionals: [] };
  expect(textOption(args, 'a')).toBe('x');
  expect(textOption(args, 'b')).toBeUndefined();
  expect(textOption(args, 'c')).toBeUndefined();
});

import type { Readable, Writable } from 'node:stream';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { ExitError } from '../errors.ts';

/** What a command of the command line gets; the only way it touches the process. */
export interface CliContext {
  environment: Readonly<Record<string, string | undefined>>;
  /** One line to stdout. */
  print(line: string): void;
  /** One line to stderr, for people. */
  complain(line: string): void;
  /** A terminal, a pipe or a file. */
  input: Readable & { isTTY?: boolean };
  output: Writable & { isTTY?: boolean; columns?: number; hasColors?: () => boolean };
  /** Aborted by SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** From now on these values appear in no report of a bug. */
  hideSecrets(secrets: readonly string[]): void;
  /**
   * Registers what looks at errors nobody caught before they end the process; true: dealt with, the
   * process goes on.
   */
  containErrors(contain: (error: unknown) => boolean): void;
}

export type OptionValue = string | boolean | undefined;

export interface CliArguments {
  options: Readonly<Record<string, OptionValue>>;
  positionals: readonly string[];
}

/** One command: everything `help` says about it, and how to run it. Resolves to an exit code. */
export interface CliCommand {
  name: string;
  /** One line. */
  summary: string;
  /** Positional arguments as written in the usage line, e.g. `<source>`; `[…]` are optional. */
  positionals: readonly string[];
  options: Readonly<Record<string, CliOption>>;
  /** `start` ends with 0 when told to stop; the others with 128 + the signal's number. */
  service?: boolean;
  run(context: CliContext, args: CliArguments): Promise<number>;
}

export interface CliOption {
  /** Absent: a switch. */
  value?: string;
  summary: string;
}

/** Splits an argument list by a command's definition. Throws ExitError 64 with what is wrong. */
export function parseArguments(command: CliCommand, args: readonly string[]): CliArguments {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const [name, option] of Object.entries(command.options)) {
    options[name] = { type: option.value === undefined ? 'boolean' : 'string' };
  }
  const usage = `usage: ${usageLine(command)}`;
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // The first sentence; what follows explains Node's own conventions.
    const [reason] = (error instanceof Error ? error.message : String(error)).split(/\.\s/);
    throw new ExitError(64, `${reason}\n${usage}`);
  }
  const required = command.positionals.filter((name) => !name.startsWith('[')).length;
  const given = parsed.positionals.length;
  if (given < required)
    throw new ExitError(64, `${command.positionals[given]} is missing\n${usage}`);
  if (given > command.positionals.length) {
    throw new ExitError(
      64,
      `“${parsed.positionals[command.positionals.length]}” is one argument too many\n${usage}`,
    );
  }
  return {
    options: parsed.values as Readonly<Record<string, OptionValue>>,
    positionals: parsed.positionals,
  };
}

/** `cascade-watch fetch <source> [--base-url URL] [--json]` */
export function usageLine(command: CliCommand): string {
  const options = Object.entries(command.options).map(([name, option]) =>
    option.value === undefined ? `[--${name}]` : `[--${name} ${option.value}]`,
  );
  return ['cascade-watch', command.name, ...command.positionals, ...options].join(' ');
}

/** A finite number option within bounds, or undefined when it was not given. Throws ExitError 64. */
export function numberOption(
  args: CliArguments,
  name: string,
  bounds: { min: number; max: number; integer?: boolean },
): number | undefined {
  const text = args.options[name];
  if (typeof text !== 'string') return undefined;
  const value = Number(text);
  const fits = text.trim() !== '' && value >= bounds.min && value <= bounds.max;
  if (!fits || (bounds.integer === true && !Number.isInteger(value))) {
    const kind = bounds.integer === true ? 'a whole number' : 'a number';
    throw new ExitError(64, `--${name} must be ${kind} from ${bounds.min} to ${bounds.max}`);
  }
  return value;
}

/** A text option, or undefined when it was not given. */
export function textOption(args: CliArguments, name: string): string | undefined {
  const text = args.options[name];
  return typeof text === 'string' ? text : undefined;
}

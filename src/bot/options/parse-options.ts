import { CommandError } from '../../errors.ts';
import type { CommandDefinition, OptionValues } from '../commands/define.ts';
import { optionValues } from './option-values.ts';
import { quoted, type ReadValue, readValue } from './read-value.ts';
import { usageOf } from './usage.ts';

/** Reads the named options of a platform's form. Empty ones count as not given. Throws CommandError. */
export function parseOptions(
  command: CommandDefinition,
  options: Readonly<Record<string, string>>,
): OptionValues {
  const values = new Map<string, ReadValue>();
  for (const [name, text] of Object.entries(options)) {
    if (text.trim() === '') continue;
    const option = command.options.find((candidate) => candidate.name === name);
    if (option === undefined) {
      throw new CommandError(`/${command.name} has no option ${quoted(name)}.`);
    }
    values.set(name, readValue(option, text));
  }
  requireAll(command, values);
  return optionValues(values);
}

/** Throws CommandError naming the first required option that is missing. */
export function requireAll(
  command: CommandDefinition,
  values: ReadonlyMap<string, ReadValue>,
): void {
  const missing = command.options.find((option) => option.required && !values.has(option.name));
  if (missing === undefined) return;
  throw new CommandError(`Something is missing: ${missing.name}. Usage: ${usageOf(command)}`);
}

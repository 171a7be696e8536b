import { type Json, lengthOf, list, record } from './json.ts';

const SUB_COMMAND = 1;
const TEXT = 3;
const WHOLE = 4;
const YES_NO = 5;
const NUMBER = 10;
const MAX_TEXT = 6000;

/**
 * `data` of an interaction for what a person filled in. Throws for what Discord's own form would
 * not send: an unknown or missing option, a wrong type, a text too long, no listed choice.
 */
export function commandData(
  command: Json,
  filled: Readonly<Record<string, string>>,
  guildId: string | undefined,
  focused?: { name: string; value: string },
): Json {
  const options = list(command['options']).map(record);
  if (options.some((one) => one['type'] === SUB_COMMAND)) {
    throw new Error('this fake knows no sub-commands');
  }
  for (const name of [...Object.keys(filled), ...(focused === undefined ? [] : [focused.name])]) {
    if (!options.some((one) => one['name'] === name)) {
      throw new Error(`/${textOf(command['name'])} has no option ${name}`);
    }
  }
  const given = options.flatMap((option) => {
    const name = textOf(option['name']);
    if (focused?.name === name) {
      if (option['autocomplete'] !== true) throw new Error(`${name} has no autocomplete`);
      return [{ name, type: option['type'], value: focused.value, focused: true }];
    }
    const value = filled[name];
    if (value !== undefined) return [{ name, type: option['type'], value: typed(option, value) }];
    if (option['required'] === true && focused === undefined) {
      throw new Error(`the option ${name} is required`);
    }
    return [];
  });
  return {
    id: command['id'],
    name: command['name'],
    type: 1,
    ...(given.length === 0 ? {} : { options: given }),
    ...(guildId !== undefined && command['guild_id'] !== undefined ? { guild_id: guildId } : {}),
  };
}

function typed(option: Json, value: string): string | number | boolean {
  const name = textOf(option['name']);
  const result = converted(option, value);
  const choices = list(option['choices']).map(record);
  if (choices.length > 0 && !choices.some((one) => one['value'] === result)) {
    throw new Error(`${value} is no choice of ${name}`);
  }
  if (typeof result === 'string') {
    const length = lengthOf(result);
    const most = Number(option['max_length'] ?? MAX_TEXT);
    const least = Number(option['min_length'] ?? 0);
    if (length > most || length < least) throw new Error(`${name} is too long or too short`);
  }
  if (typeof result === 'number') {
    const least = Number(option['min_value'] ?? Number.NEGATIVE_INFINITY);
    const most = Number(option['max_value'] ?? Number.POSITIVE_INFINITY);
    if (result < least || result > most) throw new Error(`${name} is out of range`);
  }
  return result;
}

function converted(option: Json, value: string): string | number | boolean {
  const type = Number(option['type']);
  if (type === TEXT) return value;
  if (type === YES_NO && /^(true|false)$/.test(value)) return value === 'true';
  const number = Number(value);
  if (type === WHOLE && Number.isInteger(number)) return number;
  if (type === NUMBER && Number.isFinite(number)) return number;
  throw new Error(`"${value}" does not fit the option ${textOf(option['name'])}`);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : String(value);
}

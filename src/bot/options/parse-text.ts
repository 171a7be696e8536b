import { CommandError } from '../../errors.ts';
import type {
  CommandDefinition,
  CommandOption,
  OptionType,
  OptionValues,
} from '../commands/define.ts';
import { nearMisses } from './near-miss.ts';
import { optionValues } from './option-values.ts';
import { requireAll } from './parse-options.ts';
import {
  complaint,
  LEVEL_WORDS,
  quoted,
  type ReadValue,
  readsAs,
  readValue,
  SIDE_WORDS,
} from './read-value.ts';
import { usageOf } from './usage.ts';

/** Longer lines are no command. */
const MAX_CHARACTERS = 1_000;

/** A bare token goes to the first type of this list that reads it and still has a free option. */
const NARROWEST_FIRST: readonly OptionType[] = [
  'level',
  'side',
  'duration',
  'percent',
  'move',
  'asset',
  'assets',
  'word',
];

/** Words whose mistyping is noticed; not the two letters of `up`, which JUP or SUP would resemble. */
const WORDS: Readonly<Partial<Record<OptionType, readonly string[]>>> = {
  level: LEVEL_WORDS,
  side: SIDE_WORDS.filter((word) => word.length > 2),
};

/**
 * Reads the rest of a command line as typed: `BTC, ETH high both shock-below 3%`. Values are told
 * apart by their type, so optional ones may come in any order; `name=value` says it outright, and
 * `shock-below` needs its keyword. Coins may be parted by commas, spaces or both.
 * Throws CommandError for what cannot be placed.
 */
export function parseText(command: CommandDefinition, text: string): OptionValues {
  if (text.length > MAX_CHARACTERS)
    throw new CommandError('That line is too long to be a command.');
  const given = new Map<string, string>();
  const bare: string[] = [];
  for (const token of tokens(text)) {
    const named = namedOption(command, token);
    if (named === undefined) bare.push(token);
    else put(given, named.option, named.value);
  }
  for (const token of bare) place(command, given, token);
  const values = new Map<string, ReadValue>();
  for (const option of command.options) {
    const value = given.get(option.name);
    if (value !== undefined) values.set(option.name, readValue(option, value));
  }
  requireAll(command, values);
  return optionValues(values);
}

/** Splits at spaces after joining what belongs together: `BTC, ETH`, `5 %`, `shock-below 3%`, `8 h`. */
function tokens(text: string): string[] {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replace(/\s*[,;]\s*/g, ',')
    .replace(/,+(?=\s|$)|(?<=\s|^),+/g, '')
    .replace(/(\d)\s+%/g, '$1%')
    .replace(/(\d)\s+((?:minute|min|hour|day|week)s?|[mhdw])(?=\s|$)/gi, '$1$2')
    .replace(/\s*=\s*/g, '=')
    .replace(/\bshock[- ]?below[ =:]+(?=[+-]?[\d.])/gi, 'shock-below=')
    .split(' ')
    .filter((token) => token !== '');
}

function namedOption(command: CommandDefinition, token: string) {
  const match = /^([a-z0-9_-]{1,32})[=:](.*)$/i.exec(token);
  if (match === null) {
    // The keyword alone: let the option's own complaint say what it wants.
    const bareKeyword = command.options.find(
      (option) => option.type === 'shock-below' && option.name === token.toLowerCase(),
    );
    return bareKeyword === undefined ? undefined : { option: bareKeyword, value: '' };
  }
  const [, name = '', value = ''] = match;
  const option = command.options.find((candidate) => candidate.name === name.toLowerCase());
  if (option === undefined) {
    throw new CommandError(
      `/${command.name} has no option ${quoted(name)}. Usage: ${usageOf(command)}`,
    );
  }
  return { option, value };
}

function put(given: Map<string, string>, option: CommandOption, value: string): void {
  if (given.has(option.name)) {
    throw givenTwice(option.name);
  }
  given.set(option.name, value);
}

function givenTwice(name: string): CommandError {
  return new CommandError(`${name} was given twice; once is enough.`);
}

function place(command: CommandDefinition, given: Map<string, string>, token: string): void {
  for (const type of NARROWEST_FIRST) {
    if (!readsAs(type, token)) continue;
    const sameType = command.options.filter((option) => option.type === type);
    if (sameType.length === 0) continue;
    const free = sameType.find((option) => !given.has(option.name));
    const list = type === 'assets' ? sameType[0] : undefined;
    if (free === undefined && list === undefined) {
      // `high critical` is a contradiction, not a coin called CRITICAL.
      if (WORDS[type] !== undefined) throw givenTwice(sameType[0]?.name ?? type);
      continue;
    }
    if (type === 'assets' && isMistypedWord(command, given, token)) break;
    if (free !== undefined) given.set(free.name, token);
    else if (list !== undefined) given.set(list.name, `${given.get(list.name)},${token}`);
    return;
  }
  throw new CommandError(whyNotPlaced(command, given, token));
}

/** After the first coins, `hgih` is a mistyped level rather than one more coin. */
function isMistypedWord(
  command: CommandDefinition,
  given: ReadonlyMap<string, string>,
  token: string,
): boolean {
  const listed = command.options.some(
    (option) => option.type === 'assets' && given.has(option.name),
  );
  return listed && mistyped(command, given, token) !== undefined;
}

/** The option whose fixed words are nearly this token, if that option is still free. */
function mistyped(
  command: CommandDefinition,
  given: ReadonlyMap<string, string>,
  token: string,
): CommandOption | undefined {
  return command.options.find((option) => {
    if (given.has(option.name) || token.length < 3) return false;
    const words = WORDS[option.type] ?? [];
    return nearMisses(token, words).length > 0;
  });
}

function whyNotPlaced(
  command: CommandDefinition,
  given: ReadonlyMap<string, string>,
  token: string,
): string {
  const option = mistyped(command, given, token);
  const coins = command.options.find((candidate) => candidate.type === 'assets');
  if (option !== undefined) {
    const words = option.type === 'level' ? 'elevated, high or critical' : 'down, up or both';
    const orCoin =
      coins === undefined ? '' : ` (A coin of that name: ${coins.name}=${plain(token)}.)`;
    return `I don't know the ${option.type} ${quoted(token)}; use ${words}.${orCoin}`;
  }
  // A list that is too long, or with something in it that is no coin.
  if (coins !== undefined && token.includes(',')) return complaint(coins, token);
  const trigger = command.options.find((candidate) => candidate.type === 'shock-below');
  if (trigger !== undefined && readsAs('percent', token)) {
    return `What is ${quoted(token)} for? Write ${trigger.name} ${plain(token)} to be warned at that critical shock.`;
  }
  return `I don't know what to do with ${quoted(token)}. Usage: ${usageOf(command)}`;
}

function plain(token: string): string {
  return quoted(token).slice(1, -1);
}

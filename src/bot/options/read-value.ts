import { CommandError } from '../../errors.ts';
import { parseAssetId } from '../../signals/assets.ts';
import type { AssetId, Level, Side } from '../../signals/model/ids.ts';
import type { CommandOption, OptionType } from '../commands/define.ts';

/** A value as typed, understood. `fraction` serves percent, move and shock-below; durations are ms. */
export type ReadValue =
  | { kind: 'asset'; asset: AssetId }
  | { kind: 'assets'; assets: readonly (AssetId | '*')[] }
  | { kind: 'fraction'; fraction: number }
  | { kind: 'level'; level: Exclude<Level, 'low'> }
  | { kind: 'sides'; sides: readonly Side[] }
  | { kind: 'duration'; durationMs: number }
  | { kind: 'word'; word: string };

export const LEVEL_WORDS = ['elevated', 'high', 'critical'] as const;
export const SIDE_WORDS = ['down', 'up', 'both'] as const;

/** More names in one command are a mistake or an attack. */
const MAX_ASSETS = 50;
/** Nothing that can be said here is longer; forms of platforms take many thousand characters. */
const MAX_CHARACTERS = 1_000;
const MAX_SHOWN = 40;

const NUMBER = /^[+-]?(\d{1,6}(\.\d{0,6})?|\.\d{1,6})%?$/;
const DURATION_PART =
  /(\d{1,5}(?:\.\d{1,3})?)(minutes?|mins?|min|m|hours?|hrs?|h|days?|d|weeks?|w)/gy;
const UNIT_MS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

type Reader = (text: string) => ReadValue | undefined;

/** What can be read as which type. Undefined: not of this type. */
const READERS: Readonly<Record<OptionType, Reader>> = {
  asset(text) {
    const asset = parseAssetId(text.replace(/^\$/, ''));
    return asset === undefined ? undefined : { kind: 'asset', asset };
  },
  assets: readAssets,
  percent: (text) => readFraction(text, 'fall'),
  move: (text) => readFraction(text, 'as-signed'),
  'shock-below': (text) => readFraction(text.replace(/^shock[- ]?below[ =:]*/i, ''), 'fall'),
  level(text) {
    const level = LEVEL_WORDS.find((word) => word === text.toLowerCase());
    return level === undefined ? undefined : { kind: 'level', level };
  },
  side(text) {
    const side = SIDE_WORDS.find((word) => word === text.toLowerCase());
    if (side === undefined) return undefined;
    return { kind: 'sides', sides: side === 'both' ? ['down', 'up'] : [side] };
  },
  duration(text) {
    const durationMs = readDurationMs(text);
    return durationMs === undefined ? undefined : { kind: 'duration', durationMs };
  },
  word(text) {
    const word = text.toLowerCase();
    return /^[^\s\p{C}]{1,64}$/u.test(word) ? { kind: 'word', word } : undefined;
  },
};

/** Is this text a value of the type? Used to tell the tokens of a typed line apart. */
export function readsAs(type: OptionType, text: string): boolean {
  return READERS[type](text) !== undefined;
}

/** Throws CommandError, saying what is accepted, when the text is no value of the option's type. */
export function readValue(option: CommandOption, text: string): ReadValue {
  if (text.length > MAX_CHARACTERS) {
    throw new CommandError(
      `What was given for ${option.name} is too long: ${quoted(text.slice(0, MAX_CHARACTERS))}`,
    );
  }
  const value = READERS[option.type](text.trim());
  if (value === undefined) throw new CommandError(complaint(option, text.trim()));
  return value;
}

function namesIn(text: string): string[] {
  return text.split(/[\s,;]+/).filter((name) => name !== '');
}

function readAssets(text: string): ReadValue | undefined {
  const names = namesIn(text);
  if (names.length === 0 || names.length > MAX_ASSETS) return undefined;
  if (names.some((name) => /^(all|\*)$/i.test(name))) {
    return names.length === 1 ? { kind: 'assets', assets: ['*'] } : undefined;
  }
  const assets: AssetId[] = [];
  for (const name of names) {
    const asset = parseAssetId(name.replace(/^\$/, ''));
    if (asset === undefined) return undefined;
    if (!assets.includes(asset)) assets.push(asset);
  }
  return { kind: 'assets', assets };
}

/**
 * `fall`: the sign says nothing. `as-signed` (a move of the price): a plus sign is a rise, a minus
 * sign or none a fall, because that is what people ask about; falls come out negative.
 */
function readFraction(text: string, sign: 'fall' | 'as-signed'): ReadValue | undefined {
  const written = text.replaceAll('−', '-').replace(/\s+(?=%$)/, '');
  if (!NUMBER.test(written)) return undefined;
  const size = Math.abs(Number(written.replace('%', ''))) / 100;
  if (!Number.isFinite(size)) return undefined;
  const rises = sign === 'fall' || written.startsWith('+') || size === 0;
  return { kind: 'fraction', fraction: rises ? size : -size };
}

function readDurationMs(text: string): number | undefined {
  const written = text.toLowerCase().replace(/\s+/g, '');
  let totalMs = 0;
  let end = 0;
  for (const match of written.matchAll(DURATION_PART)) {
    totalMs += Number(match[1]) * (UNIT_MS[(match[2] ?? '')[0] ?? ''] ?? Number.NaN);
    end = match.index + match[0].length;
  }
  const complete = end === written.length && end > 0;
  return complete && totalMs > 0 ? Math.round(totalMs) : undefined;
}

/** What was typed, cut short and without anything that could pass for layout. */
export function quoted(text: string): string {
  const plain = text
    .slice(0, MAX_CHARACTERS)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
  const letters = [...plain];
  const shown = letters.length > MAX_SHOWN ? `${letters.slice(0, MAX_SHOWN).join('')}…` : plain;
  return `“${shown}”`;
}

/** Why the text is no value of the option's type, and what would be. */
export function complaint(option: CommandOption, text: string): string {
  switch (option.type) {
    case 'level':
      return `I don't know the level ${quoted(text)}; use elevated, high or critical.`;
    case 'side':
      return `I don't know the side ${quoted(text)}; use down, up or both.`;
    case 'asset':
      return `${quoted(text)} is not the name of a coin; write for example BTC.`;
    case 'assets': {
      const count = namesIn(text).length;
      return count > MAX_ASSETS
        ? `That is a list of ${count} names; at most ${MAX_ASSETS} coins at once, or all.`
        : `${quoted(text)} is not a list of coins; write for example BTC,ETH or all.`;
    }
    case 'percent':
      return `${quoted(text)} is not a percentage; write for example 5%.`;
    case 'move':
      return `${quoted(text)} is not a price move; write 5% for a fall of 5 %, +5% for a rise.`;
    case 'shock-below':
      return `${quoted(text)} is not a percentage; write for example shock-below 3%.`;
    case 'duration':
      return `${quoted(text)} is not a length of time; write for example 90m, 8h or 2d.`;
    case 'word':
      return `${quoted(text)} is not a word I can use for ${option.name}.`;
  }
}

import type { OptionValues } from '../commands/define.ts';
import type { ReadValue } from './read-value.ts';

/** The typed view commands get; asking an option for another type than its own gives undefined. */
export function optionValues(values: ReadonlyMap<string, ReadValue>): OptionValues {
  function of<K extends ReadValue['kind']>(name: string, kind: K) {
    const value = values.get(name);
    return value?.kind === kind ? (value as Extract<ReadValue, { kind: K }>) : undefined;
  }
  return {
    asset: (name) => of(name, 'asset')?.asset,
    assets: (name) => of(name, 'assets')?.assets,
    percent: (name) => of(name, 'fraction')?.fraction,
    level: (name) => of(name, 'level')?.level,
    sides: (name) => of(name, 'sides')?.sides,
    duration: (name) => of(name, 'duration')?.durationMs,
    word: (name) => of(name, 'word')?.word,
  };
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CommandDefinition, defineCommand } from '../../../../src/bot/commands/define.ts';
import { nearMisses } from '../../../../src/bot/options/near-miss.ts';
import { parseOptions } from '../../../../src/bot/options/parse-options.ts';
import { parseText } from '../../../../src/bot/options/parse-text.ts';
import { CommandError } from '../../../../src/errors.ts';

function command(options: CommandDefinition['options']): CommandDefinition {
  return defineCommand({
    name: 'test',
    summary: 'x',
    options,
    access: 'anyone',
    examples: [],
    run: async () => ({ title: '', tone: 'info', blocks: [] }),
  });
}

const option = (
  name: string,
  type: CommandDefinition['options'][number]['type'],
  required = false,
) => ({ name, type, required, summary: 'x' });

const SUBSCRIBE = command([
  option('assets', 'assets'),
  option('level', 'level'),
  option('side', 'side'),
  option('shock-below', 'shock-below'),
]);
const WHATIF = command([option('asset', 'asset', true), option('percent', 'move', true)]);
const MUTE = command([option('duration', 'duration', true)]);

function all(definition: CommandDefinition, text: string) {
  const values = parseText(definition, text);
  return {
    assets: values.assets('assets'),
    level: values.level('level'),
    sides: values.sides('side'),
    shock: values.percent('shock-below'),
  };
}

const FULL = { assets: ['BTC', 'ETH'], level: 'high', sides: ['down', 'up'], shock: 0.03 };

test.each([
  'BTC,ETH high both shock-below 3%',
  'btc, eth high both shock-below 3 %',
  'btc eth high both shock-below=3',
  'high both btc eth shock below 3%',
  'shock-below 3% both high ETH=BTC'.replace('ETH=BTC', 'xbt,eth'),
  'assets=btc,eth level:high side=both shock-below:3%',
  '  $BTC , $ETH   HIGH   Both  Shock-Below  3.0% ',
])('“%s” is the same wish, whatever the order and the commas', (text) => {
  expect(all(SUBSCRIBE, text)).toEqual(FULL);
});

test('what is not given is undefined', () => {
  expect(all(SUBSCRIBE, '')).toEqual({
    assets: undefined,
    level: undefined,
    sides: undefined,
    shock: undefined,
  });
  expect(all(SUBSCRIBE, 'all').assets).toEqual(['*']);
  expect(all(SUBSCRIBE, 'btc,btc,eth').assets).toEqual(['BTC', 'ETH']);
});

test.each([
  ['eth 5', -0.05],
  ['eth -5', -0.05],
  ['eth 5%', -0.05],
  ['eth −5 %', -0.05],
  ['eth +5', 0.05],
  ['5% eth', -0.05],
  ['5 eth', -0.05],
  ['eth .5', -0.005],
])('a move “%s” falls without a plus sign', (text, move) => {
  const values = parseText(WHATIF, text);
  expect(values.asset('asset')).toBe('ETH');
  expect(values.percent('percent')).toBeCloseTo(move, 12);
});

test.each([
  ['90m', 5_400_000],
  ['8h', 28_800_000],
  ['8 h', 28_800_000],
  ['2d', 172_800_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['45 minutes', 2_700_000],
  ['1w', 604_800_000],
])('a duration “%s” is %i ms', (text, ms) => {
  expect(parseText(MUTE, text).duration('duration')).toBe(ms);
});

describe('mistakes are explained', () => {
  test.each([
    [SUBSCRIBE, 'BTC hgih', "I don't know the level “hgih”; use elevated, high or critical."],
    [SUBSCRIBE, 'BTC high donw', "I don't know the side “donw”; use down, up or both."],
    [SUBSCRIBE, 'level=low', "I don't know the level “low”; use elevated, high or critical."],
    [SUBSCRIBE, 'BTC 3%', 'Write shock-below 3%'],
    [SUBSCRIBE, 'shock-below', 'not a percentage'],
    [SUBSCRIBE, 'shock-below 3% shock-below 4%', 'given twice'],
    [SUBSCRIBE, 'colour=red', 'has no option “colour”'],
    [SUBSCRIBE, 'BTC high critical', 'level was given twice'],
    [SUBSCRIBE, 'btc/eth', "I don't know what to do with “btc/eth”"],
    [WHATIF, 'eth', 'Something is missing: percent. Usage: /test <asset> <percent>'],
    [WHATIF, '', 'Something is missing: asset'],
    [WHATIF, 'eth 5 6', 'what to do with “6”'],
    [MUTE, '8', 'what to do with “8”'],
    [MUTE, '0h', 'what to do with “0h”'],
    [MUTE, `${'x'.repeat(2_000)}`, 'too long'],
  ])('%# “%s”', (definition, text, message) => {
    expect(() => parseText(definition, text)).toThrow(CommandError);
    expect(() => parseText(definition, text)).toThrow(message);
  });

  test('a coin that looks like a level can be had by naming the option', () => {
    expect(all(SUBSCRIBE, 'assets=HIGH,UP').assets).toEqual(['HIGH', 'UP']);
  });

  test('coins that resemble short words stay coins', () => {
    expect(all(SUBSCRIBE, 'btc jup sup').assets).toEqual(['BTC', 'JUP', 'SUP']);
  });
});

test('whatever is typed gives values or a CommandError that repeats no control characters', () => {
  const token = fc.oneof(
    fc.constantFrom(
      'btc',
      'high',
      'both',
      'shock-below',
      '3%',
      '=',
      ',',
      '\u001b[31m',
      '\u202e',
      '8h',
    ),
    fc.string({ maxLength: 12, unit: 'binary' }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(SUBSCRIBE, WHATIF, MUTE),
      fc.array(token, { maxLength: 8 }),
      (definition, tokens) => {
        try {
          parseText(definition, tokens.join(' '));
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError);
          expect((error as Error).message).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
        }
      },
    ),
    { seed: 7, numRuns: 1_500 },
  );
});

describe('options of a form', () => {
  test('empty ones count as not given, unknown ones are refused, required ones asked for', () => {
    expect(parseOptions(SUBSCRIBE, { assets: 'btc', level: ' ' }).level('level')).toBeUndefined();
    expect(() => parseOptions(SUBSCRIBE, { colour: 'red' })).toThrow('has no option “colour”');
    expect(() => parseOptions(WHATIF, { asset: 'eth' })).toThrow('missing: percent');
    expect(() => parseOptions(WHATIF, { asset: 'eth', percent: 'x' })).toThrow('not a price move');
  });

  test('asking for another type than the option has gives undefined', () => {
    expect(parseOptions(WHATIF, { asset: 'eth', percent: '5' }).level('percent')).toBeUndefined();
  });
});

test('near misses are the nearest few, swapped letters counting once', () => {
  expect(nearMisses('hgih', ['high', 'low'])).toEqual(['high']);
  expect(nearMisses('ETJ', ['ETH', 'BTC', 'ETC', 'SOL'])).toEqual(['ETC', 'ETH']);
  expect(nearMisses('subscrib', ['subscribe', 'unsubscribe', 'subscriptions'])).toContain(
    'subscribe',
  );
  expect(nearMisses('zzzzz', ['high', 'ETH'])).toEqual([]);
});

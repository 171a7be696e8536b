import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { assetOfState } from '../../../src/bot/answers/known-assets.ts';
import type {
  CommandContext,
  CommandDefinition,
  CommandOption,
  OptionType,
  OptionValues,
} from '../../../src/bot/commands/define.ts';
import { COMMANDS } from '../../../src/bot/commands.gen.ts';
import { parseOptions } from '../../../src/bot/options/parse-options.ts';
import { parseText } from '../../../src/bot/options/parse-text.ts';
import { renderText } from '../../../src/bot/text/render-text.ts';
import { textOf } from '../../../src/bot/text/styled.ts';
import { CommandError } from '../../../src/errors.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { AssetState } from '../../../src/signals/model/reading.ts';
import { makeMarket } from '../../fakes/make-market.ts';
import { makeReading } from '../../fakes/make-reading.ts';
import { makeStatus } from '../../fakes/make-status.ts';
import { makeInstrument, makeView } from '../../fakes/make-view.ts';
import { openTempStore } from '../../fakes/temp-store.ts';

const FOLDER = new URL('../../../src/bot/commands/', import.meta.url);
const NOW = Date.UTC(2026, 0, 1, 0, 2);
const CHAT = { platform: 'console', chatId: 'terminal' };

/** Two ways to write each type; in text, an option of type shock-below needs its keyword. */
const SAMPLES: Readonly<Record<OptionType, readonly [string, string]>> = {
  asset: ['eth', 'BTC'],
  assets: ['BTC,ETH', 'all'],
  percent: ['5', '2.5%'],
  move: ['-5', '+2.5%'],
  level: ['high', 'Critical'],
  side: ['down', 'both'],
  duration: ['90m', '8h'],
  'shock-below': ['3%', '4'],
  word: ['risk', 'subscribe'],
};

const files = (await readdir(FOLDER)).filter((name) => name !== 'define.ts');
const commands = await Promise.all(
  files.map(async (file) => {
    const module = (await import(new URL(file, FOLDER).href)) as Record<string, unknown>;
    const name = file.replace(/\.ts$/, '');
    return { name, command: module[`${camelCase(name)}Command`] as CommandDefinition };
  }),
);

test('every file of the folder is in the registry, and nothing else', () => {
  const names = commands.map(({ command }) => command);
  expect(new Set(COMMANDS)).toEqual(new Set(names));
  expect(names.length).toBeGreaterThanOrEqual(12);
});

test('as many as both platforms take, and each name its own where hyphens become underscores', () => {
  // Telegram and Discord take 100 commands; Telegram's names have no hyphen.
  expect(COMMANDS.length).toBeLessThanOrEqual(100);
  const names = COMMANDS.map(({ name }) => telegramName(name));
  expect(new Set(names).size).toBe(COMMANDS.length);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]{0,31}$/);
});

describe.each(commands)('$name', ({ name, command }) => {
  test('is named after its file and fits the rules of every platform', () => {
    expect(command.name).toBe(name);
    // Discord takes no capitals; both platforms 32 characters.
    expect(command.name).toMatch(/^[a-z0-9_-]{1,32}$/);
    // Discord's 100 characters are fewer than Telegram's 256.
    expect(command.summary).toMatch(/^\S.{0,98}\S$/);
    expect(command.options.length).toBeLessThanOrEqual(25);
    for (const option of command.options) {
      expect(option.name).toMatch(/^[a-z0-9_-]{1,32}$/);
      expect(option.summary).toMatch(/^\S.{0,98}\S$/);
    }
    const names = command.options.map((option) => telegramName(option.name));
    expect(new Set(names).size).toBe(names.length);
  });

  test('is within the 8,000 characters Discord takes for one command', () => {
    const texts = [command, ...command.options].flatMap(({ name: text, summary }) => [
      text,
      summary,
    ]);
    expect(texts.join('').length).toBeLessThanOrEqual(8_000);
  });

  test('has its required options first', () => {
    const required = command.options.map((option) => option.required);
    expect(required).toEqual(required.toSorted((a, b) => Number(b) - Number(a)));
  });

  test('has examples that parse', () => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) {
      const [first = '', ...rest] = example.split(' ');
      expect(first).toBe(command.name);
      expect(() => parseText(command, rest.join(' '))).not.toThrow();
    }
  });

  test('reads a typed line and the options of a form alike, in any order of the options', () => {
    for (const chosen of choices(command.options)) {
      for (const sample of [0, 1] as const) {
        const form = Object.fromEntries(
          chosen.map(({ name: key, type }) => [key, SAMPLES[type][sample]]),
        );
        const words = chosen.map((option) => typed(option, sample));
        const expected = snapshot(command, parseOptions(command, form));
        for (const line of [words, words.toReversed()]) {
          expect(snapshot(command, parseText(command, line.join(' '))), line.join(' ')).toEqual(
            expected,
          );
        }
      }
    }
  });

  test.each(Object.keys(STATES))(
    'answers with a plain, complete text when the store is %s',
    async (kind) => {
      const context = await contextOf(STATES[kind] ?? []);
      let answers = 0;
      for (const chosen of choices(command.options)) {
        const line = chosen.map((option) => typed(option, 0)).join(' ');
        try {
          const doc = await command.run(context, parseText(command, line));
          const text = textOf(renderText(doc, { columns: 100, maxCharacters: 1e6 }));
          const told = `/${command.name} ${line}`;
          expect(text, told).not.toMatch(/undefined|NaN|null|Infinity|\[object/);
          expect(doc.title.trim(), told).not.toBe('');
          expect([...doc.title].length, told).toBeLessThanOrEqual(256);
          const { figure: _, ...withoutFigure } = doc;
          const plain = textOf(renderText(withoutFigure, { columns: 100, maxCharacters: 1e6 }));
          expect(plain.length, told).toBeLessThanOrEqual(4_096);
          answers += 1;
        } catch (error) {
          // Only with nothing in the store may a coin be unknown.
          if (!(error instanceof CommandError) || kind === 'ready') throw error;
        }
      }
      if (kind !== 'empty') expect(answers).toBeGreaterThan(0);
    },
  );
});

test.each(['risk eth', 'risk', 'top', 'whatif eth 5', 'subscribe'])(
  '“%s” names coverage, age and that the score is not calibrated',
  async (line) => {
    const context = await contextOf(STATES['ready'] ?? []);
    const [name = '', ...rest] = line.split(' ');
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (command === undefined) throw new Error(`no command ${name}`);
    const doc = await command.run(context, parseText(command, rest.join(' ')));
    expect(doc.footer).toMatch(/3 of 3 venues, oldest 40 s.*not yet calibrated/);
  },
);

test.each(['risk eth', 'risk', 'whatif eth 5', 'subscribe'])(
  '“%s” says warming up, and gives no score',
  async (line) => {
    const context = await contextOf(STATES['warming up'] ?? []);
    const [name = '', ...rest] = line.split(' ');
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (command === undefined) throw new Error(`no command ${name}`);
    const doc = await command.run(context, parseText(command, rest.join(' ')));
    const text = textOf(renderText(doc, { columns: 100, maxCharacters: 1e6 }));
    expect(text).toContain('warming up, ready in 5 min');
    expect(text).not.toMatch(/\d\/100|\d (?:low|elevated|high|critical)\b/);
    expect(doc).not.toHaveProperty('figure');
  },
);

const STATES: Readonly<Record<string, readonly AssetState[]>> = {
  ready: ['BTC', 'ETH', ...Array.from({ length: 20 }, (_, index) => `COIN${index}`)].map(
    (name, index) => ({
      status: 'ready',
      reading: makeReading({ name, scoreDown: 40 + index * 2, scoreUp: 30 + index }),
    }),
  ),
  'warming up': ['BTC', 'ETH'].map((name) => ({
    status: 'warming-up',
    warming: {
      asset: assetId(name),
      at: NOW,
      readyAt: NOW + 300_000,
      needs: ['24 hours of prices'],
    },
  })),
  empty: [],
};

/** Every coin of these on two venues, one of which is silent. */
function marketOf(states: readonly AssetState[]) {
  const instruments = [makeInstrument('bybit'), makeInstrument('okx', { ageMs: 900_000 })];
  const assets = states.map(assetOfState);
  return makeMarket(assets.map((asset) => makeView(instruments, { asset })));
}

async function contextOf(states: readonly AssetState[]): Promise<CommandContext> {
  const store = await openTempStore();
  await store.readings.save(states);
  return {
    chat: CHAT,
    now: () => NOW,
    store,
    status: async () => makeStatus(),
    commands: COMMANDS,
    settings: {
      maxSubscriptionsPerChat: 50,
      maxSubscriptionsPerPlace: 500,
      defaultAssets: [assetId('BTC'), assetId('ETH')],
    },
    market: marketOf(states),
    nextId: () => 'an-id-of-25-characters-xx',
  };
}

/** Required options with none, each and all of the optional ones; each choice once. */
function choices(options: readonly CommandOption[]): CommandOption[][] {
  const required = options.filter((option) => option.required);
  const optional = options.filter((option) => !option.required);
  const all = optional.length > 1 ? [[...options]] : [];
  return [required, ...optional.map((option) => [...required, option]), ...all];
}

function typed({ name, type }: CommandOption, sample: 0 | 1): string {
  const text = SAMPLES[type][sample];
  return type === 'shock-below' ? `${name} ${text}` : text;
}

function snapshot({ options }: CommandDefinition, values: OptionValues) {
  return options.map(({ name }) => [
    name,
    values.asset(name),
    values.assets(name),
    values.percent(name),
    values.level(name),
    values.sides(name),
    values.duration(name),
    values.word(name),
  ]);
}

function telegramName(name: string): string {
  return name.replaceAll('-', '_');
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

import { describe, expect, test } from 'vitest';
import type { ChatRef } from '../../../src/alerts/model.ts';
import type { CommandContext } from '../../../src/bot/commands/define.ts';
import { COMMANDS } from '../../../src/bot/commands.gen.ts';
import { parseOptions } from '../../../src/bot/options/parse-options.ts';
import { parseText } from '../../../src/bot/options/parse-text.ts';
import { renderText } from '../../../src/bot/text/render-text.ts';
import { textOf } from '../../../src/bot/text/styled.ts';
import { CommandError } from '../../../src/errors.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { Reading } from '../../../src/signals/model/reading.ts';
import { makeReading } from '../../fakes/make-reading.ts';
import { makeStatus } from '../../fakes/make-status.ts';
import { openTempStore } from '../../fakes/temp-store.ts';

const NOW = Date.UTC(2026, 0, 1, 0, 1);
const CHAT = { platform: 'console', chatId: 'terminal' };

/** The perp estimate of both sides may be half or twice what it is. */
function uncertain(reading: Reading): Reading {
  const estimateFactors = { low: 0.5, high: 2 };
  const { down, up } = reading;
  return { ...reading, down: { ...down, estimateFactors }, up: { ...up, estimateFactors } };
}

async function open(
  coins: readonly string[] = ['BTC', 'ETH', 'SOL', 'WIF'],
  extra: Partial<CommandContext> = {},
) {
  const store = await openTempStore();
  await store.readings.save(
    coins.map((name, index) => ({
      status: 'ready',
      reading: uncertain(makeReading({ name, scoreDown: 40 + 10 * index })),
    })),
  );
  const context: CommandContext = {
    chat: CHAT,
    now: () => NOW,
    store,
    status: async () => makeStatus(),
    commands: COMMANDS,
    settings: {
      maxSubscriptionsPerChat: 4,
      maxSubscriptionsPerPlace: 6,
      defaultAssets: [assetId('BTC'), assetId('ETH')],
    },
    nextId: () => 'id',
    ...extra,
  };
  const ask = async (line: string, chat: ChatRef = CHAT) => {
    const [name = '', ...rest] = line.split(' ');
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (command === undefined) throw new Error(`no command ${name}`);
    const doc = await command.run({ ...context, chat }, parseText(command, rest.join(' ')));
    return textOf(renderText(doc, { columns: 100, maxCharacters: 1e6 }));
  };
  const rules = async () =>
    (await store.subscriptions.ofChat(CHAT)).map(({ asset, rule, sides }) => [
      asset,
      rule.kind === 'level' ? rule.level : rule.fraction,
      sides.join(','),
    ]);
  return { store, ask, rules };
}

test('without anything said: BTC and ETH, high, both sides, with the present reading', async () => {
  const { ask, rules } = await open();
  const text = await ask('subscribe');
  expect(await rules()).toEqual([
    ['BTC', 'high', 'down,up'],
    ['ETH', 'high', 'down,up'],
  ]);
  expect(text).toContain('BTC, ETH: high or worse, down and up');
  expect(text).toMatch(/BTC +down +40 low +-3\.1 %\nBTC +up +30 low +\+3\.1 %/);
  expect(text).toContain('To stop: /unsubscribe.');
});

test('a trigger alone is a rule of its own, beside a level one more', async () => {
  const { ask, rules } = await open();
  await ask('subscribe ETH shock-below 3% down');
  expect(await rules()).toEqual([['ETH', 0.03, 'down']]);
  await ask('subscribe ETH critical shock-below 3%');
  expect(await rules()).toHaveLength(2);
  expect(await rules()).toEqual(
    expect.arrayContaining([
      ['ETH', 0.03, 'down,up'],
      ['ETH', 'critical', 'down,up'],
    ]),
  );
});

test('repeating a subscription changes nothing, and is no second one', async () => {
  const { ask, rules } = await open();
  await ask('subscribe');
  const before = await rules();
  await ask('subscribe');
  expect(await rules()).toEqual(before);
});

test('the limit of a chat holds, counts nothing twice, and adds nothing in part', async () => {
  const { ask, rules } = await open();
  await ask('subscribe BTC,ETH,SOL');
  await expect(ask('subscribe WIF critical shock-below 2%')).rejects.toThrow('4 are possible');
  expect(await rules()).toHaveLength(3);
  await ask('subscribe BTC,ETH,SOL,WIF');
  expect(await rules()).toHaveLength(4);
});

test('the limit of a place holds over its rooms, and adds nothing in part', async () => {
  const { ask, rules } = await open();
  await ask('subscribe BTC,ETH,SOL', { ...CHAT, thread: 'one' });
  await ask('subscribe BTC,ETH', { ...CHAT, thread: 'two' });
  await expect(ask('subscribe BTC,ETH')).rejects.toThrow(
    /^That would be 7 subscriptions in this server or group.*; 6 are possible.*Nothing was changed/,
  );
  expect(await rules()).toEqual([]);
  await ask('subscribe WIF');
  expect(await rules()).toHaveLength(1);
  // Full, but to change what is there is not to add.
  await ask('subscribe WIF down');
  await ask('subscribe BTC', { platform: 'console', chatId: 'elsewhere' });
});

test.each([51, 120, 500])(
  '%i coins at once are refused politely, with nothing added',
  async (count) => {
    const coins = Array.from({ length: count }, (_, index) => `C${index}`);
    const { ask, rules } = await open(coins);
    const command = COMMANDS.find(({ name }) => name === 'subscribe');
    if (command === undefined) throw new Error('no /subscribe');
    const form = () => parseOptions(command, { assets: coins.join(',') });
    expect(form).toThrow(CommandError);
    expect(form).toThrow(
      count === 500 ? 'assets is too long' : `a list of ${count} names; at most 50`,
    );
    await expect(ask(`subscribe ${coins.join(' ')}`)).rejects.toThrow(
      count > 250 ? 'too long' : `a list of ${count} names; at most 50`,
    );
    await expect(ask(`subscribe ${coins.slice(0, 50).join(', ')}`)).rejects.toThrow(
      '4 are possible',
    );
    expect(await rules()).toEqual([]);
  },
);

test('a long list is named short in the title and whole below', async () => {
  const coins = Array.from({ length: 40 }, (_, index) => `COIN${index}`);
  const settings = {
    maxSubscriptionsPerChat: 50,
    maxSubscriptionsPerPlace: 50,
    defaultAssets: [assetId('BTC')],
  };
  const { ask } = await open(coins, { settings });
  const text = await ask(`subscribe ${coins.join(',')}`);
  expect(text.split('\n')[0]).toMatch(/^Subscribed: COIN0, .*, COIN7 and 32 more$/);
  expect(text).toContain('COIN39');
});

describe('what the bot may not do here', () => {
  test('is said first, and subscribes all the same', async () => {
    const { ask, rules } = await open(undefined, {
      missingPermissions: async () => ['post messages', 'attach\u202e files'],
    });
    const [, , first] = (await ask('subscribe ETH')).split('\n');
    expect(first).toMatch(/^I may not post messages or attach files here: until somebody/);
    expect(await rules()).toHaveLength(1);
  });

  test.each([
    ['nothing', async () => []],
    ['unknown', () => Promise.reject(new Error('timeout'))],
    [
      'unknown at once',
      () => {
        throw new Error('timeout');
      },
    ],
  ])('that is %s is not spoken of', async (_, missingPermissions) => {
    const { ask, rules } = await open(undefined, { missingPermissions });
    expect(await ask('subscribe ETH')).not.toContain('I may not');
    expect(await rules()).toHaveLength(1);
  });
});

test('an unknown coin is refused with close names, and nothing is added', async () => {
  const { ask, rules } = await open();
  await expect(ask('subscribe BTC,WIFF')).rejects.toThrow('called WIFF. Did you mean WIF?');
  expect(await rules()).toEqual([]);
});

test('before the first look at the market every name is taken', async () => {
  const { ask, rules } = await open([]);
  expect(await ask('subscribe')).toContain('Warming up: no reading yet.');
  expect(await rules()).toHaveLength(2);
});

test.each(['0.01%', '60%'])('a trigger of %s is out of range', async (shock) => {
  const { ask } = await open();
  await expect(ask(`subscribe ETH shock-below ${shock}`)).rejects.toThrow('0.1 % and 50 %');
});

test('unsubscribing from one coin leaves the others, and says what is left', async () => {
  const { ask, rules } = await open();
  await ask('subscribe all');
  await ask('subscribe BTC critical');
  expect(await ask('unsubscribe BTC')).toMatch(
    /Unsubscribed[\s\S]*BTC: critical[\s\S]*Still subscribed:[\s\S]*every coin/,
  );
  expect(await rules()).toEqual([['*', 'high', 'down,up']]);
  expect(await ask('unsubscribe')).toContain('Nothing is sent here any more.');
  expect(await rules()).toEqual([]);
  expect(await ask('unsubscribe')).toContain('There was nothing to stop');
});

test('a coin that every coin still covers goes on, which is said with how to change it', async () => {
  const { ask, rules } = await open();
  await ask('subscribe all');
  const text = await ask('unsubscribe BTC');
  expect(text.split('\n')[0]).toBe('Messages about BTC go on');
  expect(text.replace(/\s+/g, ' ')).toContain(
    'This chat is subscribed to every coin, which includes BTC. To choose coins instead: ' +
      '/unsubscribe, then for example /subscribe ETH,SOL.',
  );
  expect(await rules()).toEqual([['*', 'high', 'down,up']]);
  await ask('subscribe BTC critical');
  const [title] = (await ask('unsubscribe BTC,ETH')).split('\n');
  expect(title).toBe('Unsubscribed, but messages about BTC and ETH go on');
  expect(await ask('unsubscribe all')).not.toContain('go on');
  expect(await ask('unsubscribe BTC')).not.toContain('go on');
});

test('a mute has an end that is told, at most seven days away', async () => {
  const { ask, store } = await open();
  await ask('subscribe');
  expect(await ask('mute 8h')).toContain('Muted for 8 h, until 2026-01-01 08:01 UTC');
  expect(await store.subscriptions.mutes(NOW)).toEqual([
    { chat: CHAT, until: NOW + 8 * 3_600_000 },
  ]);
  expect(await ask('subscriptions')).toContain('Muted for 8 h');
  expect(await ask('subscribe')).toContain('Muted for 8 h');
  await expect(ask('mute 8d')).rejects.toThrow('At most 7 days');
  expect(await ask('unmute')).toContain('No longer muted');
  expect(await ask('unmute')).toContain('This chat was not muted');
});

test('risk without a coin shows the coins of this chat, and the defaults before that', async () => {
  const { ask } = await open();
  expect(await ask('risk')).toMatch(/BTC[\s\S]*ETH/);
  await ask('subscribe WIF');
  const text = await ask('risk');
  expect(text).toContain('WIF');
  expect(text).not.toContain('BTC');
});

test('top is ordered by score over both sides, ten rows at most, and leaves out what cannot alert', async () => {
  const { ask, store } = await open(Array.from({ length: 12 }, (_, index) => `C${index}`));
  const blocked = makeReading({ name: 'BAD', scoreDown: 99 });
  const eligibility = { eligible: false, reasons: ['one venue only'] };
  await store.readings.save([{ status: 'ready', reading: { ...blocked, eligibility } }]);
  const text = await ask('top');
  const scores = [...text.matchAll(/(\d+) (?:low|elevated|high|critical)/g)].map((match) =>
    Number(match[1]),
  );
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(scores).toHaveLength(10);
  expect(text).not.toContain('BAD');
  expect(text).toContain('12 coins ranked, 1 without enough data to alert left out.');
});

test.each([
  ['whatif eth 5', '-5.0 %, $2,375', 'Forced sales'],
  ['whatif eth -5%', '-5.0 %, $2,375', 'Forced sales'],
  ['whatif eth +5', '+5.0 %, $2,625', 'Forced buying'],
])('“%s” says what is forced and where it ends', async (line, move, forced) => {
  const { ask } = await open();
  const text = await ask(line);
  expect(text).toContain(move);
  expect(text).toMatch(new RegExp(`${forced} +\\$\\d+m \\(\\$\\d+m to \\$\\d+m\\)`));
  expect(text).toMatch(/Ends near +[+-]\d+\.\d %, \$2,\d{3}/);
  expect(text).toContain('a tenth of the depth');
  expect(text).toContain('beyond the critical shock of 3.1 %');
  expect(text).toMatch(/◀ .*shock [−+]5\.0 %/);
});

test.each(['0.05', '61', '+61'])('a move of %s is out of range', async (move) => {
  const { ask } = await open();
  await expect(ask(`whatif eth ${move}`)).rejects.toThrow('between 0.1 % and 60 %');
});

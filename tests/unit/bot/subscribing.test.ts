import { expect, test } from 'vitest';
import type { CommandContext } from '../../../src/bot/commands/define.ts';
import { COMMANDS } from '../../../src/bot/commands.gen.ts';
import { parseText } from '../../../src/bot/options/parse-text.ts';
import { renderText } from '../../../src/bot/text/render-text.ts';
import { textOf } from '../../../src/bot/text/styled.ts';
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

async function open(coins: readonly string[] = ['BTC', 'ETH', 'SOL', 'WIF']) {
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
    settings: { maxSubscriptionsPerChat: 4, defaultAssets: [assetId('BTC'), assetId('ETH')] },
  };
  const ask = async (line: string) => {
    const [name = '', ...rest] = line.split(' ');
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (command === undefined) throw new Error(`no command ${name}`);
    const doc = await command.run(context, parseText(command, rest.join(' ')));
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
  expect(text).toMatch(/BTC +40\/100 low +30\/100 low +-3\.1 %, \+3\.1 %/);
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
  const scores = [...text.matchAll(/(\d+)\/100/g)].map((match) => Number(match[1]));
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

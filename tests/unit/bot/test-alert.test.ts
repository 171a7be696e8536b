import { expect, test } from 'vitest';
import type { CommandContext } from '../../../src/bot/commands/define.ts';
import { testCommand } from '../../../src/bot/commands/test.ts';
import { parseText } from '../../../src/bot/options/parse-text.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { makeMessage } from '../../fakes/make-message.ts';
import { makeReading } from '../../fakes/make-reading.ts';
import { makeStatus } from '../../fakes/make-status.ts';
import { linesOf } from '../../fakes/message-lines.ts';
import { openTempStore } from '../../fakes/temp-store.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';

const CHAT = { platform: 'scripted', chatId: 'a', thread: '7' };

async function open(coins: readonly string[] = ['BTC', 'ETH', 'SOL']) {
  const store = await openTempStore();
  await store.readings.save(
    coins.map((name) => ({ status: 'ready', reading: makeReading({ name }) })),
  );
  const clock = new VirtualClock();
  let ids = 0;
  let woken = 0;
  const context: CommandContext = {
    chat: CHAT,
    now: () => clock.now(),
    store,
    status: async () => makeStatus(),
    commands: [],
    settings: {
      maxSubscriptionsPerChat: 4,
      maxSubscriptionsPerPlace: 6,
      defaultAssets: [assetId('BTC')],
    },
    nextId: () => {
      ids += 1;
      return `id${ids}`;
    },
    wake: () => {
      woken += 1;
    },
  };
  const ask = async (extra: Partial<CommandContext> = {}) =>
    linesOf(await testCommand.run({ ...context, ...extra }, parseText(testCommand, '')));
  const stored = () => store.outbox.ofChat(CHAT, 10);
  return { store, clock, ask, stored, woken: () => woken };
}

test('the test alert goes through the outbox like an alert that is high, and delivery is woken', async () => {
  const { ask, stored, clock, woken } = await open();
  const answer = await ask();
  expect(answer[0]).toBe('A test alert is on its way');
  expect(answer.join(' ')).toContain('/deliveries shows what became of it');
  const [message, ...others] = await stored();
  expect(others).toEqual([]);
  expect(message).toMatchObject({
    id: 'id1',
    chat: CHAT,
    groupId: 'test-id1',
    sequence: 1,
    severity: 2,
    kind: 'test',
    state: 'pending',
    createdAt: clock.now(),
    expiresAt: clock.now() + 600_000,
  });
  expect(woken()).toBe(1);
});

test('it shows the figure of the first coin the chat is subscribed to, else of a default coin', async () => {
  const { ask, stored, store, clock } = await open();
  await ask();
  await store.subscriptions.add({
    chat: CHAT,
    asset: assetId('SOL'),
    rule: { kind: 'level', level: 'high' },
    sides: ['down'],
    createdAt: 1,
  });
  await clock.advance(60_000);
  await ask();
  const assets = (await stored()).map(({ doc }) => doc.figure?.asset);
  expect(assets).toEqual(['SOL', 'BTC']);
});

test('while warming up it goes without a figure', async () => {
  const { ask, stored } = await open([]);
  await ask();
  const [message] = await stored();
  expect(message?.doc).not.toHaveProperty('figure');
});

test('one a minute, whatever lies between', async () => {
  const { ask, stored, store, clock } = await open();
  await ask();
  await clock.advance(30_000);
  await store.outbox.enqueue(
    Array.from({ length: 60 }, (_, index) =>
      makeMessage({
        id: `r${index}`,
        groupId: `r${index}`,
        chat: CHAT,
        kind: 'reply',
        createdAt: clock.now(),
      }),
    ),
  );
  await clock.advance(29_999);
  await expect(ask()).rejects.toThrow('less than a minute ago: /deliveries');
  await ask({ chat: { ...CHAT, thread: '8' } });
  await clock.advance(1);
  await ask();
  expect((await store.outbox.ofChat(CHAT, 100)).filter(({ kind }) => kind === 'test')).toHaveLength(
    2,
  );
  expect(await stored()).toHaveLength(10);
});

test('what the bot may not do here is said at once', async () => {
  const { ask } = await open();
  const [, first] = await ask({ missingPermissions: async () => ['post messages'] });
  expect(first).toContain('I may not post messages here');
});

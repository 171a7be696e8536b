import { expect, test } from 'vitest';
import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import type { CommandContext } from '../../../src/bot/commands/define.ts';
import { muteCommand } from '../../../src/bot/commands/mute.ts';
import { unsubscribeCommand } from '../../../src/bot/commands/unsubscribe.ts';
import { parseText } from '../../../src/bot/options/parse-text.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { makeMessage } from '../../fakes/make-message.ts';
import { makeStatus } from '../../fakes/make-status.ts';
import { openTempStore } from '../../fakes/temp-store.ts';

const NOW = Date.UTC(2026, 0, 1, 0, 1);
const CHAT = { platform: 'discord', chatId: '1', thread: '2' };
const CLAIM = {
  platform: 'discord',
  worker: 'w',
  now: NOW,
  leaseUntil: NOW + 1000,
  limit: 9,
  lane: 'alerts',
  onePer: 'room',
  except: [],
} as const;

const groupOf = (coin: string) => `${coin}-down-abc-high`;

/** A chat with subscriptions on these coins, to which a BTC warning was sent and an ETH one waits. */
async function open(...coins: string[]) {
  const store = await openTempStore();
  for (const coin of coins) {
    await store.subscriptions.add({
      chat: CHAT,
      asset: coin === '*' ? '*' : assetId(coin),
      rule: { kind: 'level', level: 'high' },
      sides: ['down', 'up'],
      createdAt: NOW,
    });
  }
  const alert = (coin: string, overrides: Partial<OutgoingMessage>) =>
    makeMessage({
      chat: CHAT,
      id: coin,
      groupId: groupOf(coin),
      sequence: 1,
      kind: 'raise',
      createdAt: NOW,
      expiresAt: NOW + 60_000,
      ...overrides,
    });
  await store.outbox.enqueue([alert('BTC', {})]);
  await store.outbox.claim(CLAIM);
  await store.outbox.begin('BTC', 'w');
  await store.outbox.settle('BTC', 'w', { state: 'sent', platformMessageId: 'p1' }, NOW);
  await store.outbox.enqueue([alert('ETH', {})]);
  let ids = 0;
  let woken = 0;
  const context: CommandContext = {
    chat: CHAT,
    now: () => NOW,
    store,
    status: async () => makeStatus(),
    commands: [],
    settings: { maxSubscriptionsPerChat: 9, maxSubscriptionsPerPlace: 9, defaultAssets: [] },
    nextId() {
      ids += 1;
      return `over${ids}`;
    },
    wake() {
      woken += 1;
    },
  };
  return {
    store,
    alert,
    woken: () => woken,
    unsubscribe: (text: string) =>
      unsubscribeCommand.run(context, parseText(unsubscribeCommand, text)),
    mute: () => muteCommand.run(context, parseText(muteCommand, '8h')),
    /** What there is to send, in order. */
    async due() {
      const rows = await store.outbox.claim({ ...CLAIM, worker: 'looking', onePer: 'room' });
      return rows.map(({ id, groupId, delivery, doc, previous }) => ({
        id,
        groupId,
        delivery,
        title: doc.title,
        previous,
      }));
    },
  };
}

test('unsubscribing from everything: nothing that waits is sent, and no warning stands for ever', async () => {
  const { store, unsubscribe, due, woken } = await open('BTC', 'ETH');
  await unsubscribe('');
  expect(woken()).toBe(1);
  expect(await due()).toEqual([
    {
      id: 'over1',
      groupId: groupOf('BTC'),
      delivery: 'retire',
      title: 'No longer watched here',
      previous: 'p1',
    },
  ]);
  const rows = await store.outbox.ofChat(CHAT, 9);
  expect(rows.find(({ id }) => id === 'ETH')).toMatchObject({
    state: 'superseded',
    reason: 'unsubscribed',
  });
  expect(rows[0]?.expiresAt).toBeGreaterThan(NOW + 3_600_000);
});

test('unsubscribing from one coin leaves the others as they are', async () => {
  const { unsubscribe, due, store } = await open('BTC', 'ETH');
  await unsubscribe('BTC');
  expect(await store.outbox.counts()).toMatchObject({ pending: 2, superseded: 0 });
  expect((await due()).map(({ id }) => id)).toEqual(['ETH']);
});

test('the last coin takes along what an interrupted command left behind', async () => {
  const { unsubscribe, store } = await open('BTC');
  await unsubscribe('BTC');
  expect(await store.outbox.counts()).toMatchObject({ superseded: 1, pending: 1 });
  const { unsubscribe: again, store: other } = await open();
  await again('ETH');
  await again('ETH');
  expect(await other.outbox.counts()).toMatchObject({ superseded: 1, pending: 1 });
});

test('a coin that every coin still covers goes on', async () => {
  const { unsubscribe, store, woken } = await open('*', 'ETH');
  await unsubscribe('ETH');
  expect(await store.outbox.counts()).toMatchObject({ pending: 1, superseded: 0 });
  expect(woken()).toBe(0);
});

test('mute: what waits is not posted any more, and what stands there is left as it is', async () => {
  const { mute, store, alert, due, woken } = await open('BTC', 'ETH');
  await store.outbox.enqueue([
    alert('test', { kind: 'test', groupId: 'test-1', createdAt: NOW + 1 }),
    alert('clear', { groupId: groupOf('BTC'), sequence: 2, kind: 'all-clear', severity: 1 }),
  ]);
  await mute();
  expect(woken()).toBe(1);
  expect(await store.outbox.counts()).toMatchObject({ superseded: 1, pending: 2 });
  expect(await due()).toMatchObject([{ id: 'clear', delivery: 'edit', previous: 'p1' }]);
});

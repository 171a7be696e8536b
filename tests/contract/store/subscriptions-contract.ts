import { describe, expect, it } from 'vitest';
import {
  BTC,
  CHAT,
  ETH,
  makeClaim,
  makeMessage,
  makeSubscription,
  OTHER_CHAT,
  T0,
} from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

export function describeSubscriptions(makeDatabase: MakeDatabase): void {
  describe('subscriptions', () => {
    it('are stored once a chat, asset and rule: adding again replaces the sides', async () => {
      const { subscriptions } = await (await makeDatabase())();
      const first = await subscriptions.add(makeSubscription());
      const again = await subscriptions.add(makeSubscription({ sides: ['up'], createdAt: T0 + 9 }));
      expect(again).toEqual({ ...first, sides: ['up'] });
      const shock = await subscriptions.add(
        makeSubscription({ rule: { kind: 'shock-below', fraction: 0.03 }, createdAt: T0 + 1 }),
      );
      const all = await subscriptions.add(makeSubscription({ asset: '*', createdAt: T0 + 2 }));
      const elsewhere = await subscriptions.add(
        makeSubscription({ chat: OTHER_CHAT, createdAt: T0 + 3 }),
      );
      expect(new Set([first.id, shock.id, all.id, elsewhere.id]).size).toBe(4);
      expect(await subscriptions.ofChat(CHAT)).toEqual([again, shock, all]);
      expect(await subscriptions.ofChat(OTHER_CHAT)).toEqual([elsewhere]);
      expect(await subscriptions.all()).toEqual([again, shock, all, elsewhere]);
    });

    it('are removed by asset or all, only those of the chat, and what went is given', async () => {
      const { subscriptions } = await (await makeDatabase())();
      const btc = await subscriptions.add(makeSubscription());
      const eth = await subscriptions.add(makeSubscription({ asset: ETH, createdAt: T0 + 1 }));
      const star = await subscriptions.add(makeSubscription({ asset: '*', createdAt: T0 + 2 }));
      const other = await subscriptions.add(makeSubscription({ chat: OTHER_CHAT }));
      expect(await subscriptions.remove(CHAT, [])).toEqual([]);
      expect(await subscriptions.remove(CHAT, [ETH])).toEqual([eth]);
      expect(await subscriptions.remove(CHAT, [ETH])).toEqual([]);
      expect(await subscriptions.remove(CHAT)).toEqual([btc, star]);
      expect(await subscriptions.all()).toEqual([other]);
    });

    it('keep chats apart that differ only in their thread, and any text in their ids', async () => {
      const { subscriptions } = await (await makeDatabase())();
      const chats = [
        { platform: 'discord', chatId: '1' },
        { platform: 'discord', chatId: '1', thread: '' },
        { platform: 'discord', chatId: '1', thread: '2' },
        { platform: 'telegram', chatId: `ü"'[]\u0000 🚀 DROP TABLE` },
      ];
      for (const chat of chats) await subscriptions.add(makeSubscription({ chat }));
      for (const chat of chats) {
        const found = await subscriptions.ofChat(chat);
        expect(found.map((one) => one.chat)).toEqual([chat]);
      }
    });
  });

  describe('chats', () => {
    it('are muted until a time, and unmuted', async () => {
      const { subscriptions } = await (await makeDatabase())();
      await subscriptions.mute(CHAT, T0 + 10);
      await subscriptions.mute(CHAT, T0 + 20);
      await subscriptions.mute(OTHER_CHAT, T0 + 15);
      expect(await subscriptions.mutes(T0 + 15)).toEqual([{ chat: CHAT, until: T0 + 20 }]);
      expect(await subscriptions.mutes(T0 + 20)).toEqual([]);
      expect(await subscriptions.unmute(CHAT)).toBe(true);
      expect(await subscriptions.unmute(CHAT)).toBe(false);
      expect(await subscriptions.mutes(T0)).toEqual([{ chat: OTHER_CHAT, until: T0 + 15 }]);
    });

    it('that are closed keep their subscriptions, out of the way until reopened', async () => {
      const { subscriptions } = await (await makeDatabase())();
      const mine = await subscriptions.add(makeSubscription());
      const other = await subscriptions.add(makeSubscription({ chat: OTHER_CHAT, asset: BTC }));
      await subscriptions.closeChat(CHAT, 'the bot was removed', T0);
      await subscriptions.closeChat(CHAT, 'the bot was blocked', T0 + 1);
      expect(await subscriptions.all()).toEqual([other]);
      expect(await subscriptions.ofChat(CHAT)).toEqual([mine]);
      await subscriptions.reopenChat(CHAT);
      await subscriptions.reopenChat(CHAT);
      expect(new Set(await subscriptions.all())).toEqual(new Set([mine, other]));
    });

    it('that are closed have every waiting and every later message refused, with the reason', async () => {
      const store = await (await makeDatabase())();
      const sending = makeMessage({ id: 'sending', groupId: 'a' });
      await store.outbox.enqueue([sending]);
      await store.outbox.claim(makeClaim());
      await store.outbox.enqueue([makeMessage({ id: 'waiting', groupId: 'b' })]);
      await store.outbox.enqueue([makeMessage({ id: 'elsewhere', chat: OTHER_CHAT })]);
      await store.subscriptions.closeChat(CHAT, 'the bot was removed', T0 + 5);
      await store.outbox.enqueue([makeMessage({ id: 'late', groupId: 'c', createdAt: T0 + 6 })]);
      const rows = await store.outbox.ofChat(CHAT, 10);
      const told = rows.map(({ id, state, reason, settledAt }) => [id, state, reason, settledAt]);
      expect(told.sort()).toEqual([
        ['late', 'refused', 'chat closed: the bot was removed', T0 + 6],
        ['sending', 'claimed', undefined, undefined],
        ['waiting', 'refused', 'chat closed: the bot was removed', T0 + 5],
      ]);
      expect((await store.outbox.ofChat(OTHER_CHAT, 1))[0]?.state).toBe('pending');
      await store.subscriptions.reopenChat(CHAT);
      await store.outbox.enqueue([makeMessage({ id: 'again', groupId: 'd' })]);
      expect((await store.outbox.counts()).pending).toBe(2);
    });
  });
}

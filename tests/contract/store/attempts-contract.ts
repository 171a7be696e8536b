import { describe, expect, it } from 'vitest';
import type { OutboxStore } from '../../../src/store/store.ts';
import { CHAT, HOUR_MS, makeClaim, makeMessage, OTHER_CHAT, T0 } from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

/** From the claim to the end of it: begun or not, settled, released or left behind. */
export function describeAttempts(makeDatabase: MakeDatabase): void {
  describe('attempts', () => {
    it('are counted when they begin, not by the claim', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([makeMessage()]);
      expect(await outbox.begin('m1', 'w')).toBe(false);
      expect(await outbox.claim(makeClaim())).toMatchObject([{ attempts: 0 }]);
      expect(await outbox.begin('m1', 'other')).toBe(false);
      expect(await outbox.begin('nobody', 'w')).toBe(false);
      expect(await outbox.ofChat(CHAT, 1)).toMatchObject([{ attempts: 0 }]);
      expect(await outbox.begin('m1', 'w')).toBe(true);
      expect(await outbox.begin('m1', 'w')).toBe(true);
      expect(await outbox.ofChat(CHAT, 1)).toMatchObject([{ attempts: 2 }]);
      await outbox.settle('m1', 'w', { state: 'sent' }, T0);
      expect(await outbox.begin('m1', 'w')).toBe(false);
    });

    it('run out of time: then another worker may claim, and the first can do nothing any more', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([makeMessage()]);
      await outbox.claim(makeClaim({ worker: 'slow' }));
      await outbox.begin('m1', 'slow');
      expect(await outbox.claim(makeClaim({ worker: 'fast', now: T0 + 999 }))).toEqual([]);
      const again = await outbox.claim(makeClaim({ worker: 'fast', now: T0 + 1000 }));
      expect(again).toMatchObject([{ id: 'm1', attempts: 1 }]);
      expect(await outbox.begin('m1', 'slow')).toBe(false);
      expect(await outbox.settle('m1', 'slow', { state: 'sent' }, T0 + 1001)).toBe(false);
      expect(await outbox.release('m1', 'slow', T0, 'again')).toBe(false);
      expect(await outbox.settle('m1', 'fast', { state: 'sent' }, T0 + 1002)).toBe(true);
      expect(await outbox.settle('m1', 'fast', { state: 'refused' }, T0 + 1003)).toBe(false);
      expect(await outbox.release('m1', 'fast', T0, 'again')).toBe(false);
      expect(await outbox.settle('nobody', 'fast', { state: 'sent' }, T0)).toBe(false);
      expect(await outbox.ofChat(CHAT, 1)).toMatchObject([{ state: 'sent', settledAt: T0 + 1002 }]);
    });

    it('run out of time for others only: a jump of the clock takes nothing from who is sending', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([makeMessage()]);
      await outbox.claim(makeClaim());
      await outbox.begin('m1', 'w');
      expect(await outbox.claim(makeClaim({ now: T0 + 2000 }))).toEqual([]);
      expect(await outbox.settle('m1', 'w', { state: 'sent' }, T0 + 2001)).toBe(true);
    });

    it('that are released wait until the next one, with the reason', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([makeMessage()]);
      await outbox.claim(makeClaim());
      await outbox.begin('m1', 'w');
      expect(await outbox.release('m1', 'w', T0 + 70, 'rate limited')).toBe(true);
      expect(await outbox.ofChat(CHAT, 1)).toMatchObject([
        { state: 'pending', attempts: 1, nextAttemptAt: T0 + 70, reason: 'rate limited' },
      ]);
      expect(await outbox.claim(makeClaim({ now: T0 + 69 }))).toEqual([]);
      expect(await outbox.settle('m1', 'w', { state: 'sent' }, T0)).toBe(false);
    });

    it('left by a dead process are due again at once, on that platform only', async () => {
      const { outbox } = await (await makeDatabase())();
      const discord = { platform: 'discord', chatId: '1' };
      await outbox.enqueue([
        makeMessage(),
        makeMessage({ id: 'd1', chat: discord }),
        makeMessage({ id: 'm2', chat: OTHER_CHAT, severity: 1 }),
        makeMessage({ id: 'm3', chat: { ...CHAT, thread: '3' }, severity: 0 }),
      ]);
      await outbox.claim(makeClaim({ worker: 'dead', platform: 'discord' }));
      await outbox.claim(makeClaim({ worker: 'dead' }));
      await outbox.begin('m1', 'dead');
      await outbox.settle('m2', 'dead', { state: 'unverified', reason: 'no answer' }, T0);
      expect(await outbox.releaseAbandoned('console', T0 + 5)).toBe(2);
      expect(await outbox.releaseAbandoned('console', T0 + 5)).toBe(0);
      const again = await outbox.claim(makeClaim({ worker: 'new', now: T0 + 5 }));
      expect(again).toMatchObject([
        { id: 'm1', attempts: 1 },
        { id: 'm3', attempts: 0 },
      ]);
      const elsewhere = makeClaim({ worker: 'new', now: T0 + 5, platform: 'discord' });
      expect(await outbox.claim(elsewhere)).toEqual([]);
    });
  });

  describe('a newer message of the group', () => {
    /** `raise` is claimed, `escalate` comes, and then `end` happens. */
    async function overtake(end: (outbox: OutboxStore) => Promise<unknown>, begun: boolean) {
      const store = await (await makeDatabase())();
      const { alerts, outbox } = store;
      await alerts.commit({ states: [], messages: [makeMessage({ id: 'raise', sequence: 1 })] });
      await outbox.claim(makeClaim());
      if (begun) await outbox.begin('raise', 'w');
      const escalate = makeMessage({ id: 'escalate', sequence: 2, createdAt: T0 + 10 });
      await alerts.commit({ states: [], messages: [escalate] });
      expect(await outbox.claim(makeClaim({ now: T0 + 10 }))).toEqual([]);
      await end(outbox);
      const later = makeClaim({ worker: 'next', now: T0 + 2000 });
      const next = (await outbox.claim(later)).map(({ id }) => id);
      const states = (await outbox.ofChat(CHAT, 9)).map(({ id, state }) => [id, state]);
      return { next, raise: Object.fromEntries(states)['raise'], store };
    }

    const release = (keep: boolean) => (outbox: OutboxStore) =>
      outbox.release('raise', 'w', T0 + 600, 'rate limited', T0 + 600, keep);
    const abandon = (outbox: OutboxStore) => outbox.releaseAbandoned('console', T0 + 20);
    const nothing = () => Promise.resolve();

    it.each([
      ['is released as not sent', release(false), true],
      ['is given back unbegun', release(false), false],
      ['was left by a dead process, unbegun', abandon, false],
      ['lost its lease, unbegun', nothing, false],
    ])('takes its place when the older one %s', async (_, end, begun) => {
      expect(await overtake(end, begun)).toMatchObject({ next: ['escalate'], raise: 'superseded' });
    });

    it.each([
      ['is released as perhaps arrived', release(true)],
      ['was left by a dead process', abandon],
      ['lost its lease', nothing],
    ])('waits for the worker when the older one has begun and %s', async (_, end) => {
      const { next, raise, store } = await overtake(end, true);
      expect({ next, raise }).toEqual({ next: ['raise'], raise: 'claimed' });
      // Not even one newer still, nor a claim given back unbegun, makes it look as if never sent.
      await store.outbox.release('raise', 'next', T0 + 2000, 'waiting for its turn');
      const third = makeMessage({ id: 'third', sequence: 3, createdAt: T0 + 20 });
      await store.alerts.commit({ states: [], messages: [third] });
      expect((await store.outbox.counts()).superseded).toBe(1);
      expect(await store.outbox.ofChat(CHAT, 9)).toMatchObject([
        { id: 'third', state: 'pending' },
        { id: 'escalate', state: 'superseded' },
        { id: 'raise', state: 'pending' },
      ]);
    });
  });

  describe('a message that expires', () => {
    const claimedAndLeft = async (prepare: (outbox: OutboxStore) => Promise<unknown>) => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([makeMessage({ expiresAt: T0 + HOUR_MS })]);
      await outbox.claim(makeClaim());
      await prepare(outbox);
      expect(await outbox.expire(T0 + HOUR_MS - 1)).toBe(0);
      expect(await outbox.expire(T0 + HOUR_MS)).toBe(1);
      const [row] = await outbox.ofChat(CHAT, 1);
      expect(row?.settledAt).toBe(T0 + HOUR_MS);
      return row?.state;
    };
    const begin = (outbox: OutboxStore) => outbox.begin('m1', 'w');

    it('in a claim that was never begun has not been sent', async () => {
      expect(await claimedAndLeft(() => Promise.resolve())).toBe('expired');
    });

    it('in a claim that was begun may have been sent', async () => {
      expect(await claimedAndLeft(begin)).toBe('unverified');
    });

    it('after an attempt that is said not to have arrived has not been sent', async () => {
      const released = async (outbox: OutboxStore) => {
        await begin(outbox);
        await outbox.release('m1', 'w', T0, 'rate limited');
      };
      expect(await claimedAndLeft(released)).toBe('expired');
    });

    it('after an attempt that may have arrived may have been sent', async () => {
      const released = async (outbox: OutboxStore) => {
        await begin(outbox);
        await outbox.release('m1', 'w', T0, 'no answer', T0, true);
      };
      expect(await claimedAndLeft(released)).toBe('unverified');
    });
  });

  describe('an edit that may have been made', () => {
    const perhapsMade = async () => {
      const store = await (await makeDatabase())();
      const { outbox } = store;
      await outbox.enqueue([makeMessage({ delivery: 'edit-or-post' })]);
      await outbox.claim(makeClaim());
      await outbox.begin('m1', 'w');
      await outbox.release('m1', 'w', T0 + 5, 'no answer', T0, false, true);
      return store;
    };

    it('gives way to a newer message', async () => {
      const { alerts, outbox } = await perhapsMade();
      await alerts.commit({ states: [], messages: [makeMessage({ id: 'newer', sequence: 2 })] });
      expect(await outbox.ofChat(CHAT, 9)).toMatchObject([
        { id: 'newer', state: 'pending' },
        { id: 'm1', state: 'superseded' },
      ]);
    });

    it('is unverified when its time is up', async () => {
      const { outbox } = await perhapsMade();
      await outbox.expire(T0 + HOUR_MS);
      expect(await outbox.ofChat(CHAT, 9)).toMatchObject([{ state: 'unverified' }]);
    });

    it('is unverified when its chat is closed', async () => {
      const { outbox, subscriptions } = await perhapsMade();
      await subscriptions.closeChat(CHAT, 'the bot was removed', T0 + 7);
      expect(await outbox.ofChat(CHAT, 9)).toMatchObject([{ state: 'unverified' }]);
    });
  });
}

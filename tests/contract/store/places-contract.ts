import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { BTC, DAY_MS, ETH, makeClaim, makeMessage, makeSubscription, T0 } from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

const PLACE = { platform: 'console', chatId: 'old' };
const NEW_PLACE = { platform: 'console', chatId: 'new' };
const ROOM = { ...PLACE, thread: '1' };
const OTHER_ROOM = { ...PLACE, thread: '2' };
const NEW_ROOM = { ...NEW_PLACE, thread: '1' };
const STRANGER = { platform: 'console', chatId: 'old2', thread: '1' };

export function describePlaces(makeDatabase: MakeDatabase): void {
  describe('entering a place', () => {
    it('greets it once, until the bot has left it', async () => {
      const { places, outbox } = await (await makeDatabase())();
      const greet = (id: string) =>
        places.enter(PLACE, T0, makeMessage({ id, groupId: id, chat: ROOM, kind: 'greeting' }));
      expect(await greet('first')).toBe(true);
      expect(await greet('second')).toBe(false);
      expect(await places.enter(NEW_PLACE, T0)).toBe(true);
      expect(await greet('third')).toBe(false);
      await places.leave(PLACE, 'the bot was removed', T0 + 1);
      expect(await greet('fourth')).toBe(true);
      const rows = (await outbox.ofChat(ROOM, 9)).map(({ id, state }) => [id, state]);
      expect(Object.fromEntries(rows)).toEqual({ first: 'refused', fourth: 'pending' });
    });

    it('is known from then on, until the bot has left it', async () => {
      const { places } = await (await makeDatabase())();
      await places.enter(PLACE, T0);
      await places.enter({ platform: 'other', chatId: 'x' }, T0);
      expect(await places.known('console')).toEqual(['old']);
      await places.leave(PLACE, 'the bot was removed', T0 + 1);
      expect(await places.known('console')).toEqual([]);
    });

    it('is not remembered when the greeting cannot be stored', async () => {
      const { places } = await (await makeDatabase())();
      const broken = makeMessage({ severity: Number.NaN });
      await expect(places.enter(PLACE, T0, broken)).rejects.toThrow();
      expect(await places.enter(PLACE, T0)).toBe(true);
    });

    it('makes all its rooms reachable again, and no others', async () => {
      const { places, subscriptions } = await (await makeDatabase())();
      for (const chat of [ROOM, OTHER_ROOM, STRANGER]) {
        await subscriptions.add(makeSubscription({ chat }));
        await subscriptions.closeChat(chat, 'gone', T0);
      }
      expect(await subscriptions.all()).toEqual([]);
      await places.enter(PLACE, T0);
      expect(chatsOf(await subscriptions.all())).toEqual([ROOM, OTHER_ROOM]);
    });
  });

  it('leaving a place closes every room of which anything is kept', async () => {
    const store = await (await makeDatabase())();
    const { places, subscriptions, outbox } = store;
    await subscriptions.add(makeSubscription({ chat: ROOM }));
    await subscriptions.add(makeSubscription({ chat: STRANGER }));
    await outbox.enqueue([
      makeMessage({ id: 'waiting', chat: OTHER_ROOM }),
      makeMessage({ id: 'alone', chat: PLACE, severity: 1 }),
      makeMessage({ id: 'stranger', chat: STRANGER }),
    ]);
    await outbox.claim(makeClaim({ limit: 1 }));
    await outbox.begin('stranger', 'w');
    await places.leave(PLACE, 'the bot was removed', T0 + 3);
    expect(chatsOf(await subscriptions.all())).toEqual([STRANGER]);
    for (const chat of [OTHER_ROOM, PLACE]) {
      expect(await outbox.ofChat(chat, 1)).toMatchObject([
        { state: 'refused', reason: 'chat closed: the bot was removed', settledAt: T0 + 3 },
      ]);
    }
    await outbox.enqueue([makeMessage({ id: 'late', chat: ROOM, createdAt: T0 + 4 })]);
    expect(await outbox.ofChat(ROOM, 1)).toMatchObject([{ state: 'refused' }]);
    expect(await outbox.counts()).toMatchObject({ refused: 3, pending: 0, claimed: 1 });
  });

  it('closing says unverified, not refused, of a message that may have arrived', async () => {
    const { places, outbox } = await (await makeDatabase())();
    await outbox.enqueue([makeMessage({ chat: ROOM })]);
    await outbox.claim(makeClaim());
    await outbox.begin('m1', 'w');
    await outbox.release('m1', 'w', T0, 'no answer', T0, true);
    await places.leave(PLACE, 'the bot was removed', T0 + 3);
    expect(await outbox.ofChat(ROOM, 1)).toMatchObject([{ state: 'unverified' }]);
  });

  describe('moving a place', () => {
    it('takes subscriptions, mutes and waiting messages along; sent ones stay where they are', async () => {
      const store = await (await makeDatabase())();
      const { places, subscriptions, outbox } = store;
      const subscription = await subscriptions.add(makeSubscription({ chat: ROOM }));
      await subscriptions.mute(OTHER_ROOM, T0 + DAY_MS);
      await outbox.enqueue([
        makeMessage({ id: 'sent', chat: ROOM, sequence: 1, severity: 3 }),
        makeMessage({ id: 'sending', chat: ROOM, sequence: 2, severity: 3 }),
        makeMessage({ id: 'waiting', chat: ROOM, groupId: 'g' }),
        makeMessage({ id: 'next', chat: ROOM, groupId: 'g', sequence: 2 }),
        makeMessage({ id: 'stranger', chat: STRANGER, groupId: 'g' }),
      ]);
      const sent = { state: 'sent', platformMessageId: 'p1' } as const;
      await outbox.claim(makeClaim({ limit: 1 }));
      await outbox.settle('sent', 'w', sent, T0);
      await outbox.claim(makeClaim({ limit: 1 }));
      for (let time = 0; time < 2; time += 1) await places.move(PLACE, 'new', T0 + 1);

      expect(await subscriptions.ofChat(NEW_ROOM)).toEqual([{ ...subscription, chat: NEW_ROOM }]);
      expect(await subscriptions.ofChat(ROOM)).toEqual([]);
      expect(await places.subscriptionCount(NEW_PLACE)).toBe(1);
      expect(await places.subscriptionCount(PLACE)).toBe(0);
      expect((await subscriptions.mutes(T0)).map(({ chat }) => chat)).toEqual([
        { ...NEW_PLACE, thread: '2' },
      ]);
      expect(await outbox.ofChat(ROOM, 9)).toMatchObject([
        { id: 'sending', state: 'claimed' },
        { id: 'sent', platformMessageId: 'p1' },
      ]);
      expect(await outbox.ofChat(NEW_ROOM, 9)).toMatchObject([
        { id: 'next', state: 'pending' },
        { id: 'waiting', state: 'pending' },
      ]);
      expect(await outbox.begin('sending', 'w')).toBe(true);
      const except = [JSON.stringify(['console', 'new'])];
      const claimed = await outbox.claim(makeClaim({ onePer: 'place', except }));
      expect(claimed.map(({ id }) => id)).toEqual(['stranger']);
    });

    it('lets what is being sent end in the old place; what has not arrived there follows', async () => {
      const { places, alerts, outbox } = await (await makeDatabase())();
      const raise = (id: string, groupId: string) => makeMessage({ id, groupId, chat: ROOM });
      await outbox.enqueue([raise('arrives', 'g'), { ...raise('fails', 'h'), severity: 1 }]);
      await outbox.claim(makeClaim());
      await outbox.claim(makeClaim());
      await places.move(PLACE, 'new', T0 + 1);
      const there = { state: 'sent', platformMessageId: 'p1' } as const;
      await outbox.settle('arrives', 'w', there, T0 + 2);
      await outbox.release('fails', 'w', T0 + 2, 'it moved');
      await places.move(PLACE, 'new', T0 + 3);
      expect(await outbox.ofChat(ROOM, 9)).toMatchObject([{ id: 'arrives', state: 'sent' }]);
      expect(await outbox.ofChat(NEW_ROOM, 9)).toMatchObject([{ id: 'fails', state: 'pending' }]);
      const end = { ...raise('end', 'g'), chat: NEW_ROOM, sequence: 2, severity: 3 };
      await alerts.commit({ states: [], messages: [end] });
      const [claimed] = await outbox.claim(makeClaim({ now: T0 + 3 }));
      // A message of the old place cannot be answered or edited in the new one.
      expect([claimed?.id, claimed?.previous]).toEqual(['end', undefined]);
    });

    it('leaves what the new place has already', async () => {
      const { places, subscriptions, outbox } = await (await makeDatabase())();
      await subscriptions.add(makeSubscription({ chat: ROOM, sides: ['down'] }));
      await subscriptions.add(makeSubscription({ chat: ROOM, asset: ETH, createdAt: T0 + 9 }));
      const kept = await subscriptions.add(makeSubscription({ chat: NEW_ROOM, sides: ['up'] }));
      await subscriptions.mute(ROOM, T0 + 10);
      await subscriptions.mute(NEW_ROOM, T0 + 20);
      await outbox.enqueue([
        makeMessage({ id: 'twin', chat: ROOM, sequence: 2 }),
        makeMessage({ id: 'older', chat: ROOM, groupId: 'g', sequence: 1 }),
        makeMessage({ id: 'other', chat: ROOM, groupId: 'h' }),
        makeMessage({ id: 'has', chat: NEW_ROOM, sequence: 2 }),
        makeMessage({ id: 'newer', chat: NEW_ROOM, groupId: 'g', sequence: 2 }),
      ]);
      await places.move(PLACE, 'new', T0 + 1);
      const [first, second, ...more] = await subscriptions.ofChat(NEW_ROOM);
      expect(more).toEqual([]);
      expect(first).toEqual(kept);
      expect(second).toMatchObject({ asset: ETH, chat: NEW_ROOM });
      expect(await subscriptions.mutes(T0)).toEqual([{ chat: NEW_ROOM, until: T0 + 20 }]);
      const rows = (await outbox.ofChat(NEW_ROOM, 9)).map(({ id, state }) => [id, state]);
      expect(Object.fromEntries(rows)).toEqual({
        twin: 'superseded',
        older: 'superseded',
        other: 'pending',
        has: 'pending',
        newer: 'pending',
      });
    });

    it('keeps closed rooms closed, unless the bot is known to be in the new place', async () => {
      const { places, subscriptions, outbox } = await (await makeDatabase())();
      await subscriptions.add(makeSubscription({ chat: ROOM }));
      await subscriptions.closeChat(ROOM, 'gone', T0);
      await outbox.enqueue([makeMessage({ id: 'waiting', chat: OTHER_ROOM })]);
      await subscriptions.closeChat({ ...NEW_PLACE, thread: '2' }, 'no topics', T0);
      await places.move(PLACE, 'new', T0 + 1);
      expect(await subscriptions.all()).toEqual([]);
      expect(await outbox.ofChat({ ...NEW_PLACE, thread: '2' }, 9)).toMatchObject([
        { id: 'waiting', state: 'refused', reason: 'chat closed: no topics' },
      ]);
      const third = { platform: 'console', chatId: 'third' };
      await places.enter(third, T0);
      await places.move(NEW_PLACE, 'third', T0 + 2);
      expect(chatsOf(await subscriptions.all())).toEqual([{ ...third, thread: '1' }]);
    });

    it('does not greet under the new id, and forgets the old one', async () => {
      const { places } = await (await makeDatabase())();
      await places.enter(PLACE, T0);
      await places.move(PLACE, 'new', T0 + 1);
      expect(await places.enter(NEW_PLACE, T0 + 2)).toBe(false);
      await places.leave(NEW_PLACE, 'removed', T0 + 3);
      // Told again later, it must not pass for a place the bot is in.
      await places.move(PLACE, 'new', T0 + 4);
      expect(await places.enter(NEW_PLACE, T0 + 5)).toBe(true);
      expect(await places.enter(PLACE, T0 + 5)).toBe(true);
    });

    it('to the id it has changes nothing', async () => {
      const { places, subscriptions } = await (await makeDatabase())();
      const mine = await subscriptions.add(makeSubscription({ chat: ROOM }));
      await subscriptions.mute(ROOM, T0 + 10);
      await places.enter(PLACE, T0);
      await places.move(PLACE, PLACE.chatId, T0);
      expect(await subscriptions.ofChat(ROOM)).toEqual([mine]);
      expect(await subscriptions.mutes(T0)).toHaveLength(1);
      expect(await places.enter(PLACE, T0)).toBe(false);
    });
  });

  describe('rooms closed long ago', () => {
    it('are forgotten with everything kept for them, other rooms are not', async () => {
      const store = await (await makeDatabase())();
      const { places, subscriptions, outbox } = store;
      await places.enter(PLACE, T0);
      for (const [index, chat] of [PLACE, ROOM, OTHER_ROOM, STRANGER].entries()) {
        await subscriptions.add(makeSubscription({ chat, asset: index % 2 === 0 ? BTC : ETH }));
        await subscriptions.mute(chat, T0 + DAY_MS);
        await outbox.enqueue([makeMessage({ id: `m${index}`, chat })]);
      }
      await subscriptions.closeChat(PLACE, 'blocked', T0);
      await subscriptions.closeChat(ROOM, 'gone', T0);
      await subscriptions.closeChat(OTHER_ROOM, 'gone', T0 + 1);
      // Told once more, it has still been closed since then.
      await subscriptions.closeChat(ROOM, 'still gone', T0 + 5);
      await places.leave(STRANGER, 'removed', T0 + 5);
      expect(await places.forgetClosed(T0 + 1)).toBe(2);
      expect(await places.forgetClosed(T0 + 1)).toBe(0);
      for (const chat of [PLACE, ROOM]) expect(await kept(store, chat)).toEqual([0, 0]);
      for (const chat of [OTHER_ROOM, STRANGER]) expect(await kept(store, chat)).toEqual([1, 1]);
      expect((await subscriptions.mutes(T0)).map(({ chat }) => chat)).toEqual([
        OTHER_ROOM,
        STRANGER,
      ]);
      // The note of the closing went too, and so did the place: it was its only room.
      await outbox.enqueue([makeMessage({ id: 'again', chat: ROOM })]);
      expect((await outbox.counts()).pending).toBe(1);
      expect(await places.enter(PLACE, T0)).toBe(true);
    });

    it('keep what is still being sent to them', async () => {
      const { places, subscriptions, outbox } = await (await makeDatabase())();
      await outbox.enqueue([makeMessage({ chat: ROOM })]);
      await outbox.claim(makeClaim());
      await subscriptions.closeChat(ROOM, 'gone', T0);
      expect(await places.forgetClosed(T0 + 1)).toBe(1);
      expect(await outbox.settle('m1', 'w', { state: 'refused' }, T0 + 2)).toBe(true);
    });
  });

  it('subscriptions are counted over all rooms of a place', async () => {
    const { places, subscriptions } = await (await makeDatabase())();
    for (const chat of [ROOM, OTHER_ROOM, PLACE, STRANGER]) {
      await subscriptions.add(makeSubscription({ chat }));
    }
    await subscriptions.add(makeSubscription({ chat: ROOM, asset: ETH }));
    expect(await places.subscriptionCount(PLACE)).toBe(4);
    expect(await places.subscriptionCount({ ...PLACE, platform: 'telegram' })).toBe(0);
  });
}

function chatsOf(entries: readonly { chat: unknown }[]): unknown[] {
  return entries
    .map(({ chat }) => chat)
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

async function kept({ subscriptions, outbox }: Store, chat: typeof PLACE): Promise<number[]> {
  return [(await subscriptions.ofChat(chat)).length, (await outbox.ofChat(chat, 9)).length];
}

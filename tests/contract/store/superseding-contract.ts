import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import type { Store } from '../../../src/store/store.ts';
import { CHAT, makeClaim, makeMessage, OTHER_CHAT, T0 } from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

export function describeSuperseding(makeDatabase: MakeDatabase): void {
  describe('messages of a change', () => {
    it('supersede older ones of their group and chat that nobody is sending', async () => {
      const store = await (await makeDatabase())();
      await store.outbox.enqueue([makeMessage({ id: 'sending', sequence: 1 })]);
      await store.outbox.claim(makeClaim());
      await store.outbox.enqueue([
        makeMessage({ id: 'older', sequence: 2 }),
        makeMessage({ id: 'other-group', sequence: 2, groupId: 'g' }),
        makeMessage({ id: 'other-chat', sequence: 2, chat: OTHER_CHAT }),
        makeMessage({ id: 'newer', sequence: 9 }),
      ]);
      await commit(store, [
        makeMessage({ id: 'third', sequence: 3, createdAt: T0 + 5 }),
        makeMessage({ id: 'fourth', sequence: 4, createdAt: T0 + 5 }),
      ]);
      expect(await states(store)).toEqual({
        sending: 'claimed',
        older: 'superseded',
        'other-group': 'pending',
        'other-chat': 'pending',
        newer: 'pending',
        third: 'superseded',
        fourth: 'pending',
      });
      const rows = await store.outbox.ofChat(CHAT, 9);
      expect(rows.find(({ id }) => id === 'older')).toMatchObject({
        settledAt: T0 + 5,
        reason: 'a newer message about the same took its place',
      });
    });

    it('leave retirements alone, which replace nothing themselves', async () => {
      const store = await (await makeDatabase())();
      await commit(store, [
        makeMessage({ id: 'post', sequence: 2 }),
        makeMessage({ id: 'over', sequence: 2, delivery: 'retire' }),
      ]);
      await commit(store, [makeMessage({ id: 'end-over', sequence: 3, delivery: 'retire' })]);
      expect(await states(store)).toEqual({
        post: 'pending',
        over: 'pending',
        'end-over': 'pending',
      });
      await store.outbox.claim(makeClaim());
      await store.outbox.release('post', 'w', T0 + 5, 'rate limited');
      expect((await states(store))['post']).toBe('pending');
      await commit(store, [makeMessage({ id: 'end', sequence: 3 })]);
      expect(await states(store)).toEqual({
        post: 'superseded',
        over: 'pending',
        'end-over': 'pending',
        end: 'pending',
      });
    });

    it('stay posts where they take the place of a post: else nobody would be told', async () => {
      const store = await (await makeDatabase())();
      const [group, update] = [{ groupId: 'g' }, { delivery: 'edit-or-post' } as const];
      await commit(store, [makeMessage({ id: 'post', sequence: 1 })]);
      await commit(store, [makeMessage({ id: 'instead', sequence: 2, ...update })]);
      await commit(store, [makeMessage({ id: 'again', sequence: 3, ...update })]);
      await commit(store, [makeMessage({ id: 'muted', sequence: 4, delivery: 'edit' })]);
      await commit(store, [makeMessage({ id: 'edit', sequence: 1, ...group, ...update })]);
      await commit(store, [makeMessage({ id: 'edit2', sequence: 2, ...group, ...update })]);
      expect(await deliveries(store)).toEqual({
        post: 'post',
        instead: 'post',
        again: 'post',
        muted: 'edit',
        edit: 'edit-or-post',
        edit2: 'edit-or-post',
      });
    });

    it('are as loud and valid for as long as the post they take the place of', async () => {
      const store = await (await makeDatabase())();
      await commit(store, [makeMessage({ id: 'post', severity: 3, expiresAt: T0 + 1800 })]);
      const update = { delivery: 'edit-or-post', severity: 0, expiresAt: T0 + 600 } as const;
      await commit(store, [makeMessage({ id: 'update', sequence: 2, ...update })]);
      const rows = await store.outbox.ofChat(makeMessage().chat, 10);
      expect(rows.find(({ id }) => id === 'update')).toMatchObject({
        severity: 3,
        expiresAt: T0 + 1800,
      });
    });

    it('stay posts chat by chat, however many there are of a message', async () => {
      const store = await (await makeDatabase())();
      const chats = Array.from({ length: 1100 }, (_, index) => ({
        platform: 'console',
        chatId: `c${index}`,
      }));
      const copies = (name: string, overrides: (index: number) => Partial<OutgoingMessage>) =>
        chats.map((chat, index) => makeMessage({ id: name + index, chat, ...overrides(index) }));
      // Every other chat has a post that waits, of severity 2 or 3; the others an edit.
      await commit(
        store,
        copies('old', (index) =>
          index % 2 === 0 ? { severity: 2 + (index % 4) / 2 } : { delivery: 'edit-or-post' },
        ),
      );
      const next = { sequence: 2, severity: 1, delivery: 'edit-or-post' } as const;
      await commit(
        store,
        copies('new', () => next),
      );
      for (const index of [0, 1, 2, 3, 499, 500, 1098, 1099]) {
        const chat = chats[index] ?? CHAT;
        const [fresh, old] = await store.outbox.ofChat(chat, 9);
        const severity = index % 2 === 0 ? 2 + (index % 4) / 2 : 1;
        expect([old?.state, fresh?.delivery, fresh?.severity]).toEqual([
          'superseded',
          index % 2 === 0 ? undefined : 'edit-or-post',
          severity,
        ]);
      }
      expect(await store.outbox.counts()).toMatchObject({ pending: 1100, superseded: 1100 });
    });

    it('stay posts too where the post was being sent in vain when they came', async () => {
      const store = await (await makeDatabase())();
      await commit(store, [makeMessage({ id: 'post', sequence: 1 })]);
      await store.outbox.claim(makeClaim());
      await commit(store, [makeMessage({ id: 'edit', sequence: 2, delivery: 'edit-or-post' })]);
      expect((await deliveries(store))['edit']).toBe('edit-or-post');
      await store.outbox.release('post', 'w', T0 + 5, 'rate limited');
      expect(await states(store)).toEqual({ post: 'superseded', edit: 'pending' });
      expect((await deliveries(store))['edit']).toBe('post');
    });

    it('go to a thousand chats in one change', async () => {
      const store = await (await makeDatabase())();
      const messages = Array.from({ length: 1000 }, (_, index) =>
        makeMessage({ id: `m${index}`, chat: { platform: 'console', chatId: `c${index}` } }),
      );
      await commit(store, messages);
      expect((await store.outbox.counts()).pending).toBe(1000);
    });
  });
}

/** Moved figures: shown where a message stands, and told nowhere. */
export function describeUpdates(makeDatabase: MakeDatabase): void {
  const update = { kind: 'update', delivery: 'edit', severity: 0 } as const;

  describe('an update', () => {
    it('replaces older updates only', async () => {
      const store = await (await makeDatabase())();
      const repeat = { kind: 'repeat', delivery: 'edit-or-post' } as const;
      await store.outbox.enqueue([
        makeMessage({ id: 'raise', sequence: 1 }),
        makeMessage({ id: 'repeat', sequence: 2, ...repeat }),
        makeMessage({ id: 'muted', sequence: 3, ...repeat, delivery: 'edit' }),
      ]);
      await commit(store, [makeMessage({ id: 'first', sequence: 4, ...update })]);
      await commit(store, [makeMessage({ id: 'second', sequence: 5, ...update })]);
      expect(await states(store)).toEqual({
        raise: 'pending',
        repeat: 'pending',
        muted: 'pending',
        first: 'superseded',
        second: 'pending',
      });
      await commit(store, [makeMessage({ id: 'blind', sequence: 6, ...repeat })]);
      expect(await states(store)).toMatchObject({ raise: 'superseded', second: 'superseded' });
      expect((await deliveries(store))['blind']).toBe('post');
    });

    it('is not what a released warning gives way to, but a newer warning is', async () => {
      const store = await (await makeDatabase())();
      await commit(store, [makeMessage({ id: 'raise', sequence: 1 })]);
      await store.outbox.claim(makeClaim());
      await commit(store, [makeMessage({ id: 'update', sequence: 2, ...update })]);
      await store.outbox.release('raise', 'w', T0, 'rate limited');
      expect(await states(store)).toEqual({ raise: 'pending', update: 'pending' });
      await store.outbox.claim(makeClaim());
      await store.outbox.enqueue([
        makeMessage({ id: 'repeat', sequence: 3, delivery: 'edit-or-post' }),
        makeMessage({ id: 'later', sequence: 4, ...update }),
      ]);
      await store.outbox.release('raise', 'w', T0, 'rate limited');
      expect(await states(store)).toMatchObject({ raise: 'superseded', repeat: 'pending' });
      expect((await deliveries(store))['repeat']).toBe('post');
    });

    it('gives way itself to whatever is newer when it is released', async () => {
      const store = await (await makeDatabase())();
      await store.outbox.enqueue([makeMessage({ id: 'update', sequence: 2, ...update })]);
      await store.outbox.claim(makeClaim());
      await store.outbox.enqueue([makeMessage({ id: 'newer', sequence: 3, ...update })]);
      await store.outbox.release('update', 'w', T0, 'rate limited');
      expect(await states(store)).toEqual({ update: 'superseded', newer: 'pending' });
    });

    it.each([
      ['has arrived', true, { state: 'sent', platformMessageId: 'p1' }],
      ['was refused', false, { state: 'refused' }],
      ['is being sent', true, undefined],
    ] as const)('is stored where a message of the group %s: %s', async (_, isStored, outcome) => {
      const store = await (await makeDatabase())();
      await store.outbox.enqueue([makeMessage({ id: 'raise', sequence: 1 })]);
      await store.outbox.claim(makeClaim());
      if (outcome !== undefined) await store.outbox.settle('raise', 'w', outcome, T0);
      await commit(store, [makeMessage({ id: 'update', sequence: 2, ...update })]);
      expect(Object.keys(await states(store)).includes('update')).toBe(isStored);
    });

    it('is not stored where nothing of the group is there to be changed', async () => {
      const store = await (await makeDatabase())();
      await store.outbox.enqueue([
        makeMessage({ id: 'later', sequence: 3 }),
        makeMessage({ id: 'edit', sequence: 1, kind: 'repeat', delivery: 'edit' }),
        makeMessage({ id: 'over', sequence: 1, delivery: 'retire' }),
        makeMessage({ id: 'elsewhere', sequence: 1, groupId: 'g' }),
      ]);
      await commit(store, [
        makeMessage({ id: 'u1', sequence: 2, ...update }),
        makeMessage({ id: 'u2', sequence: 2, chat: OTHER_CHAT, ...update }),
        makeMessage({ id: 'raise', sequence: 1, groupId: 'h' }),
        makeMessage({ id: 'u3', sequence: 2, groupId: 'h', ...update }),
      ]);
      const kept = Object.keys(await states(store)).toSorted();
      expect(kept).toEqual(['edit', 'elsewhere', 'later', 'over', 'raise', 'u3']);
    });
  });
}

async function commit({ alerts }: Store, messages: OutgoingMessage[]): Promise<void> {
  await alerts.commit({ states: [], messages });
}

async function rows({ outbox }: Store) {
  return [...(await outbox.ofChat(CHAT, 99)), ...(await outbox.ofChat(OTHER_CHAT, 99))];
}

async function states(store: Store): Promise<Record<string, string>> {
  return Object.fromEntries((await rows(store)).map(({ id, state }) => [id, state]));
}

async function deliveries(store: Store): Promise<Record<string, string>> {
  return Object.fromEntries((await rows(store)).map(({ id, delivery = 'post' }) => [id, delivery]));
}

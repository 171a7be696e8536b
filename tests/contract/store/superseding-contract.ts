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

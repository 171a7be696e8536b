import { describe, expect, it } from 'vitest';
import type { OutboxRow } from '../../../src/store/store.ts';
import { CHAT, makeMessage, OTHER_CHAT, T0 } from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

const LEASE_MS = 1000;

export function describeClaims(makeDatabase: MakeDatabase): void {
  describe('claims', () => {
    it('take the most severe first, then the oldest, of one platform, up to the limit', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([
        makeMessage({ id: 'old', groupId: 'a', severity: 1, createdAt: T0 }),
        makeMessage({ id: 'critical', groupId: 'b', severity: 3, createdAt: T0 + 2 }),
        makeMessage({ id: 'older', groupId: 'c', severity: 1, createdAt: T0 - 1 }),
        makeMessage({ id: 'notice', groupId: 'd', severity: 0, createdAt: T0 - 9 }),
        makeMessage({ id: 'elsewhere', chat: { platform: 'discord', chatId: 'main' } }),
      ]);
      const rows = await outbox.claim('console', 'w', T0 + 5, T0 + LEASE_MS, 3);
      expect(ids(rows)).toEqual(['critical', 'older', 'old']);
      expect(rows[0]).toMatchObject({ state: 'claimed', attempts: 1, severity: 3 });
      expect(ids(await outbox.claim('console', 'w', T0 + 5, T0 + LEASE_MS, 3))).toEqual(['notice']);
      expect(await outbox.claim('console', 'w', T0 + 5, T0 + LEASE_MS, 3)).toEqual([]);
    });

    it('never give a later message of a group to a chat before the earlier one is settled', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([
        makeMessage({ id: 'second', sequence: 2, severity: 3 }),
        makeMessage({ id: 'first', sequence: 1, severity: 1 }),
        makeMessage({ id: 'other', sequence: 2, chat: OTHER_CHAT, severity: 0 }),
      ]);
      const claim = async (now: number) =>
        ids(await outbox.claim('console', 'w', now, now + LEASE_MS, 9));
      expect(await claim(T0)).toEqual(['first', 'other']);
      expect(await claim(T0)).toEqual([]);
      await outbox.settle('first', 'w', { state: 'refused', reason: 'no rights' }, T0 + 51);
      expect(await claim(T0 + 51)).toEqual(['second']);
    });

    it('that are released give way to a newer message that came while they were being sent', async () => {
      const { alerts, outbox } = await (await makeDatabase())();
      const claim = async (now: number) =>
        ids(await outbox.claim('console', 'w', now, now + LEASE_MS, 9));
      await alerts.commit({ states: [], messages: [makeMessage({ id: 'raise', sequence: 1 })] });
      expect(await claim(T0)).toEqual(['raise']);
      const escalate = makeMessage({ id: 'escalate', sequence: 2, createdAt: T0 + 10 });
      await alerts.commit({ states: [], messages: [escalate] });
      expect(await claim(T0 + 10)).toEqual([]);
      expect(await outbox.release('raise', 'w', T0 + 600, 'rate limited')).toBe(true);
      expect(await claim(T0 + 11)).toEqual(['escalate']);
      expect((await outbox.ofChat(CHAT, 9)).map(({ id, state }) => [id, state])).toEqual([
        ['escalate', 'claimed'],
        ['raise', 'superseded'],
      ]);
    });

    it('do not take what has expired, nor let it hold up what follows', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([
        makeMessage({ id: 'first', sequence: 1, expiresAt: T0 + 10 }),
        makeMessage({ id: 'second', sequence: 2 }),
      ]);
      expect(ids(await outbox.claim('console', 'w', T0 + 10, T0 + 99, 9))).toEqual(['second']);
    });

    it('run out: then another worker may claim, and the first can no longer settle', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([makeMessage()]);
      await outbox.claim('console', 'slow', T0, T0 + LEASE_MS, 1);
      expect(await outbox.claim('console', 'fast', T0 + LEASE_MS - 1, T0 + 5000, 1)).toEqual([]);
      const again = await outbox.claim('console', 'fast', T0 + LEASE_MS, T0 + 5000, 1);
      expect(again).toMatchObject([{ id: 'm1', attempts: 2 }]);
      expect(await outbox.settle('m1', 'slow', { state: 'sent' }, T0 + 1001)).toBe(false);
      expect(await outbox.release('m1', 'slow', T0, 'again')).toBe(false);
      expect(await outbox.settle('m1', 'fast', { state: 'sent' }, T0 + 1002)).toBe(true);
      expect(await outbox.settle('m1', 'fast', { state: 'refused' }, T0 + 1003)).toBe(false);
      expect(await outbox.release('m1', 'fast', T0, 'again')).toBe(false);
      expect(await outbox.settle('nobody', 'fast', { state: 'sent' }, T0)).toBe(false);
      expect(await outbox.ofChat(CHAT, 1)).toMatchObject([{ state: 'sent', settledAt: T0 + 1002 }]);
    });

    it('that are released wait until the next attempt, with the reason', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([makeMessage()]);
      await outbox.claim('console', 'w', T0, T0 + LEASE_MS, 1);
      expect(await outbox.release('m1', 'w', T0 + 70, 'rate limited')).toBe(true);
      expect(await outbox.ofChat(CHAT, 1)).toMatchObject([
        { state: 'pending', attempts: 1, nextAttemptAt: T0 + 70, reason: 'rate limited' },
      ]);
      expect(await outbox.settle('m1', 'w', { state: 'sent' }, T0)).toBe(false);
    });

    it('left by a dead process are due again at once, on that platform only', async () => {
      const { outbox } = await (await makeDatabase())();
      const discord = { platform: 'discord', chatId: '1' };
      await outbox.enqueue([
        makeMessage(),
        makeMessage({ id: 'd1', chat: discord }),
        makeMessage({ id: 'm2', groupId: 'done', severity: 1 }),
      ]);
      await outbox.claim('discord', 'dead', T0, T0 + LEASE_MS, 9);
      await outbox.claim('console', 'dead', T0, T0 + LEASE_MS, 9);
      await outbox.settle('m2', 'dead', { state: 'unverified', reason: 'no answer' }, T0);
      expect(await outbox.releaseAbandoned('console', T0 + 5)).toBe(1);
      const again = await outbox.claim('console', 'new', T0 + 5, T0 + 9, 9);
      expect(again).toMatchObject([{ id: 'm1', attempts: 2 }]);
      expect(await outbox.claim('discord', 'new', T0 + 5, T0 + 9, 9)).toEqual([]);
    });

    it('of workers at the same time never overlap', async () => {
      const { outbox } = await (await makeDatabase())();
      const messages = Array.from({ length: 60 }, (_, index) =>
        makeMessage({ id: `m${index}`, groupId: `g${index % 45}`, sequence: index }),
      );
      await outbox.enqueue(messages);
      const claims = await Promise.all(
        ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((worker) =>
          outbox.claim('console', worker, T0, T0 + LEASE_MS, 7),
        ),
      );
      const taken = claims.flatMap(ids);
      expect(taken).toHaveLength(45);
      expect(new Set(taken).size).toBe(45);
    });
  });
}

function ids(rows: readonly OutboxRow[]): string[] {
  return rows.map(({ id }) => id);
}

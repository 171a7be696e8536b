import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import type { FinalState, OutboxStore } from '../../../src/store/store.ts';
import { CHAT, DAY_MS, makeClaim, makeMessage, OTHER_CHAT, T0 } from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

export function describePruning(makeDatabase: MakeDatabase): void {
  describe('pruning', () => {
    it('forgets updates and superseded messages sooner, but not what stands in a chat', async () => {
      const { outbox, alerts } = await (await makeDatabase())();
      const update = { kind: 'update', delivery: 'edit' } as const;
      const settle = settling(outbox);
      await settle({ id: 'raise', sequence: 1 }, 'p1');
      await settle({ id: 'update', sequence: 2, ...update }, 'p1');
      await settle({ id: 'in-vain', sequence: 3, ...update });
      await settle({ id: 'newest', sequence: 4, ...update }, 'p1');
      // What the retirement has changed is older than the post it came with.
      await settle({ id: 'over', sequence: 5, kind: 'update', delivery: 'retire' }, 'p1');
      await settle({ id: 'elsewhere', sequence: 1, chat: OTHER_CHAT, ...update }, 'p2');
      const replaced = makeMessage({ id: 'replaced', groupId: 'g', sequence: 1 });
      await alerts.commit({ states: [], messages: [replaced] });
      await alerts.commit({ states: [], messages: [{ ...replaced, id: 'g2', sequence: 2 }] });
      expect(await outbox.prune(T0, T0, T0)).toBe(0);
      expect(await outbox.prune(T0, T0, T0 + 1)).toBe(3);
      expect(await idsIn(outbox)).toEqual(['elsewhere', 'g2', 'newest', 'over', 'raise']);
      await settle({ id: 'end', sequence: 6, kind: 'all-clear' }, 'p3');
      expect(await outbox.prune(T0, T0, T0 + 1)).toBe(1);
      expect(await idsIn(outbox)).not.toContain('newest');
      expect(await outbox.prune(T0 + 1)).toBe(4);
      expect(await idsIn(outbox)).toEqual(['g2']);
    });

    it('lets other work in after every thousand rows at the latest', async () => {
      const { outbox, subscriptions } = await (await makeDatabase())();
      const settled = (kind: OutgoingMessage['kind'], count: number) =>
        Array.from({ length: count }, (_, index) =>
          makeMessage({
            id: `${kind}${index}`,
            groupId: `${kind}${index}`,
            kind,
            doc: { title: `${kind}${index}`, tone: 'high', blocks: [] },
          }),
        );
      await outbox.enqueue([...settled('raise', 2500), ...settled('update', 2500)]);
      await subscriptions.closeChat(CHAT, 'gone', T0);
      await outbox.enqueue([makeMessage({ id: 'kept', chat: OTHER_CHAT })]);
      const total = async () => Object.values(await outbox.counts()).reduce((sum, n) => sum + n);
      for (const [ends, deleted] of [
        [[T0, T0, T0 + 1], 2500],
        [[T0 + DAY_MS], 2500],
      ] as const) {
        const seen = [await total()];
        let isDone = false;
        const [before, repliesBefore, passingBefore] = ends;
        const pruning = outbox.prune(before, repliesBefore, passingBefore).finally(() => {
          isDone = true;
        });
        while (!isDone) {
          seen.push(await total());
          await nextTurn();
        }
        expect(await pruning).toBe(deleted);
        const steps = seen.flatMap((rows, index) =>
          index === 0 ? [] : (seen[index - 1] ?? 0) - rows,
        );
        expect(Math.max(...steps)).toBeLessThanOrEqual(1000);
        expect(steps.filter((rows) => rows > 0).length).toBeGreaterThanOrEqual(3);
      }
      expect(await outbox.ofChat(OTHER_CHAT, 9)).toMatchObject([{ id: 'kept' }]);
    });
  });
}

function settling(outbox: OutboxStore) {
  return async (overrides: Partial<OutgoingMessage>, platformMessageId?: string): Promise<void> => {
    const message = makeMessage({ severity: 3, ...overrides });
    await outbox.enqueue([message]);
    await outbox.claim(makeClaim());
    const state: FinalState = 'sent';
    const outcome = { state, ...(platformMessageId && { platformMessageId }) };
    expect(await outbox.settle(message.id, 'w', outcome, T0)).toBe(true);
  };
}

async function idsIn(outbox: OutboxStore): Promise<string[]> {
  const rows = [...(await outbox.ofChat(CHAT, 99)), ...(await outbox.ofChat(OTHER_CHAT, 99))];
  return rows.map(({ id }) => id).toSorted();
}

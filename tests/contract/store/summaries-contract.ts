import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import type { OutboxRow } from '../../../src/store/store.ts';
import { CHAT, makeClaim, makeMessage, OTHER_CHAT, T0 } from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

export function describeSummaries(makeDatabase: MakeDatabase): void {
  describe('crowded rooms', () => {
    it('are those with many alerts due, which come worst and oldest first', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([
        alert('a1', { severity: 1 }),
        alert('a2', { severity: 3, createdAt: T0 }),
        alert('a3', { severity: 3, createdAt: T0 - 1 }),
        alert('b1', { chat: OTHER_CHAT }),
        alert('b2', { chat: OTHER_CHAT }),
        alert('x', { chat: { ...CHAT, thread: 'x' } }),
        ...['d1', 'd2', 'd3'].map((id) => alert(id, { chat: { platform: 'd', chatId: '1' } })),
      ]);
      const crowded = async (from: number, most: number) =>
        (await outbox.crowded('console', T0, from, most)).map(ids);
      expect(await crowded(2, 9)).toEqual([
        ['a3', 'a2', 'a1'],
        ['b1', 'b2'],
      ]);
      expect(await crowded(2, 1)).toEqual([['a3', 'a2', 'a1']]);
      expect(await crowded(3, 9)).toEqual([['a3', 'a2', 'a1']]);
      expect(await crowded(4, 9)).toEqual([]);
    });

    it('count neither what stands alone, nor edits, nor what is not due or taken', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([alert('kept', { severity: 3 })]);
      await outbox.claim(makeClaim());
      await outbox.begin('kept', 'w');
      await outbox.release('kept', 'w', T0, 'no answer', T0, true);
      await outbox.enqueue([alert('sending', { severity: 3, chat: CHAT, createdAt: T0 - 5 })]);
      await outbox.claim(makeClaim());
      await outbox.enqueue([
        ...(['reply', 'test', 'greeting', 'summary'] as const).map((kind) => alert(kind, { kind })),
        alert('retire', { delivery: 'retire' }),
        alert('later', { createdAt: T0 + 1 }),
        alert('late', { expiresAt: T0 }),
        alert('repeat', { delivery: 'edit-or-post', kind: 'repeat' }),
        alert('update', { delivery: 'edit', kind: 'update' }),
        alert('one', { kind: 'escalate' }),
        alert('two', { kind: 'source-lost' }),
      ]);
      expect((await outbox.crowded('console', T0, 1, 9)).map(ids)).toEqual([['one', 'two']]);
      expect(await outbox.crowded('console', T0, 3, 9)).toEqual([]);
    });
  });

  it('rooms full of edits do not hide one with many posts', async () => {
    const { outbox } = await (await makeDatabase())();
    const edits = ['a', 'b'].flatMap((thread) =>
      Array.from({ length: 9 }, (_, index) =>
        alert(`${thread}${index}`, { chat: { ...CHAT, thread }, delivery: 'edit-or-post' }),
      ),
    );
    const posts = ['x', 'y', 'z'].map((id) => alert(id, { chat: OTHER_CHAT }));
    await outbox.enqueue([...edits, ...posts]);
    expect((await outbox.crowded('console', T0, 3, 2)).map(ids)).toEqual([['x', 'y', 'z']]);
  });

  describe('a summary', () => {
    it('takes the place of what it sums up', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([alert('a'), alert('b'), alert('c')]);
      const summary = alert('sum', { kind: 'summary' });
      expect(await outbox.summarise(['a', 'b', 'a'], summary, 'summed up', T0 + 7)).toBe(true);
      const rows = Object.fromEntries((await outbox.ofChat(CHAT, 9)).map((row) => [row.id, row]));
      expect(rows['a']).toMatchObject({
        state: 'superseded',
        reason: 'summed up',
        settledAt: T0 + 7,
      });
      expect(rows['b']?.state).toBe('superseded');
      expect(rows['c']?.state).toBe('pending');
      expect(rows['sum']).toMatchObject({ state: 'pending', kind: 'summary' });
    });

    it.each([
      ['is being sent', 'nothing'],
      ['is settled', 'settle'],
      ['may have arrived', 'keep'],
    ] as const)('changes nothing when one of them %s', async (_, how) => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([alert('a', { severity: 3 }), alert('b')]);
      await outbox.claim(makeClaim());
      await outbox.begin('a', 'w');
      if (how === 'settle') await outbox.settle('a', 'w', { state: 'sent' }, T0);
      if (how === 'keep') await outbox.release('a', 'w', T0, 'no answer', T0, true);
      const before = await outbox.ofChat(CHAT, 9);
      const summary = alert('sum', { kind: 'summary' });
      expect(await outbox.summarise(['b', 'a'], summary, 'summed up', T0)).toBe(false);
      expect(await outbox.summarise(['b', 'nobody'], summary, 'summed up', T0)).toBe(false);
      expect(await outbox.ofChat(CHAT, 9)).toEqual(before);
    });
  });
}

function alert(id: string, overrides: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return makeMessage({ id, groupId: id, ...overrides });
}

function ids(rows: readonly OutboxRow[]): string[] {
  return rows.map(({ id }) => id);
}

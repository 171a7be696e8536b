import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import type { OutboxRow, OutboxStore } from '../../../src/store/store.ts';
import { BTC, CHAT, ETH, HOUR_MS, makeClaim, makeMessage, OTHER_CHAT, T0 } from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

const BTC_DOWN = 'BTC-down-abc-high';
const ETH_UP = 'ETH-up-abd-elev';
const DOC = { title: 'No longer watched here', tone: 'info' as const, blocks: [] };

export function describeWithdrawals(makeDatabase: MakeDatabase): void {
  describe('withdrawing', () => {
    it('ends what waits of these assets in this chat, and nothing else', async () => {
      const { outbox } = await (await makeDatabase())();
      const kept = [
        alert('eth', { groupId: ETH_UP }),
        // Its name begins like the one withdrawn.
        alert('btcd', { groupId: 'BTC-X-down-abc-high' }),
        alert('there', { chat: OTHER_CHAT }),
        ...(['test', 'reply', 'greeting', 'source-lost', 'summary'] as const).map((kind) =>
          alert(kind, { kind, groupId: `${kind}-1` }),
        ),
      ];
      await outbox.enqueue([alert('btc'), ...kept]);
      await outbox.withdraw(CHAT, { assets: [BTC], reason: 'muted' }, T0 + 5);
      const rows = await all(outbox);
      expect(rows['btc']).toMatchObject({
        state: 'superseded',
        reason: 'muted',
        settledAt: T0 + 5,
      });
      for (const { id } of kept) expect(rows[id]?.state).toBe('pending');
      await outbox.withdraw(CHAT, { reason: 'muted' }, T0 + 5);
      const after = await all(outbox);
      for (const id of ['eth', 'btcd', 'summary']) expect(after[id]?.state).toBe('superseded');
      for (const id of ['there', 'test', 'reply', 'greeting', 'source-lost']) {
        expect(after[id]?.state).toBe('pending');
      }
    });

    it('marks each message that stands there as over once, however often it is asked', async () => {
      const { outbox } = await (await makeDatabase())();
      await sent(outbox, alert('btc'), 'p1');
      await sent(outbox, alert('eth', { groupId: ETH_UP }), 'p2');
      await outbox.enqueue([
        alert('worse', { sequence: 2, kind: 'escalate', severity: 3 }),
        alert('was', { sequence: 2, kind: 'escalate', severity: 0, delivery: 'retire' }),
      ]);
      const twice = await unsubscribed(outbox, [BTC]);
      await unsubscribed(outbox, [BTC]);
      const rows = await all(outbox);
      expect(rows['worse']?.state).toBe('superseded');
      // It points to the message that does not come.
      expect(rows['was']?.state).toBe('superseded');
      expect(twice).toEqual(['over1']);
      const { over1 } = rows;
      expect(over1).toMatchObject({
        groupId: BTC_DOWN,
        sequence: 3,
        severity: 0,
        delivery: 'retire',
        doc: DOC,
        expiresAt: T0 + HOUR_MS,
      });
      expect(Object.keys(rows)).toHaveLength(5);
      expect(await claimed(outbox)).toMatchObject([{ id: 'over1', previous: 'p1' }]);
    });

    it('leaves a message alone that says already that the incident is over', async () => {
      const { outbox } = await (await makeDatabase())();
      await sent(outbox, alert('raise'), 'p1');
      await sent(outbox, alert('clear', { sequence: 2, kind: 'all-clear', severity: 0 }), 'p2');
      await sent(outbox, alert('eth', { groupId: ETH_UP }), 'p3');
      const end = { groupId: ETH_UP, sequence: 2, kind: 'blind' as const, severity: 0 };
      await sent(outbox, alert('gone', end), 'p4');
      await outbox.enqueue([alert('over', { ...end, delivery: 'retire' })]);
      expect(await unsubscribed(outbox)).toEqual([]);
      expect((await all(outbox))['over']?.state).toBe('pending');
    });

    it('marks a warning as over whose end is withdrawn', async () => {
      const { outbox } = await (await makeDatabase())();
      await sent(outbox, alert('raise'), 'p1');
      const end = { sequence: 2, kind: 'all-clear' as const, severity: 0 };
      await outbox.enqueue([alert('clear', end), alert('was', { ...end, delivery: 'retire' })]);
      expect(await unsubscribed(outbox)).toEqual(['over1']);
      const rows = await all(outbox);
      expect([rows['clear']?.state, rows['was']?.state]).toEqual(['superseded', 'superseded']);
      expect(await claimed(outbox)).toMatchObject([{ id: 'over1', previous: 'p1' }]);
    });

    it('marks it as over again when a later subscription brought it back to life', async () => {
      const { outbox } = await (await makeDatabase())();
      await sent(outbox, alert('raise'), 'p1');
      expect(await unsubscribed(outbox)).toEqual(['over1']);
      await outbox.claim(makeClaim());
      await outbox.settle('over1', 'w', { state: 'sent', platformMessageId: 'p1' }, T0);
      const next = { sequence: 2, kind: 'update' as const, delivery: 'edit-or-post' as const };
      await sent(outbox, alert('again', next), 'p1');
      expect(await unsubscribed(outbox)).toEqual(['over1b']);
      expect(await claimed(outbox)).toMatchObject([{ id: 'over1b', sequence: 3, previous: 'p1' }]);
    });

    it('without a last word, what would change a message there still does, without a sound', async () => {
      const { outbox } = await (await makeDatabase())();
      await sent(outbox, alert('raise'), 'p1');
      const end = { sequence: 2, kind: 'all-clear' as const, severity: 2 };
      await outbox.enqueue([
        alert('clear', end),
        alert('was', { ...end, delivery: 'retire' }),
        alert('eth', { groupId: ETH_UP, sequence: 4, delivery: 'edit-or-post' }),
        alert('edit', { groupId: 'SOL-up-abd-elev', sequence: 9, severity: 0, delivery: 'edit' }),
      ]);
      await outbox.withdraw(CHAT, { reason: 'muted' }, T0);
      await outbox.withdraw(CHAT, { reason: 'muted' }, T0);
      const rows = await all(outbox);
      expect(rows['was']?.state).toBe('superseded');
      expect(rows['eth']?.state).toBe('superseded');
      expect(rows['edit']?.state).toBe('pending');
      expect(rows['clear']).toMatchObject({ state: 'pending', delivery: 'edit', severity: 0 });
      const [clear] = await claimed(outbox);
      expect(clear).toMatchObject({ id: 'clear', previous: 'p1', delivery: 'edit' });
    });

    it('takes a claim away that was not begun', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([alert('btc')]);
      await outbox.claim(makeClaim());
      await outbox.withdraw(CHAT, { reason: 'muted' }, T0);
      expect((await all(outbox))['btc']?.state).toBe('superseded');
      expect(await outbox.begin('btc', 'w')).toBe(false);
    });

    it('leaves what may have arrived to its worker, and ends it when it has not', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([alert('btc')]);
      await outbox.claim(makeClaim());
      await outbox.begin('btc', 'w');
      expect(await unsubscribed(outbox)).toEqual(['over1']);
      expect((await all(outbox))['btc']?.state).toBe('claimed');
      // The retirement waits to learn what it is for.
      expect(await claimed(outbox)).toEqual([]);
      await outbox.release('btc', 'w', T0, 'attempt 1, perhaps arrived', T0, true);
      expect((await all(outbox))['btc']?.state).toBe('pending');
      expect(await claimed(outbox)).toMatchObject([{ id: 'btc' }]);
      await outbox.begin('btc', 'w');
      await outbox.release('btc', 'w', T0, 'attempt 2: refused connection', T0);
      expect((await all(outbox))['btc']).toMatchObject({
        state: 'superseded',
        reason: 'unsubscribed',
      });
      const [over] = await claimed(outbox);
      expect(over?.id).toBe('over1');
      expect(over).not.toHaveProperty('previous');
    });

    it('is over for one that had arrived after all', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([alert('btc')]);
      await outbox.claim(makeClaim());
      await outbox.begin('btc', 'w');
      await unsubscribed(outbox);
      expect(await unsubscribed(outbox)).toEqual([]);
      await outbox.settle('btc', 'w', { state: 'sent', platformMessageId: 'p1' }, T0);
      expect(await claimed(outbox)).toMatchObject([{ id: 'over1', previous: 'p1' }]);
    });

    it('changes nothing at all when a part of it fails', async () => {
      const { outbox } = await (await makeDatabase())();
      await sent(outbox, alert('raise'), 'p1');
      await outbox.enqueue([alert('eth', { groupId: ETH_UP })]);
      const before = await outbox.ofChat(CHAT, 9);
      const over = { doc: DOC, nextId: () => 'over', expiresAt: Number.NaN };
      await expect(outbox.withdraw(CHAT, { reason: 'r', over }, T0)).rejects.toThrow();
      expect(await outbox.ofChat(CHAT, 9)).toEqual(before);
      expect(await outbox.withdraw(CHAT, { assets: [ETH], reason: 'r' }, T0)).toBeUndefined();
      expect((await all(outbox))['eth']?.state).toBe('superseded');
    });
  });
}

function alert(id: string, overrides: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return makeMessage({ id, groupId: BTC_DOWN, ...overrides });
}

async function all(outbox: OutboxStore): Promise<Record<string, OutboxRow>> {
  const rows = [...(await outbox.ofChat(CHAT, 50)), ...(await outbox.ofChat(OTHER_CHAT, 50))];
  return Object.fromEntries(rows.map((row) => [row.id, row]));
}

async function sent(outbox: OutboxStore, message: OutgoingMessage, platformMessageId: string) {
  await outbox.enqueue([message]);
  await outbox.claim(makeClaim({ limit: 1 }));
  await outbox.begin(message.id, 'w');
  expect(await outbox.settle(message.id, 'w', { state: 'sent', platformMessageId }, T0)).toBe(true);
}

async function claimed(outbox: OutboxStore): Promise<OutboxRow[]> {
  return await outbox.claim(makeClaim());
}

/** Gives the ids of the retirements added. */
async function unsubscribed(outbox: OutboxStore, assets?: (typeof BTC)[]): Promise<string[]> {
  const before = Object.keys(await all(outbox));
  let id = before.includes('over1') ? 'over1b' : 'over1';
  const over = {
    doc: DOC,
    expiresAt: T0 + HOUR_MS,
    nextId() {
      const next = id;
      id += 'x';
      return next;
    },
  };
  const which = assets === undefined ? {} : { assets };
  await outbox.withdraw(CHAT, { ...which, reason: 'unsubscribed', over }, T0);
  return Object.keys(await all(outbox)).filter((known) => !before.includes(known));
}

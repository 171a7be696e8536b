import { describe, expect, it } from 'vitest';
import { chatKey, type OutboxRow, placeKey } from '../../../src/store/store.ts';
import { CHAT, makeClaim, makeMessage, OTHER_CHAT, T0 } from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

const ROOMS = ['1', '2', '3'].map((thread) => ({ platform: 'console', chatId: 'server', thread }));
const [FIRST_ROOM = CHAT, SECOND_ROOM = CHAT, THIRD_ROOM = CHAT] = ROOMS;

export function describeClaims(makeDatabase: MakeDatabase): void {
  describe('claims', () => {
    it('take the most severe first, then the oldest, of one platform, up to the limit', async () => {
      const { outbox } = await (await makeDatabase())();
      const inChat = (chatId: string) => ({ chat: { platform: 'console', chatId } });
      await outbox.enqueue([
        makeMessage({ id: 'old', ...inChat('a'), severity: 1, createdAt: T0 }),
        makeMessage({ id: 'critical', ...inChat('b'), severity: 3, createdAt: T0 + 2 }),
        makeMessage({ id: 'older', ...inChat('c'), severity: 1, createdAt: T0 - 1 }),
        makeMessage({ id: 'notice', ...inChat('d'), severity: 0, createdAt: T0 - 9 }),
        makeMessage({ id: 'elsewhere', chat: { platform: 'discord', chatId: 'main' } }),
      ]);
      const rows = await outbox.claim(makeClaim({ now: T0 + 5, limit: 3 }));
      expect(ids(rows)).toEqual(['critical', 'older', 'old']);
      expect(rows[0]).toMatchObject({ state: 'claimed', attempts: 0, severity: 3 });
      expect(ids(await outbox.claim(makeClaim({ now: T0 + 5, limit: 3 })))).toEqual(['notice']);
      expect(await outbox.claim(makeClaim({ now: T0 + 5 }))).toEqual([]);
    });

    it('order messages of one moment by sequence, then id', async () => {
      const { outbox } = await (await makeDatabase())();
      const inChat = (chatId: string) => ({ chat: { platform: 'console', chatId } });
      await outbox.enqueue([
        makeMessage({ id: 'c', ...inChat('c'), sequence: 2 }),
        makeMessage({ id: 'b', ...inChat('b'), sequence: 1 }),
        makeMessage({ id: 'a', ...inChat('a'), sequence: 2 }),
      ]);
      expect(ids(await outbox.claim(makeClaim()))).toEqual(['b', 'a', 'c']);
    });

    it('take replies and alerts apart', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([
        makeMessage({ id: 'reply', groupId: 'a', kind: 'reply', replyTo: '77' }),
        makeMessage({ id: 'test', groupId: 'b', kind: 'test', chat: OTHER_CHAT }),
      ]);
      expect(await outbox.claim(makeClaim({ lane: 'replies' }))).toMatchObject([
        { id: 'reply', replyTo: '77' },
      ]);
      expect(ids(await outbox.claim(makeClaim()))).toEqual(['test']);
    });

    it('take one message of a room, or of all rooms of a place', async () => {
      const { outbox } = await (await makeDatabase())();
      const many = ROOMS.flatMap((chat, room) =>
        Array.from({ length: 300 }, (_, index) =>
          makeMessage({ id: `${room}-${index}`, chat, groupId: `g${index}`, severity: 3 - room }),
        ),
      );
      await outbox.enqueue([...many, makeMessage({ id: 'last', severity: 0 })]);
      const byPlace = await outbox.claim(makeClaim({ onePer: 'place' }));
      expect(ids(byPlace)).toEqual(['0-0', 'last']);
      await outbox.release('last', 'w', T0, 'again');
      const byRoom = await outbox.claim(makeClaim({ limit: 3 }));
      expect(ids(byRoom)).toEqual(['0-1', '1-0', '2-0']);
    });

    it('take nothing from the rooms or places they are told to leave out, however many', async () => {
      const { outbox } = await (await makeDatabase())();
      const messages = [...ROOMS, CHAT].map((chat, index) =>
        makeMessage({ id: `m${index}`, chat, severity: 3 - index }),
      );
      await outbox.enqueue(messages);
      const others = Array.from({ length: 40_000 }, (_, index) => `["console","${index}",null]`);
      const except = [...others, chatKey(FIRST_ROOM), chatKey(THIRD_ROOM)];
      expect(ids(await outbox.claim(makeClaim({ except, limit: 1 })))).toEqual(['m1']);
      const places = [placeKey(FIRST_ROOM)];
      expect(ids(await outbox.claim(makeClaim({ except: places, onePer: 'place' })))).toEqual([
        'm3',
      ]);
      expect(ids(await outbox.claim(makeClaim({ except: [] })))).toEqual(['m0', 'm2']);
    });

    it('never give a later message of a group to a chat before the earlier one is settled', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([
        makeMessage({ id: 'second', sequence: 2, severity: 3 }),
        makeMessage({ id: 'first', sequence: 1, severity: 1 }),
        makeMessage({ id: 'other', sequence: 2, chat: OTHER_CHAT, severity: 0 }),
      ]);
      const claim = async (now: number) => ids(await outbox.claim(makeClaim({ now })));
      expect(await claim(T0)).toEqual(['first', 'other']);
      expect(await claim(T0)).toEqual([]);
      await outbox.settle('first', 'w', { state: 'refused', reason: 'no rights' }, T0 + 51);
      expect(await claim(T0 + 51)).toEqual(['second']);
    });

    it('give a retirement once the message of its own sequence is settled, whatever comes later', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([
        makeMessage({ id: 'post', sequence: 2, severity: 1 }),
        makeMessage({ id: 'over', sequence: 2, severity: 3, delivery: 'retire' }),
        makeMessage({ id: 'next', sequence: 4, severity: 0 }),
      ]);
      const claim = async () => ids(await outbox.claim(makeClaim()));
      expect(await claim()).toEqual(['post']);
      expect(await claim()).toEqual([]);
      await outbox.settle('post', 'w', { state: 'sent' }, T0);
      // Neither holds back the other: only that a room gives one at a time.
      expect(await claim()).toEqual(['over']);
      expect(await claim()).toEqual(['next']);
    });

    it('give a retirement although a later message is being sent', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([
        makeMessage({ id: 'next', sequence: 3, severity: 3 }),
        makeMessage({ id: 'over', sequence: 2, severity: 1, delivery: 'retire' }),
      ]);
      expect(ids(await outbox.claim(makeClaim()))).toEqual(['next']);
      expect(ids(await outbox.claim(makeClaim()))).toEqual(['over']);
    });

    it('give retirements of a group in their order: the end is said last', async () => {
      const { outbox } = await (await makeDatabase())();
      const over = { delivery: 'retire', severity: 0 } as const;
      await outbox.enqueue([
        makeMessage({ id: 'worse', sequence: 2, ...over }),
        makeMessage({ id: 'ended', sequence: 3, ...over }),
        makeMessage({ id: 'elsewhere', sequence: 3, chat: OTHER_CHAT, ...over }),
      ]);
      const claim = async (now: number) => ids(await outbox.claim(makeClaim({ now })));
      expect(await claim(T0)).toEqual(['worse', 'elsewhere']);
      await outbox.release('worse', 'w', T0 + 50, 'rate limited');
      expect(await claim(T0 + 1)).toEqual([]);
      expect(await claim(T0 + 50)).toEqual(['worse']);
      await outbox.settle('worse', 'w', { state: 'sent', platformMessageId: 'p1' }, T0 + 51);
      expect(await claim(T0 + 51)).toEqual(['ended']);
    });

    it('say how loud the group has been in the chat so far', async () => {
      const { outbox } = await (await makeDatabase())();
      const deliver = async (platformMessageId?: string) => {
        const [row] = await outbox.claim(makeClaim({ limit: 1 }));
        const sent = { state: 'sent', ...(platformMessageId && { platformMessageId }) } as const;
        await outbox.settle(row?.id ?? '', 'w', sent, T0);
        return [row?.id, row?.rungSeverity];
      };
      const next = { kind: 'repeat', delivery: 'edit-or-post', severity: 1 } as const;
      await outbox.enqueue([
        makeMessage({ id: 'lost', sequence: 1, severity: 3 }),
        makeMessage({ id: 'raise', sequence: 2, severity: 1 }),
        makeMessage({ id: 'repeat', sequence: 3, ...next, severity: 2 }),
        makeMessage({ id: 'muted', sequence: 4, ...next, delivery: 'edit', severity: 3 }),
        makeMessage({ id: 'over', sequence: 5, ...next, delivery: 'retire', severity: 3 }),
        makeMessage({ id: 'last', sequence: 6, ...next }),
        makeMessage({ id: 'elsewhere', sequence: 7, chat: OTHER_CHAT, severity: 0 }),
      ]);
      expect(await deliver()).toEqual(['lost', undefined]);
      expect(await deliver('p1')).toEqual(['raise', undefined]);
      expect(await deliver('p1')).toEqual(['repeat', 1]);
      expect(await deliver('p1')).toEqual(['muted', 2]);
      expect(await deliver('p1')).toEqual(['over', 2]);
      expect(await deliver('p1')).toEqual(['last', 2]);
      expect(await deliver()).toEqual(['elsewhere', undefined]);
    });

    it('say which message of the group arrived last before, retirements left out', async () => {
      const { outbox } = await (await makeDatabase())();
      const deliver = async (platformMessageId?: string) => {
        const [row] = await outbox.claim(makeClaim());
        const sent = { state: 'sent', ...(platformMessageId && { platformMessageId }) } as const;
        await outbox.settle(row?.id ?? '', 'w', sent, T0);
        return [row?.id, row?.previous];
      };
      await outbox.enqueue([
        makeMessage({ id: 'one', sequence: 1, severity: 3 }),
        makeMessage({ id: 'two', sequence: 2, severity: 3 }),
        makeMessage({ id: 'over', sequence: 2, severity: 2, delivery: 'retire' }),
        makeMessage({ id: 'three', sequence: 3, severity: 1, delivery: 'edit-or-post' }),
        makeMessage({ id: 'four', sequence: 4, severity: 1, delivery: 'edit' }),
        makeMessage({ id: 'elsewhere', groupId: 'g', sequence: 9, severity: 0 }),
      ]);
      expect(await deliver('p1')).toEqual(['one', undefined]);
      expect(await deliver('p2')).toEqual(['two', 'p1']);
      expect(await deliver('p1')).toEqual(['over', 'p1']);
      expect(await deliver()).toEqual(['three', 'p2']);
      expect(await deliver()).toEqual(['four', 'p2']);
      expect(await deliver()).toEqual(['elsewhere', undefined]);
    });

    it('give a retirement nothing to retire once a newer message lives in what it was for', async () => {
      const { outbox } = await (await makeDatabase())();
      const settle = (id: string, platformMessageId?: string) =>
        outbox.settle(
          id,
          'w',
          platformMessageId === undefined
            ? { state: 'refused', reason: 'too long' }
            : { state: 'sent', platformMessageId },
          T0,
        );
      await outbox.enqueue([
        makeMessage({ id: 'one', sequence: 1, severity: 3 }),
        makeMessage({ id: 'two', sequence: 2, severity: 3 }),
        makeMessage({ id: 'three', sequence: 3, severity: 2, delivery: 'edit-or-post' }),
        makeMessage({ id: 'over', sequence: 2, severity: 0, delivery: 'retire' }),
      ]);
      await outbox.claim(makeClaim());
      await settle('one', 'p1');
      await outbox.claim(makeClaim());
      await settle('two');
      expect(await outbox.claim(makeClaim())).toMatchObject([{ id: 'three', previous: 'p1' }]);
      await settle('three', 'p1');
      const [over] = await outbox.claim(makeClaim());
      expect([over?.id, over?.previous]).toEqual(['over', undefined]);
    });

    it('do not take what has expired, nor let it hold up what follows', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([
        makeMessage({ id: 'first', sequence: 1, expiresAt: T0 + 10 }),
        makeMessage({ id: 'second', sequence: 2 }),
      ]);
      expect(ids(await outbox.claim(makeClaim({ now: T0 + 10 })))).toEqual(['second']);
    });

    it('let what has expired while it is being sent hold up what follows', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([
        makeMessage({ id: 'first', sequence: 1, expiresAt: T0 + 10 }),
        makeMessage({ id: 'second', sequence: 2 }),
      ]);
      await outbox.claim(makeClaim());
      expect(await outbox.claim(makeClaim({ now: T0 + 10 }))).toEqual([]);
    });

    it('of workers at the same time never overlap', async () => {
      const { outbox } = await (await makeDatabase())();
      const messages = Array.from({ length: 60 }, (_, index) =>
        makeMessage({
          id: `m${index}`,
          chat: { ...SECOND_ROOM, thread: `${index % 45}` },
          sequence: index,
        }),
      );
      await outbox.enqueue(messages);
      const claims = await Promise.all(
        ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((worker) =>
          outbox.claim(makeClaim({ worker, limit: 7 })),
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

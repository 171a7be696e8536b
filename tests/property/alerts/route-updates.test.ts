import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatRef, Notice, OutgoingMessage, Subscription } from '../../../src/alerts/model.ts';
import { DEFAULT_ALERT_POLICY } from '../../../src/alerts/policy.ts';
import { route } from '../../../src/alerts/route.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { Level } from '../../../src/signals/model/ids.ts';
import { levelRank } from '../../../src/signals/model/ids.ts';
import { START_AT } from '../../fakes/alert-machine.ts';

const ASSETS = ['BTC', 'ETH', 'SOL', 'XRP'].map(assetId);
const LEVELS: Level[] = ['elevated', 'high', 'critical'];
const KINDS: Notice['kind'][] = ['update', 'update', 'raise', 'escalate', 'repeat', 'all-clear'];
const RULE = 'level:elevated';

interface Given {
  /** Assets subscribed to, by chat. */
  chats: Set<(typeof ASSETS)[number]>[];
  notices: Notice[];
  muted: number;
}

const given: fc.Arbitrary<Given> = fc.record({
  chats: fc.array(
    fc.uniqueArray(fc.constantFrom(...ASSETS), { minLength: 1 }).map((assets) => new Set(assets)),
    { minLength: 1, maxLength: 12 },
  ),
  notices: fc
    .tuple(
      ...ASSETS.map((asset) =>
        fc.record({ kind: fc.constantFrom(...KINDS), level: fc.constantFrom(...LEVELS) }).map(
          ({ kind, level }): Notice => ({
            kind,
            level,
            asset,
            side: 'down',
            incidentId: `${asset}-down-1-${RULE}`,
            sequence: 2,
            ruleKey: RULE,
            at: START_AT,
          }),
        ),
      ),
    )
    .map((all) => [...all]),
  muted: fc.nat({ max: 2 }),
});

/** Chats that wait for one asset each: none has a severe incident to give up for a milder one. */
const rooms = fc.array(
  fc.constantFrom(...ASSETS).map((asset) => new Set([asset])),
  { minLength: 10, maxLength: 30 },
);

const chatOf = (index: number): ChatRef => ({ platform: 'telegram', chatId: `-100${index}` });

function routed({ chats, notices, muted }: Given, updatesPerTick: number, now = START_AT) {
  let made = 0;
  return route({
    notices,
    dataNotices: [{ kind: 'source-lost', source: 'x', assets: '*', at: now, outageId: 'o' }],
    subscriptions: chats.flatMap((assets, index) =>
      [...assets].map(
        (asset): Subscription => ({
          id: `${index} ${asset}`,
          chat: chatOf(index),
          asset,
          rule: { kind: 'level', level: 'elevated' },
          sides: ['down'],
          createdAt: 0,
        }),
      ),
    ),
    mutes: chats.slice(0, muted).map((_, index) => ({ chat: chatOf(index), until: now + 1 })),
    readings: new Map(),
    now,
    policy: { ...DEFAULT_ALERT_POLICY, updatesPerTick },
    nextId: () => {
      made += 1;
      return `m${made}`;
    },
    sourceTitles: new Map(),
    editingPlatforms: new Set(['telegram']),
  });
}

const isUpdate = ({ kind }: OutgoingMessage) => kind === 'update';
const shapeOf = ({ id: _, ...message }: OutgoingMessage) => message;
const nameOf = ({ chat, groupId, delivery }: OutgoingMessage) =>
  `${chat.chatId} ${groupId} ${delivery}`;

describe('messages of moved figures', () => {
  it('are never more than the cap in one tick, and the cap costs no other message', () => {
    let capped = 0;
    fc.assert(
      fc.property(given, fc.double({ min: 0, max: 12, noNaN: true }), (input, most) => {
        const all = routed(input, Number.POSITIVE_INFINITY);
        const some = routed(input, most);
        const [updates, wanted] = [some.filter(isUpdate), all.filter(isUpdate)];
        expect(updates).toHaveLength(Math.min(Math.floor(most), wanted.length));
        if (updates.length < wanted.length) capped += 1;
        const others = (messages: OutgoingMessage[]) =>
          messages.filter((message) => !isUpdate(message)).map(shapeOf);
        expect(others(some)).toEqual(others(all));
        expect(wanted.map(nameOf)).toEqual(expect.arrayContaining(updates.map(nameOf)));
        expect(new Set(updates.map(nameOf)).size).toBe(updates.length);
        expect(routed(input, most)).toEqual(some);
      }),
      { seed: 20260131, numRuns: 150 },
    );
    expect(capped).toBeGreaterThan(40);
  });

  it('show the most severe incidents first: none milder takes more than the last quarter', () => {
    let compared = 0;
    fc.assert(
      fc.property(given, rooms, fc.integer({ min: 4, max: 12 }), (any, chats, most) => {
        const notices = any.notices.map((notice) => ({ ...notice, kind: 'update' as const }));
        const input = { ...any, chats, notices };
        const levels = new Map(
          input.notices.map(({ incidentId, level }) => [incidentId, levelRank(level)]),
        );
        const ranks = (messages: OutgoingMessage[]) =>
          messages
            .filter(isUpdate)
            .map(({ groupId }) => levels.get(groupId) ?? 0)
            .sort((a, b) => b - a);
        const wanted = ranks(routed(input, Number.POSITIVE_INFINITY));
        if (wanted.length <= most) return;
        compared += 1;
        const severest = most - Math.ceil(most / 4);
        expect(ranks(routed(input, most)).slice(0, severest)).toEqual(wanted.slice(0, severest));
      }),
      { seed: 20260132, numRuns: 150 },
    );
    expect(compared).toBeGreaterThan(40);
  });

  it('give each chat one before any gets a second, where the incidents are alike', () => {
    let tight = 0;
    fc.assert(
      fc.property(given, (any) => {
        const notices = any.notices.map((notice) => ({
          ...notice,
          kind: 'update' as const,
          level: 'high' as const,
        }));
        const input = { ...any, notices };
        const updates = routed(input, any.chats.length).filter(isUpdate);
        expect(new Set(updates.map(({ chat }) => chat.chatId)).size).toBe(any.chats.length);
        if (any.chats.some((assets) => assets.size > 1)) tight += 1;
      }),
      { seed: 20260134, numRuns: 100 },
    );
    expect(tight).toBeGreaterThan(40);
  });

  it.each([60_000, 300_000, 61_003])(
    'reach every chat in the end, however few fit, with a tick every %d ms',
    (tickMs) => {
      fc.assert(
        fc.property(given, fc.integer({ min: 1, max: 4 }), (input, most) => {
          const waiting = new Set(
            routed(input, Number.POSITIVE_INFINITY)
              .filter(isUpdate)
              .map(({ chat }) => chat.chatId),
          );
          for (let tick = 0; tick < 400 && waiting.size > 0; tick += 1) {
            for (const message of routed(input, most, START_AT + tick * tickMs)) {
              if (isUpdate(message)) waiting.delete(message.chat.chatId);
            }
          }
          expect([...waiting]).toEqual([]);
        }),
        { seed: 20260133, numRuns: 15 },
      );
    },
  );
});

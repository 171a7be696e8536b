import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertRule, DataNotice, Notice, Subscription } from '../../../src/alerts/model.ts';
import { DEFAULT_ALERT_POLICY as policy } from '../../../src/alerts/policy.ts';
import { route } from '../../../src/alerts/route.ts';
import { parseRuleKey, ruleKeyOf } from '../../../src/alerts/rule-key.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { LEVELS, levelRank, SIDES } from '../../../src/signals/model/ids.ts';
import { START_AT } from '../../fakes/alert-machine.ts';
import { deepFreeze } from '../../fakes/deep-freeze.ts';
import { makeReading } from '../../fakes/make-reading.ts';

const ASSETS = ['BTC', 'ETH'].map(assetId);
const RULES: AlertRule[] = [
  { kind: 'level', level: 'elevated' },
  { kind: 'level', level: 'high' },
  { kind: 'level', level: 'critical' },
  { kind: 'shock-below', fraction: 0.03 },
  { kind: 'shock-below', fraction: 0.05 },
];

const chats = fc.constantFrom('a', 'b', 'c').map((chatId) => ({ platform: 'console', chatId }));

const subscription: fc.Arbitrary<Subscription> = fc.record({
  id: fc.uuid(),
  chat: chats,
  asset: fc.constantFrom(...ASSETS, '*' as const),
  rule: fc.constantFrom(...RULES),
  sides: fc.constantFrom<Subscription['sides'][]>(['down'], ['up'], ['down', 'up']),
  createdAt: fc.constant(0),
});

const notice: fc.Arbitrary<Notice> = fc
  .record({
    kind: fc.constantFrom<Notice['kind'][]>(
      'raise',
      'escalate',
      'repeat',
      'de-escalate',
      'all-clear',
      'blind',
      'sighted',
    ),
    rule: fc.constantFrom(...RULES),
    asset: fc.constantFrom(...ASSETS),
    side: fc.constantFrom(...SIDES),
    level: fc.constantFrom(...LEVELS),
    sequence: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ rule, ...rest }) => {
    const ruleKey = ruleKeyOf(rule);
    return { ...rest, ruleKey, incidentId: `${rest.asset}-${rest.side}-${ruleKey}`, at: START_AT };
  });

const dataNotice: fc.Arbitrary<DataNotice> = fc.record({
  kind: fc.constantFrom<DataNotice['kind'][]>('source-lost', 'source-back', 'source-retired'),
  source: fc.constant('bybit'),
  assets: fc.constantFrom<DataNotice['assets'][]>('*', [], ASSETS.slice(0, 1)),
  at: fc.constant(START_AT),
  outageId: fc.constant('bybit-1'),
});

const input = fc.record({
  notices: fc.array(notice, { maxLength: 8 }),
  dataNotices: fc.array(dataNotice, { maxLength: 3 }),
  subscriptions: fc.array(subscription, { maxLength: 14 }),
  mutes: fc.array(fc.record({ chat: chats, until: fc.constantFrom(START_AT, START_AT + 1) }), {
    maxLength: 2,
  }),
});

function routed(
  given: { [K in keyof Parameters<typeof route>[0]]?: Parameters<typeof route>[0][K] },
) {
  let made = 0;
  const all = {
    notices: [],
    dataNotices: [],
    subscriptions: [],
    mutes: [],
    readings: new Map(ASSETS.map((asset) => [asset, makeReading({ name: asset })])),
    now: START_AT,
    policy,
    sourceTitles: new Map(),
    ...given,
    nextId: () => {
      made += 1;
      return `m${made}`;
    },
  };
  return route(all);
}

const matches = (held: Subscription, { asset, side }: Notice): boolean =>
  (held.asset === '*' || held.asset === asset) && held.sides.includes(side);

describe('routing, whatever the notices and subscriptions', () => {
  it('no chat is told the same twice, and no muted chat is told anything', () => {
    let sent = 0;
    fc.assert(
      fc.property(input, (given) => {
        const messages = routed(deepFreeze(given));
        sent += messages.length;
        const keys = messages.map(({ chat, groupId, sequence, kind }) =>
          JSON.stringify([chat.chatId, groupId, sequence, groupId === 'bybit-1' ? kind : '']),
        );
        expect(new Set(keys).size).toBe(keys.length);
        expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
        const muted = given.mutes.filter(({ until }) => until > START_AT);
        const quiet = new Set<string>(muted.map(({ chat }) => chat.chatId));
        expect(messages.some(({ chat }) => quiet.has(chat.chatId))).toBe(false);
        const severities = messages.map(({ severity }) => severity);
        expect(severities).toEqual(severities.toSorted((a, b) => b - a));
        expect(routed(given)).toEqual(messages);
      }),
      { seed: 20260105, numRuns: 300 },
    );
    expect(sent).toBeGreaterThan(500);
  });

  it('every chat that waits for a level is told by exactly its most sensitive rule', () => {
    fc.assert(
      fc.property(input, (given) => {
        const messages = routed({ ...given, mutes: [] });
        for (const notice of given.notices) {
          const rule = parseRuleKey(notice.ruleKey);
          if (rule.kind !== 'level') continue;
          for (const chatId of ['a', 'b', 'c']) {
            const ranks = given.subscriptions
              .filter((held) => held.chat.chatId === chatId && matches(held, notice))
              .flatMap((held) => (held.rule.kind === 'level' ? [levelRank(held.rule.level)] : []));
            const told = messages.some(
              ({ chat, groupId, sequence }) =>
                chat.chatId === chatId &&
                groupId === notice.incidentId &&
                sequence === notice.sequence,
            );
            expect(told).toBe(ranks.length > 0 && Math.min(...ranks) === levelRank(rule.level));
          }
        }
      }),
      { seed: 20260106, numRuns: 300 },
    );
  });

  it('a chat with a shock rule is told by it or by a stronger statement of the same kind', () => {
    fc.assert(
      fc.property(input, (given) => {
        const messages = routed({ ...given, mutes: [] });
        for (const notice of given.notices) {
          for (const { chat } of given.subscriptions.filter(
            (held) => ruleKeyOf(held.rule) === notice.ruleKey && matches(held, notice),
          )) {
            if (parseRuleKey(notice.ruleKey).kind === 'level') continue;
            const subject = `${notice.asset}-${notice.side}-shock-below`;
            const told = messages.filter(
              (message) =>
                message.chat.chatId === chat.chatId && message.groupId.startsWith(subject),
            );
            expect(told.length).toBeGreaterThan(0);
          }
        }
      }),
      { seed: 20260107, numRuns: 300 },
    );
  });
});

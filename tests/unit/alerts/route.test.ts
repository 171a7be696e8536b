import { describe, expect, it } from 'vitest';
import type {
  AlertRule,
  ChatRef,
  DataNotice,
  Notice,
  NoticeKind,
  Subscription,
} from '../../../src/alerts/model.ts';
import { DEFAULT_ALERT_POLICY as policy } from '../../../src/alerts/policy.ts';
import { route } from '../../../src/alerts/route.ts';
import { ruleKeyOf } from '../../../src/alerts/rule-key.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { Level, Side } from '../../../src/signals/model/ids.ts';
import { START_AT } from '../../fakes/alert-machine.ts';
import { makeReading } from '../../fakes/make-reading.ts';

const ETH = assetId('ETH');
const level = (name: 'elevated' | 'high' | 'critical'): AlertRule => ({
  kind: 'level',
  level: name,
});
const below = (fraction: number): AlertRule => ({ kind: 'shock-below', fraction });
const chat = (chatId: string): ChatRef => ({ platform: 'console', chatId });

function subscribe(
  chatId: string,
  rule: AlertRule = level('high'),
  asset: Subscription['asset'] = ETH,
  sides: readonly Side[] = ['down', 'up'],
): Subscription {
  return { id: `${chatId}-${asset}`, chat: chat(chatId), asset, rule, sides, createdAt: 0 };
}

function notice(
  rule: AlertRule = level('high'),
  kind: NoticeKind = 'raise',
  told: Level = 'high',
): Notice {
  const ruleKey = ruleKeyOf(rule);
  return {
    kind,
    incidentId: `ETH-down-1-${ruleKey}`,
    sequence: 1,
    ruleKey,
    asset: ETH,
    side: 'down',
    level: told,
    at: START_AT,
  };
}

function dataNotice(assets: DataNotice['assets'] = '*'): DataNotice {
  return { kind: 'source-lost', source: 'bybit', outageId: 'bybit-1', assets, at: START_AT };
}

function send(input: Partial<Parameters<typeof route>[0]>) {
  let made = 0;
  return route({
    notices: [],
    dataNotices: [],
    subscriptions: [],
    mutes: [],
    readings: new Map([[ETH, makeReading({ scoreDown: 72 })]]),
    now: START_AT,
    policy,
    nextId: () => {
      made += 1;
      return `id-${made}`;
    },
    sourceTitles: new Map([['bybit', 'Bybit']]),
    ...input,
  });
}

const toChats = (messages: ReturnType<typeof route>): string[] =>
  messages.map((message) => message.chat.chatId);

describe('routing notices to chats', () => {
  it('a notice goes to the chats that subscribed to its rule, asset and side', () => {
    const messages = send({
      notices: [notice()],
      subscriptions: [
        subscribe('match'),
        subscribe('all', level('high'), '*'),
        subscribe('rule', level('critical')),
        subscribe('asset', level('high'), assetId('BTC')),
        subscribe('side', level('high'), ETH, ['up']),
      ],
    });
    expect(toChats(messages)).toEqual(['match', 'all']);
    expect(messages[0]).toMatchObject({
      id: 'id-1',
      groupId: 'ETH-down-1-level:high',
      sequence: 1,
      severity: 2,
      kind: 'raise',
      createdAt: START_AT,
      expiresAt: START_AT + 30 * 60_000,
    });
    expect(messages[0]?.doc.title).toBe('ETH down: HIGH 72/100');
  });

  it('a chat whose subscriptions match twice is told once', () => {
    const subscriptions = [subscribe('a'), subscribe('a', level('high'), '*')];
    expect(send({ notices: [notice()], subscriptions })).toHaveLength(1);
    expect(send({ notices: [notice(), notice()], subscriptions })).toHaveLength(1);
  });

  it('threads of one chat are destinations of their own', () => {
    const inThread = { ...subscribe('a'), chat: { ...chat('a'), thread: '7' } };
    expect(send({ notices: [notice()], subscriptions: [subscribe('a'), inThread] })).toHaveLength(
      2,
    );
  });

  it('of two level rules of a chat only the more sensitive one speaks', () => {
    const notices = [notice(level('elevated')), notice(level('high'))];
    const subscriptions = [
      subscribe('both', level('high')),
      subscribe('both', level('elevated'), '*'),
      subscribe('high', level('high')),
    ];
    const messages = send({ notices, subscriptions });
    expect(messages.map(({ chat: { chatId }, groupId }) => `${chatId} ${groupId}`)).toEqual([
      'both ETH-down-1-level:elevated',
      'high ETH-down-1-level:high',
    ]);
  });

  it('a more sensitive rule for the other side or another asset does not silence', () => {
    const subscriptions = [
      subscribe('a', level('high')),
      subscribe('a', level('elevated'), ETH, ['up']),
      subscribe('a', level('elevated'), assetId('BTC')),
    ];
    expect(send({ notices: [notice()], subscriptions })).toHaveLength(1);
  });

  it('of two shock rules saying the same in one tick the stronger statement is sent', () => {
    const subscriptions = [subscribe('a', below(0.03)), subscribe('a', below(0.05))];
    const groups = (notices: Notice[]) =>
      send({ notices, subscriptions }).map(({ groupId }) => groupId);
    expect(groups([notice(below(0.05)), notice(below(0.03))])).toEqual([
      'ETH-down-1-shock-below:0.03',
    ]);
    expect(groups([notice(below(0.05), 'escalate'), notice(below(0.03))])).toEqual([
      'ETH-down-1-shock-below:0.03',
    ]);
    expect(groups([notice(below(0.05), 'all-clear'), notice(below(0.03), 'all-clear')])).toEqual([
      'ETH-down-1-shock-below:0.05',
    ]);
    expect(groups([notice(below(0.05), 'repeat'), notice(below(0.03))])).toHaveLength(2);
    expect(groups([notice(below(0.05))])).toHaveLength(1);
  });

  it('a stronger shock rule of another chat does not silence', () => {
    const subscriptions = [subscribe('a', below(0.05)), subscribe('b', below(0.03))];
    const notices = [notice(below(0.05)), notice(below(0.03))];
    expect(toChats(send({ notices, subscriptions })).toSorted()).toEqual(['a', 'b']);
  });

  it('a muted chat gets nothing, critical included, until the mute is over', () => {
    const input = {
      notices: [notice(level('high'), 'escalate', 'critical')],
      dataNotices: [dataNotice()],
      subscriptions: [subscribe('a'), subscribe('b')],
    };
    const until = START_AT + 1;
    const muted = send({ ...input, mutes: [{ chat: chat('a'), until }] });
    expect(toChats(muted)).toEqual(['b', 'b']);
    const over = send({ ...input, mutes: [{ chat: chat('a'), until: START_AT }] });
    expect(over).toHaveLength(4);
  });

  it('a notice about data goes once to each chat it concerns, after the warnings', () => {
    const subscriptions = [
      subscribe('eth'),
      subscribe('eth', below(0.03)),
      subscribe('all', level('critical'), '*'),
      subscribe('btc', level('high'), assetId('BTC')),
    ];
    const messages = send({ notices: [notice()], dataNotices: [dataNotice([ETH])], subscriptions });
    expect(messages.map(({ kind, chat: { chatId } }) => `${kind} ${chatId}`)).toEqual([
      'raise eth',
      'source-lost eth',
      'source-lost all',
    ]);
    expect(send({ dataNotices: [dataNotice()], subscriptions })).toHaveLength(3);
  });

  it.each<[NoticeKind, Level, number]>([
    ['raise', 'elevated', 1],
    ['escalate', 'critical', 3],
    ['repeat', 'high', 2],
    ['raise', 'low', 1],
    ['blind', 'critical', 3],
    ['sighted', 'critical', 3],
    ['all-clear', 'high', 0],
  ])('a %s at %s has severity %d', (kind, told, severity) => {
    const [message] = send({
      notices: [notice(level('high'), kind, told)],
      subscriptions: [subscribe('a')],
    });
    expect(message?.severity).toBe(severity);
  });

  it('the most severe comes first, and each kind has its expiry', () => {
    const messages = send({
      notices: [notice(level('high'), 'all-clear', 'low'), notice(level('critical'), 'raise')],
      subscriptions: [subscribe('a'), subscribe('b', level('critical'))],
    });
    expect(messages.map(({ kind, expiresAt }) => [kind, (expiresAt - START_AT) / 60_000])).toEqual([
      ['raise', 30],
      ['all-clear', 360],
    ]);
  });
});

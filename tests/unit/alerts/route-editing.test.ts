import { describe, expect, it } from 'vitest';
import type {
  AlertRule,
  ChatRef,
  Notice,
  OutgoingMessage,
  Subscription,
} from '../../../src/alerts/model.ts';
import { DEFAULT_ALERT_POLICY as policy } from '../../../src/alerts/policy.ts';
import { route } from '../../../src/alerts/route.ts';
import { ruleKeyOf } from '../../../src/alerts/rule-key.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { HOUR_MS, MINUTE_MS, START_AT } from '../../fakes/alert-machine.ts';
import { makeReading } from '../../fakes/make-reading.ts';

const ETH = assetId('ETH');
const HIGH: AlertRule = { kind: 'level', level: 'high' };
const below = (fraction: number): AlertRule => ({ kind: 'shock-below', fraction });
const TELEGRAM: ChatRef = { platform: 'telegram', chatId: '-1' };
const CONSOLE: ChatRef = { platform: 'console', chatId: 'me' };

function subscribe(chat: ChatRef, rule: AlertRule = HIGH): Subscription {
  const id = `${chat.chatId} ${ruleKeyOf(rule)}`;
  return { id, chat, asset: ETH, rule, sides: ['down'], createdAt: 0 };
}

function notice(kind: Notice['kind'], rest: Partial<Notice> = {}, rule = HIGH): Notice {
  const ruleKey = ruleKeyOf(rule);
  return {
    kind,
    incidentId: `ETH-down-1-${ruleKey}`,
    sequence: kind === 'raise' ? 1 : 4,
    ruleKey,
    asset: ETH,
    side: 'down',
    level: 'high',
    at: START_AT,
    ...rest,
  };
}

function send(notices: Notice[], rest: Partial<Parameters<typeof route>[0]> = {}) {
  let made = 0;
  return route({
    notices,
    dataNotices: [],
    subscriptions: [subscribe(TELEGRAM)],
    mutes: [],
    readings: new Map([[ETH, makeReading({ scoreDown: 72 })]]),
    now: START_AT,
    policy,
    nextId: () => {
      made += 1;
      return `id-${made}`;
    },
    sourceTitles: new Map(),
    editingPlatforms: new Set(['telegram', 'discord']),
    ...rest,
  });
}

const shapeOf = ({ kind, delivery, severity }: OutgoingMessage) =>
  `${kind} ${delivery ?? 'post'} ${severity}`;

describe('where messages can be edited', () => {
  it.each<[string, Notice, string[]]>([
    ['a raise', notice('raise'), ['raise post 2']],
    [
      'an escalation',
      notice('escalate', { level: 'critical' }),
      ['escalate post 3', 'escalate retire 0'],
    ],
    ['an all-clear', notice('all-clear'), ['all-clear post 0', 'all-clear retire 0']],
    [
      'an end without data',
      notice('blind', { closed: 'no-data' }),
      ['blind post 2', 'blind retire 0'],
    ],
    [
      'an end without eligibility',
      notice('blind', { closed: 'not-eligible' }),
      ['blind post 2', 'blind retire 0'],
    ],
    ['a repeat', notice('repeat'), ['repeat edit-or-post 2']],
    ['a step down', notice('de-escalate'), ['de-escalate edit-or-post 2']],
    ['going blind', notice('blind'), ['blind edit-or-post 2']],
    ['seeing again', notice('sighted'), ['sighted edit-or-post 2']],
    [
      'a repeat of a critical one',
      notice('repeat', { level: 'critical' }),
      ['repeat edit-or-post 3'],
    ],
    ['an update', notice('update', { level: 'critical' }), ['update edit 0']],
  ])('%s appears as it should', (_what, about, shapes) => {
    expect(send([about]).map(shapeOf)).toEqual(shapes);
  });

  it('a retirement has the place of its post and an id of its own, and outlives everything', () => {
    const [post, retire] = send([notice('escalate', { level: 'critical' })]);
    expect(retire).toMatchObject({ groupId: post?.groupId, sequence: 4, chat: TELEGRAM });
    expect(retire?.id).not.toBe(post?.id);
    expect(retire?.expiresAt).toBe(START_AT + 6 * HOUR_MS);
    expect(retire?.doc).not.toHaveProperty('figure');
    expect(retire?.doc).not.toHaveProperty('actions');
  });

  it('an update is not sent later than ten minutes after it was made', () => {
    expect(send([notice('update')])[0]?.expiresAt).toBe(START_AT + 10 * MINUTE_MS);
  });

  it('other platforms get posts as before: no update, no retirement', () => {
    const kinds: Notice['kind'][] = ['raise', 'escalate', 'repeat', 'update', 'all-clear', 'blind'];
    for (const kind of kinds) {
      const both = send([notice(kind)], { subscriptions: [subscribe(CONSOLE)] });
      expect(both.map(shapeOf)).toEqual(
        send([notice(kind)], {
          subscriptions: [subscribe(CONSOLE)],
          editingPlatforms: new Set(),
        }).map(shapeOf),
      );
      expect(both.map(({ delivery }) => delivery)).toEqual(kind === 'update' ? [] : [undefined]);
    }
  });

  it('chats of both sorts share one document', () => {
    const subscriptions = [subscribe(TELEGRAM), subscribe(CONSOLE)];
    const [first, second] = send([notice('repeat')], { subscriptions });
    expect(first?.doc).toBe(second?.doc);
  });

  it('a muted chat gets no post, but the message that stands there stays true', () => {
    const mutes = [{ chat: TELEGRAM, until: START_AT + 1 }];
    const kinds: Notice['kind'][] = ['escalate', 'repeat', 'update', 'all-clear', 'sighted'];
    for (const kind of kinds) {
      expect(send([notice(kind)], { mutes }).map(shapeOf)).toEqual([`${kind} edit 0`]);
    }
    const [end] = send([notice('blind', { closed: 'no-data' })], { mutes });
    expect(end?.delivery).toBe('edit');
    expect(send([notice('raise')], { mutes })).toEqual([]);
    const lost = { kind: 'source-lost', source: 'x', assets: '*', at: 0, outageId: 'o' } as const;
    expect(send([], { mutes, dataNotices: [lost] })).toEqual([]);
    const elsewhere = { mutes: [{ chat: CONSOLE, until: START_AT + 1 }] };
    const subscriptions = [subscribe(CONSOLE)];
    expect(send([notice('repeat')], { ...elsewhere, subscriptions })).toEqual([]);
  });

  it('what another rule of the chat tells instead only keeps the message that stands there true', () => {
    const subscriptions = [subscribe(TELEGRAM, below(0.03)), subscribe(TELEGRAM, below(0.05))];
    const told = (kind: Notice['kind']) =>
      send([notice(kind, {}, below(0.05)), notice(kind, {}, below(0.03))], { subscriptions })
        .map(({ groupId, delivery }) => `${groupId.slice(-4)} ${delivery ?? 'post'}`)
        .toSorted();
    expect(told('raise')).toEqual(['0.03 post']);
    expect(told('repeat')).toEqual(['0.03 edit-or-post', '0.05 edit']);
    expect(told('update')).toEqual(['0.03 edit', '0.05 edit']);
    expect(told('all-clear')).toEqual(['0.03 edit', '0.05 post', '0.05 retire']);
  });

  it('notices about data are posts', () => {
    const about = { kind: 'source-back', source: 'x', assets: '*', at: 0, outageId: 'o' } as const;
    expect(send([], { dataNotices: [about] }).map(shapeOf)).toEqual(['source-back post 0']);
  });
});

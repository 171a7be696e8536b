import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatRef, Notice, OutgoingMessage, Subscription } from '../../../src/alerts/model.ts';
import { DEFAULT_ALERT_POLICY as policy } from '../../../src/alerts/policy.ts';
import { route } from '../../../src/alerts/route.ts';
import { parseRuleKey } from '../../../src/alerts/rule-key.ts';
import { isLouder, planDelivery } from '../../../src/bot/delivery/delivery-plan.ts';
import { retirementOf } from '../../../src/bot/delivery/retirement.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { levelRank } from '../../../src/signals/model/ids.ts';
import type { Reading } from '../../../src/signals/model/reading.ts';
import { AlertMachine, lookAt } from '../../fakes/alert-machine.ts';
import { liveThrough, spells } from './weather.ts';

const ETH = assetId('ETH');
const TELEGRAM: ChatRef = { platform: 'telegram', chatId: '-1', thread: '7' };
const CONSOLE: ChatRef = { platform: 'console', chatId: 'me' };
const ruleKeys = fc.constantFrom('level:elevated', 'level:high', 'level:critical');
const SETTINGS = { seed: 20260121, numRuns: 120 };

interface Post {
  sequence: number;
  /** As it was posted: that was heard. */
  severity: number;
  shown: OutgoingMessage;
}

/** The messages of one chat as a platform that edits would show them, when all are delivered. */
class Screen {
  readonly posts = new Map<string, Post[]>();

  apply(message: OutgoingMessage): void {
    const group = this.posts.get(message.groupId) ?? [];
    this.posts.set(message.groupId, group);
    const { sequence, severity } = message;
    const before = group.filter((post) => post.sequence < sequence);
    const target = before.at(-1);
    const row = {
      ...message,
      ...(target === undefined ? {} : { previous: String(target.sequence) }),
      ...(before.length === 0 ? {} : { rungSeverity: this.heard(message.groupId) }),
    };
    const { kind } = planDelivery(row, { edits: true });
    if (kind === 'edit' && target !== undefined) target.shown = message;
    if (kind === 'post') group.push({ sequence, severity, shown: message });
    if (kind === 'post' && isLouder(row)) this.apply(retirementOf(message, 'r', message.createdAt));
  }

  heard(groupId: string): number {
    return Math.max(...(this.posts.get(groupId) ?? []).map(({ severity }) => severity));
  }

  living(groupId: string): Post[] {
    return (this.posts.get(groupId) ?? []).filter(({ shown }) => shown.delivery !== 'retire');
  }
}

/** Routes every notice of a machine, with the chats muted in a pattern drawn from `mutes`. */
function routed(ruleKey: string, weather: Parameters<typeof liveThrough>[1], mutes: boolean[]) {
  const machine = new AlertMachine(ruleKey, {}, true);
  const ticks: { notice: Notice; messages: OutgoingMessage[]; muted: boolean }[] = [];
  let made = 0;
  const base = {
    dataNotices: [],
    subscriptions: [TELEGRAM, CONSOLE].map((chat): Subscription => {
      const rule = parseRuleKey(ruleKey);
      return { id: chat.chatId, chat, asset: ETH, rule, sides: ['down'], createdAt: 0 };
    }),
    policy,
    nextId: () => {
      made += 1;
      return `m${made}`;
    },
    sourceTitles: new Map(),
  };
  liveThrough(machine, weather, (look) => {
    const notice = machine.decisions.at(-1)?.notice;
    if (notice === undefined) return;
    const { now } = machine;
    const muted = mutes[ticks.length % mutes.length] ?? false;
    const reading = look === undefined ? undefined : lookAt(look, now);
    const readings = new Map<Reading['asset'], Reading>(
      reading === undefined ? [] : [[ETH, reading]],
    );
    const input = {
      ...base,
      notices: [notice],
      mutes: muted ? [TELEGRAM, CONSOLE].map((chat) => ({ chat, until: now + 1 })) : [],
      readings,
      now,
    };
    const messages = route({ ...input, editingPlatforms: new Set(['telegram']) });
    ticks.push({ notice, messages, muted });
    const asBefore = route(input).filter(({ chat }) => chat === CONSOLE);
    const { id: _one, ...plain } = asBefore[0] ?? { id: '' };
    const { id: _other, ...beside } = messages.find(({ chat }) => chat === CONSOLE) ?? { id: '' };
    expect(beside).toEqual(plain);
  });
  return ticks;
}

const toTelegram = (messages: readonly OutgoingMessage[]) =>
  messages.filter(({ chat }) => chat === TELEGRAM);

const isEnd = ({ kind, closed }: Notice) => kind === 'all-clear' || closed !== undefined;

describe('one incident is one message, whatever happens', () => {
  it('every post but the first of an incident comes with a retirement, so that one is alive', () => {
    let posts = 0;
    fc.assert(
      fc.property(
        ruleKeys,
        spells,
        fc.array(fc.boolean(), { minLength: 1 }),
        (key, spell, mutes) => {
          const screen = new Screen();
          const posted = new Set<string>();
          for (const { messages } of routed(key, spell, mutes)) {
            const here = toTelegram(messages);
            for (const { delivery, groupId, sequence, id } of here) {
              if (delivery !== undefined) continue;
              posts += 1;
              const retired = here.some((other) => {
                const same = other.groupId === groupId && other.sequence === sequence;
                return same && other.delivery === 'retire' && other.id !== id;
              });
              if (posted.has(groupId)) expect(retired).toBe(true);
              posted.add(groupId);
            }
            for (const message of here) screen.apply(message);
            for (const { groupId } of here) {
              expect(screen.living(groupId).length).toBeLessThanOrEqual(1);
            }
          }
        },
      ),
      SETTINGS,
    );
    expect(posts).toBeGreaterThan(100);
  });

  it('what stands in the chat is the last notice, muted or not, and an end shows as one', () => {
    let ends = 0;
    fc.assert(
      fc.property(
        ruleKeys,
        spells,
        fc.array(fc.boolean(), { minLength: 1 }),
        (key, spell, mutes) => {
          const screen = new Screen();
          for (const { notice, messages, muted } of routed(key, spell, mutes)) {
            for (const message of toTelegram(messages)) screen.apply(message);
            const [alive] = screen.living(notice.incidentId);
            if (alive === undefined) {
              // Nobody was told yet: moved figures are no reason to begin.
              expect(muted || notice.kind === 'update').toBe(true);
              continue;
            }
            expect(alive.shown.sequence).toBe(notice.sequence);
            expect(alive.shown.kind).toBe(notice.kind);
            if (isEnd(notice)) ends += 1;
          }
        },
      ),
      SETTINGS,
    );
    expect(ends).toBeGreaterThan(50);
  });

  it('what stands in a chat that is not muted has been heard as loud, by the next notice at most', () => {
    let late = 0;
    fc.assert(
      fc.property(
        ruleKeys,
        spells,
        fc.array(fc.boolean(), { minLength: 1 }),
        (key, spell, mutes) => {
          const screen = new Screen();
          for (const { notice, messages, muted } of routed(key, spell, mutes)) {
            const here = toTelegram(messages);
            for (const message of here) screen.apply(message);
            if (muted || notice.kind === 'update' || isEnd(notice)) continue;
            expect(screen.heard(notice.incidentId)).toBeGreaterThanOrEqual(levelRank(notice.level));
            const posts = screen.posts.get(notice.incidentId) ?? [];
            const isRepeat = here.some(({ delivery }) => delivery === 'edit-or-post');
            if (isRepeat && posts.length > 1 && posts.at(-1)?.sequence === notice.sequence) {
              late += 1;
            }
          }
        },
      ),
      SETTINGS,
    );
    expect(late).toBeGreaterThan(5);
  });

  it('a muted chat gets no post, no chat two messages of one id, none an order broken', () => {
    fc.assert(
      fc.property(
        ruleKeys,
        spells,
        fc.array(fc.boolean(), { minLength: 1 }),
        (key, spell, mutes) => {
          const ids: string[] = [];
          for (const { notice, messages, muted } of routed(key, spell, mutes)) {
            ids.push(...messages.map(({ id }) => id));
            const here = toTelegram(messages);
            if (muted) expect(here.every(({ delivery }) => delivery === 'edit')).toBe(true);
            else expect(here.length).toBeGreaterThan(0);
            for (const { sequence } of messages) expect(sequence).toBe(notice.sequence);
          }
          expect(new Set(ids).size).toBe(ids.length);
        },
      ),
      SETTINGS,
    );
  });
});

import { describe, expect, test } from 'vitest';
import type { OutgoingMessage } from '../../../../src/alerts/model.ts';
import type { ClaimRequest } from '../../../../src/store/store.ts';
import { makeMessage } from '../../../fakes/make-message.ts';
import { runWithClock } from '../../../fakes/run-with-clock.ts';
import { SENT } from '../../../fakes/scripted-platform.ts';
import { seededRandom } from '../../../fakes/seeded-random.ts';
import { answers, type DeliverySetup, mostInWindow, setUpDelivery } from './set-up-delivery.ts';

const TELEGRAM = {
  perSecond: 30,
  perChatIntervalMs: 1_000,
  perMinuteIn: ({ chatId }: { chatId: string }) => (chatId.startsWith('g') ? 20 : undefined),
  paceBy: 'place' as const,
};

function alerts(
  count: number,
  chats: number,
  severityOf: (index: number) => number = () => 2,
): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) =>
    makeMessage({
      id: `a${index}`,
      groupId: `incident-${index}`,
      severity: severityOf(index),
      chat: { platform: 'scripted', chatId: `c${index % chats}` },
    }),
  );
}

function replies(count: number, createdAt: number): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) =>
    makeMessage({
      id: `r${createdAt}-${index}`,
      groupId: `reply-${createdAt}-${index}`,
      kind: 'reply',
      severity: 0,
      chat: { platform: 'scripted', chatId: `asker-${index}` },
      createdAt,
      expiresAt: createdAt + 60_000,
    }),
  );
}

const timesOf = (set: DeliverySetup) => set.starts.map(({ at }) => at);

/** Without summaries: these tests are about single messages. */
const ONE_BY_ONE = { crowdedFrom: 1_000_000 };

describe('over a backlog', () => {
  test('no second holds more than the pace, at least 95 % of it is used, and the worst go first', async () => {
    const random = seededRandom(3);
    const messages = alerts(600, 300, () => 1 + Math.floor(random() * 3));
    const set = await setUpDelivery(messages, { limits: TELEGRAM, settings: ONE_BY_ONE });
    await runWithClock(set.clock, set.delivery.deliverDue(), 100);
    const times = timesOf(set);
    expect(times).toHaveLength(600);
    expect(mostInWindow(times, 1_000)).toBeLessThanOrEqual(30);
    const secondsUsed = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
    expect(599 / secondsUsed).toBeGreaterThanOrEqual(30 * 0.95);
    const severities = set.starts.map(({ message }) => message.severity);
    const critical = messages.filter(({ severity }) => severity === 3).length;
    // A chat with two waits for its interval, so that a few of the next may slip in before it.
    const early = severities.slice(0, critical).filter((severity) => severity === 3).length;
    expect(early).toBeGreaterThan(critical * 0.8);
  });

  test('slow answers cost no pace while there is room for more side by side', async () => {
    const set = await setUpDelivery(alerts(300, 300), { limits: TELEGRAM, settings: ONE_BY_ONE });
    const send = set.platform.send.bind(set.platform);
    set.platform.send = async (message, signal) => {
      const outcome = await send(message, signal);
      await set.clock.sleep(700);
      return outcome;
    };
    await runWithClock(set.clock, set.delivery.deliverDue(), 100);
    const times = timesOf(set);
    const secondsUsed = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
    expect(299 / secondsUsed).toBeGreaterThanOrEqual(30 * 0.95);
  });

  test('one chat has its interval and its most per minute, all rooms of a place together', async () => {
    const messages = Array.from({ length: 50 }, (_, index) =>
      makeMessage({
        id: `m${index}`,
        groupId: `g${index}`,
        chat: { platform: 'scripted', chatId: 'group', thread: String(index % 3) },
      }),
    );
    const set = await setUpDelivery(messages, { limits: TELEGRAM, settings: ONE_BY_ONE });
    await runWithClock(set.clock, set.delivery.deliverDue(), 100);
    const times = timesOf(set);
    expect(times).toHaveLength(50);
    expect(mostInWindow(times, 1_000)).toBe(1);
    expect(mostInWindow(times, 60_000)).toBe(20);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(145_000);
  });

  test('chats that have had their minute do not keep the others waiting', async () => {
    const groups = Array.from({ length: 250 }, (_, index) =>
      makeMessage({
        id: `g${index}`,
        groupId: `group-${index}`,
        severity: 3,
        chat: { platform: 'scripted', chatId: `g${index % 10}` },
      }),
    );
    const set = await setUpDelivery([...groups, ...alerts(100, 100)], {
      limits: TELEGRAM,
      settings: ONE_BY_ONE,
    });
    const begin = set.clock.now();
    await runWithClock(set.clock, set.delivery.deliverDue(), 100);
    expect(set.starts).toHaveLength(350);
    const others = set.starts.filter(({ message }) => message.id.startsWith('a'));
    expect((others.at(-1)?.at ?? 0) - begin).toBeLessThan(20_000);
  });

  test('only a few messages are claimed ahead, and only chats that have to wait are remembered', async () => {
    const set = await setUpDelivery(alerts(900, 900), { limits: TELEGRAM, settings: ONE_BY_ONE });
    let begun = 0;
    let claimed = 0;
    let mostAhead = 0;
    let mostExcept = 0;
    const { claim, begin } = set.store.outbox;
    set.store.outbox.claim = async (request: ClaimRequest) => {
      mostExcept = Math.max(mostExcept, request.except.length);
      const rows = await claim(request);
      claimed += rows.length;
      mostAhead = Math.max(mostAhead, claimed - begun);
      return rows;
    };
    set.store.outbox.begin = async (id, worker) => {
      begun += 1;
      return await begin(id, worker);
    };
    await runWithClock(set.clock, set.delivery.deliverDue(), 100);
    expect(set.platform.arrived).toHaveLength(900);
    expect(mostAhead).toBeLessThanOrEqual(8);
    expect(mostExcept).toBeLessThan(80);
  });
});

describe('answers to questions', () => {
  test('go out within 3 s while alerts wait, which keep four fifths of the pace', async () => {
    const set = await setUpDelivery(alerts(900, 450), { limits: TELEGRAM, settings: ONE_BY_ONE });
    const work = set.delivery.deliverDue();
    const askedAt: number[] = [];
    for (let second = 0; second < 10; second += 1) {
      await set.clock.advance(1_000);
      // Three people ask every second.
      askedAt.push(set.clock.now());
      await set.store.outbox.enqueue(replies(3, set.clock.now()));
      set.delivery.wake();
    }
    await set.clock.advance(3_000);
    const answered = set.starts.filter(({ message }) => message.kind === 'reply');
    expect(answered).toHaveLength(30);
    for (const { at, message } of answered) {
      const asked = Number(/^r(\d+)-/.exec(message.id)?.[1]);
      expect(at - asked).toBeLessThanOrEqual(3_000);
    }
    expect(mostInWindow(timesOf(set), 1_000)).toBeLessThanOrEqual(30);
    await runWithClock(set.clock, work);
  });

  test('that pile up take no more than their share from alerts, and all of it afterwards', async () => {
    const now = Date.UTC(2026, 0, 1);
    const many = [...alerts(300, 300), ...replies(200, now)];
    const set = await setUpDelivery(many, { limits: TELEGRAM, settings: ONE_BY_ONE });
    await runWithClock(set.clock, set.delivery.deliverDue(), 100);
    const kinds = set.starts.map(({ message }) => message.kind);
    const whileBoth = kinds.slice(0, kinds.lastIndexOf('raise') + 1);
    const shareOfAlerts = 300 / whileBoth.length;
    expect(shareOfAlerts).toBeGreaterThanOrEqual(0.79);
    expect(shareOfAlerts).toBeLessThan(0.9);
    const after = timesOf(set).slice(whileBoth.length);
    const seconds = ((after.at(-1) ?? 0) - (after[0] ?? 0)) / 1000;
    expect((after.length - 1) / seconds).toBeGreaterThanOrEqual(30 * 0.95);
  });

  test('still go out while alerts to many chats hang', async () => {
    const set = await setUpDelivery(alerts(40, 40), {
      next: ({ kind }) => (kind === 'reply' ? SENT : { arrives: false, answer: 'hangs' }),
      settings: ONE_BY_ONE,
    });
    const work = set.delivery.deliverDue();
    await set.clock.advance(1_000);
    await set.store.outbox.enqueue(replies(10, set.clock.now()));
    set.delivery.wake();
    await set.clock.advance(1_000);
    expect(set.platform.arrived).toHaveLength(10);
    await runWithClock(set.clock, work);
  });
});

describe('pauses the platform asks for', () => {
  const busy = (scope: 'message' | 'chat' | 'platform') =>
    answers({ kind: 'retry', afterMs: 20_000, reason: 'too many requests', scope });

  test.each([
    { scope: 'message' as const, others: ['same-chat', 'other-chat'] },
    { scope: 'chat' as const, others: ['other-chat'] },
    { scope: 'platform' as const, others: [] },
  ])('scope $scope: meanwhile go $others', async ({ scope, others }) => {
    const set = await setUpDelivery(
      [makeMessage({ id: 'first', severity: 3 }), makeMessage({ id: 'same-chat', groupId: 'g2' })],
      {
        next: ({ id }, attempt) => (id === 'first' && attempt === 1 ? busy(scope) : SENT),
      },
    );
    const stop = new AbortController();
    const running = set.delivery.run(stop.signal);
    await set.clock.advance(100);
    const chat = { platform: 'scripted', chatId: 'b' };
    await set.store.outbox.enqueue([
      makeMessage({ id: 'other-chat', groupId: 'g3', chat, createdAt: set.clock.now() }),
    ]);
    set.delivery.wake();
    await set.clock.advance(19_000);
    expect(set.platform.arrived.map(({ id }) => id)).toEqual(others);
    await set.clock.advance(4_000);
    expect(set.platform.arrived.map(({ id }) => id).toSorted()).toEqual([
      'first',
      'other-chat',
      'same-chat',
    ]);
    stop.abort();
    await runWithClock(set.clock, running);
  });

  test('what waits is expired on time although everything is held', async () => {
    const now = Date.UTC(2026, 0, 1);
    const set = await setUpDelivery(
      [
        makeMessage({ id: 'first', severity: 3 }),
        makeMessage({ id: 'short', groupId: 'g2', expiresAt: now + 5_000 }),
      ],
      { next: ({ id }) => (id === 'first' ? busy('platform') : SENT) },
    );
    const stop = new AbortController();
    const running = set.delivery.run(stop.signal);
    await set.clock.advance(8_000);
    expect(await set.state('short')).toBe('expired');
    stop.abort();
    await runWithClock(set.clock, running);
  });
});

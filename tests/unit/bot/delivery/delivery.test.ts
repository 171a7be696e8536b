import { describe, expect, test } from 'vitest';
import { makeDoc, makeMessage } from '../../../fakes/make-message.ts';
import { runWithClock } from '../../../fakes/run-with-clock.ts';
import { SENT } from '../../../fakes/scripted-platform.ts';
import { answers, FIGURE, setUpDelivery } from './set-up-delivery.ts';

const BUSY = answers({ kind: 'retry', afterMs: 60_000, reason: 'slow down' });

describe('sending', () => {
  test('a due message is sent once and settled as sent, with what the platform calls it', async () => {
    const { delivery, platform, clock, row } = await setUpDelivery([makeMessage()]);
    expect(await runWithClock(clock, delivery.deliverDue())).toBe(1);
    expect(await runWithClock(clock, delivery.deliverDue())).toBe(0);
    expect(platform.arrived).toHaveLength(1);
    expect(await row('m1')).toMatchObject({
      state: 'sent',
      platformMessageId: 'p-m1',
      attempts: 1,
    });
  });

  test('below high nobody is woken, and the platform is told what it is', async () => {
    const messages = [0, 1, 2, 3].map((severity) =>
      makeMessage({ id: `s${severity}`, groupId: `g${severity}`, severity }),
    );
    const { delivery, platform, clock } = await setUpDelivery(messages);
    await runWithClock(clock, delivery.deliverDue());
    const silent = Object.fromEntries(platform.arrived.map((sent) => [sent.id, sent.silent]));
    expect(silent).toEqual({ s0: true, s1: true, s2: false, s3: false });
    expect(platform.arrived[0]).toMatchObject({ severity: 3, kind: 'raise' });
  });

  test('one chat gets its messages strictly one after the other, in order of severity', async () => {
    const messages = [1, 3, 2].map((severity) =>
      makeMessage({ id: `s${severity}`, groupId: `g${severity}`, severity }),
    );
    const { delivery, platform, clock } = await setUpDelivery(messages, {
      next: ({ id }) => (id === 's3' ? { arrives: true, answer: 'hangs' } : SENT),
    });
    const work = delivery.deliverDue();
    await clock.advance(15_000);
    delivery.wake();
    await clock.advance(14_000);
    // The first still hangs: nothing else may have been tried in this chat.
    expect(platform.attempts.map(({ id }) => id)).toEqual(['s3']);
    await runWithClock(clock, work);
    expect(platform.attempts.slice(0, 3).map(({ id }) => id)).toEqual(['s3', 's2', 's1']);
  });

  test('sends that hang hold up their own chats only, however many there are', async () => {
    const messages = Array.from({ length: 60 }, (_, index) =>
      makeMessage({ id: `m${index}`, chat: { platform: 'scripted', chatId: `c${index}` } }),
    );
    const hangs = (id: string) => Number(id.slice(1)) < 20;
    const set = await setUpDelivery(messages, {
      next: ({ id }) => (hangs(id) ? { arrives: false, answer: 'hangs' } : SENT),
    });
    const work = set.delivery.deliverDue();
    await set.clock.advance(1_000);
    expect(set.platform.arrived).toHaveLength(40);
    expect(await set.state('m59', 'c59')).toBe('sent');
    await runWithClock(set.clock, work);
  });

  test('a message committed while the worker rests goes out when it is woken, not at the next poll', async () => {
    const set = await setUpDelivery([]);
    const stop = new AbortController();
    const running = set.delivery.run(stop.signal);
    await set.clock.advance(1_100);
    await set.store.outbox.enqueue([makeMessage()]);
    set.delivery.wake();
    await set.clock.advance(10);
    expect(set.platform.arrived).toHaveLength(1);
    stop.abort();
    await runWithClock(set.clock, running);
  });

  test('a message committed by another process goes out with the next poll', async () => {
    const set = await setUpDelivery([]);
    const stop = new AbortController();
    const running = set.delivery.run(stop.signal);
    await set.clock.advance(1_100);
    await set.store.outbox.enqueue([makeMessage()]);
    await set.clock.advance(1_000);
    expect(set.platform.arrived).toHaveLength(1);
    stop.abort();
    await runWithClock(set.clock, running);
  });
});

describe('charts', () => {
  const withFigure = (chatId: string) =>
    makeMessage({
      id: `to-${chatId}`,
      chat: { platform: 'scripted', chatId },
      doc: makeDoc({ figure: FIGURE }),
    });

  test('a figure is drawn once for all chats and sent with the message', async () => {
    const set = await setUpDelivery([withFigure('a'), withFigure('b'), withFigure('c')]);
    await runWithClock(set.clock, set.delivery.deliverDue());
    expect(set.platform.arrived.map(({ png }) => png?.length)).toEqual([1, 1, 1]);
    expect(set.drawings.count).toBe(1);
  });

  test.each(['fails', 'throws', 'hangs'] as const)(
    'a drawing that %s leaves the text, which still arrives everywhere without drawing again',
    async (how) => {
      const chats = Array.from({ length: 40 }, (_, index) => `c${index}`);
      const set = await setUpDelivery(chats.map(withFigure));
      set.drawings.answer = how;
      const begin = set.clock.now();
      await runWithClock(set.clock, set.delivery.deliverDue());
      expect(set.platform.arrived).toHaveLength(40);
      expect(set.platform.arrived[0]).not.toHaveProperty('png');
      expect(set.drawings.count).toBe(1);
      expect(set.clock.now() - begin).toBeLessThan(8_000);
      const told = set.log.lines.filter(({ message }) => message.includes('chart not drawn'));
      expect(told).toHaveLength(1);
    },
  );
});

describe('outcomes', () => {
  test('retry is tried again not before the wait the platform asked for', async () => {
    const set = await setUpDelivery([makeMessage()], {
      next: (_message, attempt) => (attempt === 1 ? BUSY : SENT),
    });
    await runWithClock(set.clock, set.delivery.deliverDue());
    await set.clock.advance(58_000);
    expect(await runWithClock(set.clock, set.delivery.deliverDue())).toBe(0);
    await set.clock.advance(3_000);
    await runWithClock(set.clock, set.delivery.deliverDue());
    expect(await set.state('m1')).toBe('sent');
  });

  test('a retry that would come after expiry ends the message as expired, with the reason', async () => {
    const wait = answers({ kind: 'retry', afterMs: 3_600_000, reason: 'scripted answered 503' });
    const set = await setUpDelivery([makeMessage()], { next: () => wait });
    await runWithClock(set.clock, set.delivery.deliverDue());
    expect(await set.row('m1')).toMatchObject({
      state: 'expired',
      reason: 'expired: scripted answered 503',
    });
  });

  test('refused with closeChat closes the chat and settles what else waits for it', async () => {
    const closing = answers({ kind: 'refused', reason: 'bot was kicked', closeChat: true });
    const later = makeMessage({ id: 'm2', sequence: 2 });
    const set = await setUpDelivery([makeMessage(), later], { next: () => closing });
    await set.store.subscriptions.add({
      chat: makeMessage().chat,
      asset: '*',
      rule: { kind: 'level', level: 'high' },
      sides: ['down'],
      createdAt: 0,
    });
    await runWithClock(set.clock, set.delivery.deliverDue());
    expect([await set.state('m1'), await set.state('m2')]).toEqual(['refused', 'refused']);
    expect(await set.store.subscriptions.all()).toEqual([]);
    expect(set.platform.attempts).toHaveLength(1);
  });

  test('refused for the whole place settles what waits for its other rooms', async () => {
    const gone = answers({ kind: 'refused', reason: 'unknown', closeChat: true, wholePlace: true });
    const other = { platform: 'scripted', chatId: 'a', thread: '2' };
    const set = await setUpDelivery(
      [makeMessage({ severity: 3 }), makeMessage({ id: 'm2', chat: other })],
      { next: () => gone, limits: { paceBy: 'place' } },
    );
    await runWithClock(set.clock, set.delivery.deliverDue());
    const [row] = await set.store.outbox.ofChat(other, 5);
    expect(row?.state).toBe('refused');
    expect(set.platform.attempts).toHaveLength(1);
  });

  test.each([
    { severity: 1, tries: 1 },
    { severity: 2, tries: 2 },
  ])(
    'with severity $severity a lost answer leads to $tries attempts, then unverified',
    async ({ severity, tries }) => {
      const lost = answers({ kind: 'unknown', reason: 'connection lost' }, true);
      const set = await setUpDelivery([makeMessage({ severity })], { next: () => lost });
      for (let round = 0; round < 5; round += 1) {
        await runWithClock(set.clock, set.delivery.deliverDue());
        await set.clock.advance(60_000);
      }
      expect(set.platform.attempts).toHaveLength(tries);
      expect(await set.state('m1')).toBe('unverified');
    },
  );

  test('a warning sent again after a lost answer is unverified, and its id is known', async () => {
    const lost = answers({ kind: 'unknown', reason: 'connection lost' }, true);
    const set = await setUpDelivery([makeMessage()], {
      next: (_message, attempt) => (attempt === 1 ? lost : SENT),
    });
    await runWithClock(set.clock, set.delivery.deliverDue());
    await set.clock.advance(60_000);
    await runWithClock(set.clock, set.delivery.deliverDue());
    expect(await set.row('m1')).toMatchObject({
      state: 'unverified',
      platformMessageId: 'p-m1',
      reason: expect.stringContaining('twice'),
    });
  });

  test('nothing is handed over at or after expiry, and the answer is not waited for longer', async () => {
    const now = Date.UTC(2026, 0, 1);
    const set = await setUpDelivery([makeMessage({ createdAt: now, expiresAt: now + 4_000 })], {
      next: () => ({ arrives: false, answer: 'hangs' }),
    });
    await runWithClock(set.clock, set.delivery.deliverDue(), 500);
    expect(set.clock.now() - now).toBeLessThan(6_000);
    expect(await set.state('m1')).toBe('unverified');
    await set.store.outbox.enqueue([
      makeMessage({ id: 'm2', groupId: 'g2', createdAt: now, expiresAt: set.clock.now() }),
    ]);
    await runWithClock(set.clock, set.delivery.deliverDue());
    expect(await set.state('m2')).toBe('expired');
    expect(set.platform.attempts).toHaveLength(1);
  });
});

test('a chat that moved gets the message under its new id, and no second one', async () => {
  const moved = answers({ kind: 'moved', toChatId: 'new', reason: 'became a supergroup' });
  const set = await setUpDelivery([makeMessage()], {
    next: ({ chat }) => (chat.chatId === 'a' ? moved : SENT),
  });
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(set.platform.arrived.map(({ chat }) => chat.chatId)).toEqual(['new']);
  expect(await set.state('m1', 'new')).toBe('sent');
});

test('a chat that moves in circles is not asked all the time', async () => {
  const set = await setUpDelivery([makeMessage()], {
    next: ({ chat }) =>
      answers({ kind: 'moved', toChatId: chat.chatId === 'a' ? 'b' : 'a', reason: 'moved' }),
  });
  const stop = new AbortController();
  const running = set.delivery.run(stop.signal);
  await set.clock.advance(10_000);
  expect(set.platform.attempts.length).toBeGreaterThan(3);
  expect(set.platform.attempts.length).toBeLessThan(8);
  stop.abort();
  await runWithClock(set.clock, running);
});

test('a warning overtaken while its send was under way makes room for the newer one', async () => {
  const set = await setUpDelivery([makeMessage()], {
    next: ({ id }) => (id === 'm1' ? BUSY : SENT),
    limits: { perSecond: 1_000 },
  });
  const newer = makeMessage({ id: 'm2', sequence: 2, severity: 3 });
  const overtaken = set.platform.send.bind(set.platform);
  set.platform.send = async (message, signal) => {
    if (message.id === 'm1') {
      await set.store.alerts.commit({ states: [], messages: [newer] });
    }
    return await overtaken(message, signal);
  };
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(await set.row('m1')).toMatchObject({ state: 'superseded', reason: expect.any(String) });
  await set.clock.advance(61_000);
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(set.platform.arrived.map(({ id }) => id)).toEqual(['m2']);
});

describe('stopping', () => {
  test('a send under way is waited for, what has not begun is left as it was', async () => {
    const messages = [1, 2].map((index) => makeMessage({ id: `m${index}`, groupId: `g${index}` }));
    const set = await setUpDelivery(messages, { next: () => ({ arrives: true, answer: 'hangs' }) });
    const stop = new AbortController();
    const running = set.delivery.run(stop.signal);
    await set.clock.advance(100);
    stop.abort();
    const before = set.clock.now();
    await runWithClock(set.clock, running);
    expect(set.clock.now() - before).toBeLessThanOrEqual(6_000);
    expect(set.platform.attempts).toHaveLength(1);
    expect(await set.row('m2')).toMatchObject({ state: 'pending', attempts: 0 });
  });

  test('what was claimed and waits for its turn is given back without a trace', async () => {
    const messages = [1, 2, 3, 4].map((index) =>
      makeMessage({ id: `m${index}`, chat: { platform: 'scripted', chatId: `c${index}` } }),
    );
    const set = await setUpDelivery(messages, {
      limits: { perSecond: 4 },
      settings: { pollMs: 100 },
    });
    const stop = new AbortController();
    const running = set.delivery.run(stop.signal);
    await set.clock.advance(300);
    stop.abort();
    await runWithClock(set.clock, running);
    const sent = set.platform.arrived.length;
    expect(sent).toBeLessThan(4);
    const counts = await set.store.outbox.counts();
    expect(counts).toMatchObject({ sent, pending: 4 - sent, claimed: 0 });
    for (const { id, chat } of messages) {
      const row = await set.row(id, chat.chatId);
      expect(row?.attempts).toBe(row?.state === 'sent' ? 1 : 0);
    }
  });
});

test('no log line names the chat', async () => {
  const chat = { platform: 'scripted', chatId: 'secret-chat-77' };
  const set = await setUpDelivery([makeMessage({ chat })], {
    next: () => ({ arrives: false, answer: 'throws' }),
  });
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(set.log.lines.length).toBeGreaterThan(0);
  expect(JSON.stringify(set.log.lines)).not.toContain('secret-chat-77');
});

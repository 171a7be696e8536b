import { describe, expect, test } from 'vitest';
import type { LadderFigure } from '../../../../src/alerts/message-doc.ts';
import type { OutgoingMessage } from '../../../../src/alerts/model.ts';
import { createDelivery } from '../../../../src/bot/delivery/create-delivery.ts';
import type { DeliverySettings } from '../../../../src/bot/delivery/settings.ts';
import type { DeliveryOutcome, PlatformMessage } from '../../../../src/bot/platforms/platform.ts';
import type { OutboxStore, Store } from '../../../../src/store/store.ts';
import { makeDoc, makeMessage } from '../../../fakes/make-message.ts';
import { RecordingLogger } from '../../../fakes/recording-logger.ts';
import { runWithClock } from '../../../fakes/run-with-clock.ts';
import { ScriptedPlatform, type ScriptedSend, SENT } from '../../../fakes/scripted-platform.ts';
import { openTempStore } from '../../../fakes/temp-store.ts';
import { VirtualClock } from '../../../fakes/virtual-clock.ts';

const FIGURE: LadderFigure = {
  kind: 'liquidation-ladder',
  asset: 'ETH',
  priceUsd: 2500,
  at: 0,
  caption: '',
  sides: [],
};

interface Setup {
  store: Store;
  platform: ScriptedPlatform;
  clock: VirtualClock;
  log: RecordingLogger;
  delivery: ReturnType<typeof createDelivery>;
  /** Outbox of the delivery only; throws while it holds. */
  outage: { on: boolean; except: readonly string[] };
  drawings: { count: number; answer: 'draws' | 'fails' | 'throws' | 'hangs' };
  state(id: string, chatId?: string): Promise<string | undefined>;
}

async function setUp(
  messages: readonly OutgoingMessage[],
  next: (message: PlatformMessage) => ScriptedSend = () => SENT,
  settings: Partial<DeliverySettings> = {},
  limits: Partial<ScriptedPlatform['limits']> = {},
): Promise<Setup> {
  const store = await openTempStore();
  await store.outbox.enqueue(messages);
  const clock = new VirtualClock();
  const platform = new ScriptedPlatform(next, limits, () => clock.now());
  const log = new RecordingLogger();
  const outage: Setup['outage'] = { on: false, except: [] };
  const drawings: Setup['drawings'] = { count: 0, answer: 'draws' };
  const outbox = new Proxy(store.outbox, {
    get(target, name: keyof OutboxStore) {
      return (...args: unknown[]) => {
        if (outage.on && !outage.except.includes(name)) throw new Error('disk full');
        return (target[name] as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  const delivery = createDelivery({
    platform,
    store: { outbox, subscriptions: store.subscriptions },
    clock,
    log,
    random: () => 0.5,
    drawFigure: async () => {
      drawings.count += 1;
      if (drawings.answer === 'throws') throw new Error('no fonts');
      if (drawings.answer === 'hangs') return await new Promise<never>(() => {});
      return drawings.answer === 'draws'
        ? { kind: 'drawn', png: new Uint8Array([1]) }
        : { kind: 'failed', reason: 'no fonts' };
    },
    workerId: 'w1',
    settings,
  });
  const state = async (id: string, chatId = 'a') =>
    (await store.outbox.ofChat({ platform: 'scripted', chatId }, 50)).find((row) => row.id === id)
      ?.state;
  return { store, platform, clock, log, delivery, outage, drawings, state };
}

const answer = (outcome: DeliveryOutcome, arrives = false): ScriptedSend => ({
  arrives,
  answer: outcome,
});

describe('sending', () => {
  test('a due message is sent once and settled as sent', async () => {
    const { delivery, platform, clock, state } = await setUp([makeMessage()]);
    expect(await runWithClock(clock, delivery.deliverDue())).toBe(1);
    expect(await runWithClock(clock, delivery.deliverDue())).toBe(0);
    expect(platform.arrived).toHaveLength(1);
    expect(await state('m1')).toBe('sent');
  });

  test('below high nobody is woken', async () => {
    const messages = [0, 1, 2, 3].map((severity) =>
      makeMessage({ id: `s${severity}`, groupId: `g${severity}`, severity }),
    );
    const { delivery, platform, clock } = await setUp(messages);
    await runWithClock(clock, delivery.deliverDue());
    const silent = Object.fromEntries(platform.arrived.map((sent) => [sent.id, sent.silent]));
    expect(silent).toEqual({ s0: true, s1: true, s2: false, s3: false });
  });

  test('one chat gets its messages strictly one after the other, in order of severity', async () => {
    const messages = [1, 3, 2].map((severity) =>
      makeMessage({ id: `s${severity}`, groupId: `g${severity}`, severity }),
    );
    const { delivery, platform, clock } = await setUp(messages, ({ id }) =>
      id === 's3' ? { arrives: true, answer: 'hangs' } : SENT,
    );
    const round = delivery.deliverDue();
    await clock.advance(29_000);
    // The first still hangs: nothing else may have been tried in this chat.
    expect(platform.attempts.map(({ id }) => id)).toEqual(['s3']);
    await runWithClock(clock, round);
    expect(platform.attempts.map(({ id }) => id)).toEqual(['s3', 's2', 's1']);
  });

  test('a chat that hangs does not hold up the others', async () => {
    const messages = ['a', 'b', 'c'].map((chatId) =>
      makeMessage({ id: `to-${chatId}`, chat: { platform: 'scripted', chatId } }),
    );
    const { delivery, platform, clock, state } = await setUp(messages, ({ chat }) =>
      chat.chatId === 'a' ? { arrives: false, answer: 'hangs' } : SENT,
    );
    const round = delivery.deliverDue();
    await clock.advance(1_000);
    expect(platform.arrived.map(({ id }) => id)).toEqual(['to-b', 'to-c']);
    expect(await state('to-b', 'b')).toBe('sent');
    await runWithClock(clock, round);
  });

  test('the pace over all chats and within one is kept', async () => {
    const times: number[] = [];
    const messages = [1, 2, 3, 4].map((index) =>
      makeMessage({
        id: `m${index}`,
        groupId: `g${index}`,
        chat: { platform: 'scripted', chatId: index < 3 ? 'a' : `c${index}` },
      }),
    );
    const set = await setUp(
      messages,
      () => {
        times.push(set.clock.now());
        return SENT;
      },
      {},
      { perSecond: 10, perChatIntervalMs: 1_000 },
    );
    const start = set.clock.now();
    await runWithClock(set.clock, set.delivery.deliverDue(), 10);
    expect(times.map((at) => at - start)).toEqual([0, 100, 200, 1_000]);
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
    const set = await setUp([withFigure('a'), withFigure('b'), withFigure('c')]);
    await runWithClock(set.clock, set.delivery.deliverDue());
    expect(set.platform.arrived.map(({ png }) => png?.length)).toEqual([1, 1, 1]);
    expect(set.drawings.count).toBe(1);
  });

  test.each(['fails', 'throws', 'hangs'] as const)(
    'a drawing that %s leaves the text, which still arrives',
    async (how) => {
      const set = await setUp([withFigure('a')]);
      set.drawings.answer = how;
      await runWithClock(set.clock, set.delivery.deliverDue());
      expect(set.platform.arrived).toHaveLength(1);
      expect(set.platform.arrived[0]).not.toHaveProperty('png');
      expect(set.log.lines.some(({ message }) => message.includes('chart not drawn'))).toBe(true);
    },
  );
});

describe('outcomes', () => {
  test('retry is tried again not before the wait the platform asked for', async () => {
    let tries = 0;
    const set = await setUp([makeMessage()], () => {
      tries += 1;
      return tries === 1 ? answer({ kind: 'retry', afterMs: 60_000, reason: 'slow down' }) : SENT;
    });
    await runWithClock(set.clock, set.delivery.deliverDue());
    await set.clock.advance(58_000);
    expect(await runWithClock(set.clock, set.delivery.deliverDue())).toBe(0);
    await set.clock.advance(3_000);
    await runWithClock(set.clock, set.delivery.deliverDue());
    expect(await set.state('m1')).toBe('sent');
  });

  test('a retry that would come after expiry ends the message as expired', async () => {
    const wait = answer({ kind: 'retry', afterMs: 3_600_000, reason: 'slow down' });
    const set = await setUp([makeMessage()], () => wait);
    await runWithClock(set.clock, set.delivery.deliverDue());
    expect(await set.state('m1')).toBe('expired');
  });

  test('refused with closeChat closes the chat and settles what else waits for it', async () => {
    const closing = answer({ kind: 'refused', reason: 'bot was kicked', closeChat: true });
    const later = makeMessage({ id: 'm2', sequence: 2 });
    const set = await setUp([makeMessage(), later], () => closing);
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

  test.each([
    { severity: 1, tries: 1 },
    { severity: 2, tries: 2 },
  ])(
    'with severity $severity a lost answer leads to $tries attempts, then unverified',
    async ({ severity, tries }) => {
      const lost = answer({ kind: 'unknown', reason: 'connection lost' }, true);
      const set = await setUp([makeMessage({ severity })], () => lost);
      for (let round = 0; round < 5; round += 1) {
        await runWithClock(set.clock, set.delivery.deliverDue());
        await set.clock.advance(60_000);
      }
      expect(set.platform.attempts).toHaveLength(tries);
      expect(await set.state('m1')).toBe('unverified');
    },
  );

  test('waiting for its turn does not make a message forget that it may have arrived', async () => {
    const lost = answer({ kind: 'unknown', reason: 'connection lost' }, true);
    const other = makeMessage({ id: 'm0', groupId: 'g0', severity: 3 });
    // So short a lease that whatever has to wait for the pace is given back.
    const set = await setUp(
      [makeMessage()],
      () => lost,
      { leaseMs: 66_000 },
      {
        perChatIntervalMs: 20_000,
      },
    );
    await runWithClock(set.clock, set.delivery.deliverDue());
    await set.clock.advance(25_000);
    await set.store.outbox.enqueue([{ ...other, createdAt: set.clock.now() }]);
    await runWithClock(set.clock, set.delivery.deliverDue());
    const [given] = (await set.store.outbox.ofChat(other.chat, 9)).filter(({ id }) => id === 'm1');
    expect(given?.state).toBe('pending');
    for (let round = 0; round < 6; round += 1) {
      await set.clock.advance(25_000);
      await runWithClock(set.clock, set.delivery.deliverDue());
    }
    expect(set.platform.attempts.filter(({ id }) => id === 'm1')).toHaveLength(2);
    expect(await set.state('m1')).toBe('unverified');
  });
});

describe('a store that is away', () => {
  test('what was sent is not sent again when it could not be recorded', async () => {
    const set = await setUp([makeMessage()]);
    set.outage.except = ['expire', 'claim'];
    set.outage.on = true;
    await runWithClock(set.clock, set.delivery.deliverDue());
    await expect(set.delivery.deliverDue()).rejects.toThrow('disk full');
    // Long after the lease ended, with the store back: recorded, not repeated.
    await set.clock.advance(200_000);
    set.outage.on = false;
    await runWithClock(set.clock, set.delivery.deliverDue());
    expect(set.platform.attempts).toHaveLength(1);
    expect(await set.state('m1')).toBe('sent');
  });

  test('the loop logs it, waits longer each time, and goes on', async () => {
    const set = await setUp([makeMessage()]);
    set.outage.on = true;
    const stop = new AbortController();
    const running = set.delivery.run(stop.signal);
    await set.clock.advance(8_000);
    const waits = set.log.lines
      .filter(({ message }) => message === 'delivery round failed')
      .map(({ fields }) => fields['waitMs']);
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
    set.outage.on = false;
    await set.clock.advance(9_000);
    expect(set.platform.arrived).toHaveLength(1);
    stop.abort();
    await runWithClock(set.clock, running);
  });
});

describe('stopping', () => {
  test('a send under way is waited for, what has not begun is given back', async () => {
    const messages = [1, 2].map((index) => makeMessage({ id: `m${index}`, groupId: `g${index}` }));
    const set = await setUp(messages, () => ({ arrives: true, answer: 'hangs' }));
    const stop = new AbortController();
    const running = set.delivery.run(stop.signal);
    await set.clock.advance(100);
    stop.abort();
    const before = set.clock.now();
    await runWithClock(set.clock, running);
    expect(set.clock.now() - before).toBeLessThanOrEqual(6_000);
    expect(set.platform.attempts).toHaveLength(1);
    expect(await set.state('m2')).toBe('pending');
  });
});

test('no log line names the chat', async () => {
  const chat = { platform: 'scripted', chatId: 'secret-chat-77' };
  const set = await setUp([makeMessage({ chat })], () => ({ arrives: false, answer: 'throws' }));
  await runWithClock(set.clock, set.delivery.deliverDue());
  expect(set.log.lines.length).toBeGreaterThan(0);
  expect(JSON.stringify(set.log.lines)).not.toContain('secret-chat-77');
});

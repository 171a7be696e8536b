import { expect, test } from 'vitest';
import type { OutgoingMessage } from '../../src/alerts/model.ts';
import { createDelivery } from '../../src/bot/delivery/create-delivery.ts';
import type { PlatformMessage } from '../../src/bot/platforms/platform.ts';
import type { Random } from '../../src/ports.ts';
import type { OutboxRow, Store } from '../../src/store/store.ts';
import { crashingStore } from '../fakes/crashing-store.ts';
import { makeMessage } from '../fakes/make-message.ts';
import { RecordingLogger } from '../fakes/recording-logger.ts';
import { runWithClock } from '../fakes/run-with-clock.ts';
import { ScriptedPlatform, type ScriptedSend, SENT } from '../fakes/scripted-platform.ts';
import { seededRandom } from '../fakes/seeded-random.ts';
import { openTempStore } from '../fakes/temp-store.ts';
import { VirtualClock } from '../fakes/virtual-clock.ts';

const FINAL = ['sent', 'refused', 'expired', 'superseded', 'unverified'];
/** `npm run test:long` plays more. */
const SEEDS = process.env['CASCADE_WATCH_LONG'] ? 20 : 2;
const LIFE_MS = 600_000;

interface Attempt {
  id: string;
  at: number;
  arrived: boolean;
  /** The worker could not know how it ended. */
  uncertain: boolean;
}

interface Case {
  seed: number;
  crashAt: number;
  when: 'before' | 'after';
  retriesAreIdempotent: boolean;
}

test.each([{ retriesAreIdempotent: false }, { retriesAreIdempotent: true }])(
  'whatever the platform answers and wherever the process dies, every message is accounted for (idempotent: $retriesAreIdempotent)',
  async ({ retriesAreIdempotent }) => {
    const store = await openTempStore();
    let crashes = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      for (let crashAt = 1; crashAt <= 18; crashAt += 1) {
        for (const when of ['before', 'after'] as const) {
          const { crashed } = await play(store, { seed, crashAt, when, retriesAreIdempotent });
          if (crashed) crashes += 1;
        }
      }
    }
    // The cases are about crashes; if most runs ended before theirs, they prove nothing.
    expect(crashes).toBeGreaterThan(SEEDS * 25);
  },
  60_000,
);

async function play(store: Store, one: Case): Promise<{ crashed: boolean }> {
  const clock = new VirtualClock();
  const random = seededRandom(one.seed * 1000 + one.crashAt);
  const name = `${one.seed}-${one.crashAt}-${one.when}-${one.retriesAreIdempotent}`;
  const messages = sixMessages(name, clock.now());
  await store.outbox.enqueue(messages);
  const attempts: Attempt[] = [];
  const platform = new ScriptedPlatform(
    (message) => {
      const send = randomSend(random);
      const { answer } = send;
      const uncertain = typeof answer === 'string' || answer.kind === 'unknown';
      attempts.push({ id: message.id, at: clock.now(), arrived: send.arrives, uncertain });
      return send;
    },
    { retriesAreIdempotent: one.retriesAreIdempotent, perChatIntervalMs: 9_000 },
    () => clock.now(),
  );
  const crashing = crashingStore(store, one.crashAt, one.when);
  await work(crashing.store, platform, clock, random, 'first', () => crashing.crashed());
  const crashed = crashing.crashed();
  if (crashed) await work(store, platform, clock, random, 'second', () => false);
  const rows = await rowsOf(store, messages);
  for (const message of messages) check(message, rows, platform, attempts, crashed, one);
  return { crashed };
}

/** Rounds until nothing can be left, or until the process died. */
async function work(
  store: Pick<Store, 'outbox' | 'subscriptions'>,
  platform: ScriptedPlatform,
  clock: VirtualClock,
  random: Random,
  workerId: string,
  dead: () => boolean,
): Promise<void> {
  const delivery = createDelivery({
    platform,
    store,
    clock,
    log: new RecordingLogger(),
    random,
    drawFigure: async () => ({ kind: 'failed', reason: 'not drawn here' }),
    workerId,
    settings: { retryBaseMs: 5_000, retryMaxMs: 40_000 },
  });
  const survived = (error: unknown) => {
    if (!dead()) throw error;
    return 0;
  };
  await delivery.takeOver().catch(survived);
  for (let round = 0; round < 60 && !dead(); round += 1) {
    await runWithClock(clock, delivery.deliverDue().catch(survived));
    await clock.advance(12_000);
  }
}

function sixMessages(name: string, now: number): OutgoingMessage[] {
  return [0, 1, 2, 3, 4, 5].map((index) =>
    makeMessage({
      id: `${name}-${index}`,
      chat: { platform: 'scripted', chatId: `${name}-${index % 2}` },
      groupId: index < 4 ? 'incident' : `other-${index}`,
      sequence: index,
      severity: index % 4,
      createdAt: now,
      expiresAt: now + (index === 5 ? 20_000 : LIFE_MS),
    }),
  );
}

function randomSend(random: Random): ScriptedSend {
  const arrives = random() < 0.5;
  const roll = random();
  if (roll < 0.4) return SENT;
  if (roll < 0.6) {
    return { arrives: false, answer: { kind: 'retry', afterMs: 3_000, reason: 'busy' } };
  }
  if (roll < 0.65) {
    return { arrives: false, answer: { kind: 'refused', reason: 'too long', closeChat: false } };
  }
  if (roll < 0.8) return { arrives, answer: { kind: 'unknown', reason: 'connection lost' } };
  return { arrives, answer: roll < 0.9 ? 'throws' : 'hangs' };
}

async function rowsOf(
  store: Store,
  messages: readonly OutgoingMessage[],
): Promise<Map<string, OutboxRow>> {
  const chats = new Map(messages.map(({ chat }) => [chat.chatId, chat]));
  const rows = await Promise.all([...chats.values()].map((chat) => store.outbox.ofChat(chat, 50)));
  return new Map(rows.flat().map((row) => [row.id, row]));
}

function check(
  message: OutgoingMessage,
  rows: ReadonlyMap<string, OutboxRow>,
  platform: ScriptedPlatform,
  attempts: readonly Attempt[],
  crashed: boolean,
  one: Case,
): void {
  const told = `${JSON.stringify(one)} ${message.id}`;
  const row = rows.get(message.id);
  const own = attempts.filter(({ id }) => id === message.id);
  const copies = platform.arrived.filter(({ id }) => id === message.id).length;
  expect(FINAL, told).toContain(row?.state);
  if (row?.state === 'sent') expect(copies, told).toBeGreaterThan(0);
  const certain = own.every(({ uncertain }) => !uncertain) && !crashed;
  if (certain) expect(copies, told).toBe(row?.state === 'sent' ? 1 : 0);
  // A second copy only for high and critical, and never a third.
  const most = message.severity < 2 ? 1 : 2;
  expect(copies, told).toBeLessThanOrEqual(most);
  for (const { at } of own) {
    expect(at, told).toBeLessThan(message.expiresAt);
    expect(at, told).toBeLessThanOrEqual(row?.settledAt ?? 0);
  }
  if (row?.state === 'unverified') expect(row.reason, told).toMatch(/\S/);
  expect(inOrder(platform.arrived, message), told).toBe(true);
}

/** Of one incident in one chat, nothing older arrives for the first time after something newer. */
function inOrder(arrived: readonly PlatformMessage[], message: OutgoingMessage): boolean {
  if (message.groupId !== 'incident') return true;
  const seen = arrived
    .filter(({ chat }) => chat.chatId === message.chat.chatId)
    .map(({ id }) => Number(id.at(-1)))
    .filter((index) => index < 4);
  return seen.every((index, at) => at === 0 || index >= (seen[at - 1] ?? 0));
}

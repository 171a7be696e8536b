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
const CRASHES = 36;
const LIFE_MS = 600_000;
/** What a chat that moved is called afterwards. */
const MOVED = '-moved';

interface Attempt {
  id: string;
  at: number;
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
    const states = new Set<string>();
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      for (let crashAt = 1; crashAt <= CRASHES; crashAt += 1) {
        // Two seeds in a row meet each write from both sides.
        const when = (seed + crashAt) % 2 === 0 ? 'before' : 'after';
        const played = await play(store, { seed, crashAt, when, retriesAreIdempotent });
        if (played.crashed) crashes += 1;
        for (const { state } of played.rows) states.add(state);
      }
    }
    // The cases are about crashes; if most runs ended before theirs, they prove nothing.
    expect(crashes).toBeGreaterThan(SEEDS * CRASHES * 0.75);
    expect([...states].toSorted()).toEqual(FINAL.toSorted());
  },
  300_000,
);

async function play(store: Store, one: Case): Promise<{ crashed: boolean; rows: OutboxRow[] }> {
  const clock = new VirtualClock();
  const random = seededRandom(one.seed * 1000 + one.crashAt);
  const name = `${one.seed}-${one.crashAt}-${one.when}-${one.retriesAreIdempotent}`;
  const messages = messagesOf(name, clock.now());
  await store.outbox.enqueue(messages);
  const attempts: Attempt[] = [];
  const platform = new ScriptedPlatform(
    (message) => {
      attempts.push({ id: message.id, at: clock.now() });
      return randomSend(random, message);
    },
    { retriesAreIdempotent: one.retriesAreIdempotent, perChatIntervalMs: 3_000, edits: true },
    () => clock.now(),
  );
  const crashing = crashingStore(store, one.crashAt, one.when, ['outbox', 'places']);
  const finished = async () => (await rowsOf(store, messages)).every(isFinal);
  // Half of the cases tell crowded rooms in one message.
  const crowdedFrom = Math.ceil(one.seed / 2) % 2 === Math.ceil(one.crashAt / 2) % 2 ? 4 : 100;
  const parts = { platform, clock, random, crowdedFrom, finished };
  await work({ ...parts, store: crashing.store, life: `${name}-1`, dead: crashing.crashed });
  const crashed = crashing.crashed();
  if (crashed) await work({ ...parts, store, life: `${name}-2`, dead: () => false });
  const rows = await rowsOf(store, messages);
  const ids = new Set(rows.map(({ id }) => id));
  for (const { id } of messages) expect(ids, JSON.stringify(one)).toContain(id);
  for (const row of rows) check(row, platform, attempts, one);
  for (const place of ['x', 'y']) checkOrder(platform, `${name}-${place}`, one);
  return { crashed, rows };
}

interface Work {
  store: Store;
  platform: ScriptedPlatform;
  clock: VirtualClock;
  random: Random;
  crowdedFrom: number;
  /** Different for each process. */
  life: string;
  dead(): boolean;
  finished(): Promise<boolean>;
}

/** Rounds until nothing is left, or until the process died. */
async function work(parts: Work): Promise<void> {
  const { store, clock, crowdedFrom, dead } = parts;
  let summaries = 0;
  const delivery = createDelivery({
    platform: parts.platform,
    store,
    clock,
    log: new RecordingLogger(),
    random: parts.random,
    drawFigure: async () => ({ kind: 'failed', reason: 'not drawn here' }),
    workerId: parts.life,
    nextId: () => {
      summaries += 1;
      return `s${summaries}-${parts.life}`;
    },
    settings: { retryBaseMs: 5_000, retryMaxMs: 40_000, crowdedFrom },
  });
  const survived = (error: unknown) => {
    if (!dead()) throw error;
    return 0;
  };
  await delivery.takeOver().catch(survived);
  for (let round = 0; round < 80 && !dead(); round += 1) {
    await runWithClock(clock, delivery.deliverDue().catch(survived));
    if (await parts.finished()) return;
    await clock.advance(12_000);
  }
}

/** Two incidents from raise to all-clear, and two messages beside each. */
function messagesOf(name: string, now: number): OutgoingMessage[] {
  return ['x', 'y'].flatMap((place) => {
    const chat = { platform: 'scripted', chatId: `${name}-${place}` };
    const message = (id: string, rest: Partial<OutgoingMessage>) =>
      makeMessage({
        chat,
        groupId: `incident-${place}`,
        createdAt: now,
        expiresAt: now + LIFE_MS,
        ...rest,
        id: `${name}-${place}-${id}`,
      });
    return [
      message('1', { sequence: 1 }),
      message('2', { sequence: 2, kind: 'update', delivery: 'edit-or-post', severity: 1 }),
      message('3', { sequence: 3, kind: 'escalate', severity: 3 }),
      message('3-over', { sequence: 3, kind: 'escalate', delivery: 'retire', severity: 3 }),
      message('4', { sequence: 4, kind: 'all-clear', severity: 0 }),
      message('other', { groupId: 'other', severity: 1 }),
      message('soon', { groupId: 'soon', severity: 0, expiresAt: now + 10_000 }),
    ];
  });
}

function randomSend(random: Random, message: PlatformMessage): ScriptedSend {
  const arrives = random() < 0.5;
  const roll = random();
  const failed = (answer: ScriptedSend['answer']): ScriptedSend => ({ arrives: false, answer });
  if (roll < 0.45) return SENT;
  if (roll < 0.6) return failed({ kind: 'retry', afterMs: 3_000, reason: 'busy' });
  if (roll < 0.65) return failed({ kind: 'refused', reason: 'too long', closeChat: false });
  if (roll < 0.7 && message.editOf !== undefined) return failed({ kind: 'gone', reason: 'gone' });
  if (roll < 0.73 && !message.chat.chatId.endsWith(MOVED)) {
    const toChatId = `${message.chat.chatId}${MOVED}`;
    return failed({ kind: 'moved', toChatId, reason: 'moved' });
  }
  if (roll < 0.85) return { arrives, answer: { kind: 'unknown', reason: 'connection lost' } };
  return { arrives, answer: roll < 0.93 ? 'throws' : 'hangs' };
}

/** All of their chats, summaries included. */
async function rowsOf(store: Store, messages: readonly OutgoingMessage[]): Promise<OutboxRow[]> {
  const chatIds = new Set(messages.map(({ chat }) => chat.chatId));
  const rows = await Promise.all(
    [...chatIds]
      .flatMap((chatId) => [chatId, `${chatId}${MOVED}`])
      .map((chatId) => store.outbox.ofChat({ platform: 'scripted', chatId }, 50)),
  );
  return rows.flat();
}

function isFinal({ state }: OutboxRow): boolean {
  return FINAL.includes(state);
}

function check(
  row: OutboxRow,
  platform: ScriptedPlatform,
  attempts: readonly Attempt[],
  one: Case,
): void {
  const told = `${JSON.stringify(one)} ${row.id} ${row.state} ${row.reason ?? ''}`;
  const own = attempts.filter(({ id }) => id === row.id);
  const copies = platform.arrived.filter(({ id }) => id === row.id).length;
  const edits = platform.edited.filter(({ id }) => id === row.id).length;
  expect(FINAL, told).toContain(row.state);
  if (row.state === 'sent') expect(copies === 0 ? edits : copies, told).toBeGreaterThan(0);
  // Exactly once, unless it is said that nobody knows; and where it is known to have failed, never.
  if (row.state === 'sent') expect(copies, told).toBeLessThanOrEqual(1);
  else if (row.state !== 'unverified') expect(copies, told).toBe(0);
  // A second copy only for high and critical, and never a third.
  expect(copies, told).toBeLessThanOrEqual(row.severity < 2 ? 1 : 2);
  for (const { at } of own) {
    expect(at, told).toBeLessThan(row.expiresAt);
    expect(at, told).toBeLessThanOrEqual(row.settledAt ?? 0);
  }
  if (row.state === 'unverified' || row.state === 'superseded') {
    expect(row.reason, told).toMatch(/\S/);
  }
}

/** Of one incident in one chat, nothing older arrives for the first time after something newer. */
function checkOrder(platform: ScriptedPlatform, chatId: string, one: Case): void {
  const seen = platform.arrived
    .filter(({ kind, chat }) => kind !== 'summary' && chat.chatId.replace(MOVED, '') === chatId)
    .flatMap(({ id }) => (/-(\d)$/.exec(id)?.[1] === undefined ? [] : [Number(id.at(-1))]));
  const told = `${JSON.stringify(one)} ${seen.join()}`;
  for (const [at, index] of seen.entries()) {
    expect(index, told).toBeGreaterThanOrEqual(seen[at - 1] ?? 0);
  }
}

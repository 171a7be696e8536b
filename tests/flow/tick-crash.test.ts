import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { AlertRule, ChatRef, Subscription } from '../../src/alerts/model.ts';
import { createDelivery } from '../../src/bot/delivery/create-delivery.ts';
import { createEngine } from '../../src/engine.ts';
import { createMessageIds } from '../../src/message-id.ts';
import { createMetrics } from '../../src/operations/metrics.ts';
import type { Clock } from '../../src/ports.ts';
import { assetId } from '../../src/signals/assets.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { OutboxRow, Store } from '../../src/store/store.ts';
import { crashingStore, OF_NOTHING } from '../fakes/crashing-store.ts';
import { RecordingLogger } from '../fakes/recording-logger.ts';
import { ScriptedPlatform, SENT } from '../fakes/scripted-platform.ts';
import { seededRandom } from '../fakes/seeded-random.ts';
import { tempFolder } from '../fakes/temp-store.ts';
import {
  collectAll,
  HandClock,
  MINUTE_MS,
  type RecordedMarket,
  recordMarket,
} from './support/recorded-market.ts';

const LONG = process.env['CASCADE_WATCH_LONG'] !== undefined;
const MINUTES = 3;
/** Between the end of one process and the start of the next. */
const AWAY_MS = 10_000;
const FINAL = ['sent', 'refused', 'expired', 'superseded', 'unverified'];

const DESK: ChatRef = { platform: 'scripted', chatId: 'desk' };
/** Its platform asks for patience during the first two minutes, so that messages are overtaken. */
const SLOW: ChatRef = { platform: 'scripted', chatId: 'slow' };
const HIGH: AlertRule = { kind: 'level', level: 'high' };
const ELEVATED: AlertRule = { kind: 'level', level: 'elevated' };
const WANTED: readonly Omit<Subscription, 'id' | 'createdAt'>[] = [
  { chat: DESK, asset: assetId('ETH'), rule: HIGH, sides: ['down', 'up'] },
  { chat: DESK, asset: assetId('BTC'), rule: ELEVATED, sides: ['down'] },
  { chat: SLOW, asset: assetId('ETH'), rule: HIGH, sides: ['down'] },
];
/** Chats that every message of an incident goes to. */
const AUDIENCE: Readonly<Record<string, readonly string[]>> = {
  'ETH-down': ['desk', 'slow'],
  'BTC-down': ['desk'],
};

interface Case {
  crashAt: number;
  when: 'before' | 'after';
}

it('wherever a tick dies, states and messages agree, nothing committed is lost and nothing is told twice', async () => {
  const market = await recordMarket(MINUTES + 1, (config) => {
    const levels = { elevated: 25, high: 58, critical: 99 };
    config.score = { ...config.score, levels };
    config.alerts = {
      ...config.alerts,
      levelFloorPoints: levels,
      // Something new to tell every minute.
      repeatMs: { elevated: 40_000, high: 40_000, critical: 40_000 },
    };
  });
  const whole = await play(market, { crashAt: Number.POSITIVE_INFINITY, when: 'before' });
  expect(whole.crashed).toBe(false);
  const kinds = new Set(whole.writes);
  for (const write of ['subscriptions.add', 'alerts.commit', 'outbox.claim', 'outbox.settle']) {
    expect(kinds).toContain(write);
  }
  expect(new Set(whole.rows.map(({ state }) => state))).toEqual(new Set(['sent', 'superseded']));

  for (let crashAt = 1; crashAt <= whole.writes.length; crashAt += 1) {
    // Of writes that nothing follows from (figures come again with the next fetch, nothing is old
    // enough to expire, a claim finds nothing) one is like the other.
    const write = whole.writes[crashAt - 1] ?? '';
    const dull = /^(series|snapshots|readings)|expire$/.test(write) || write.endsWith(OF_NOTHING);
    if (dull && !LONG && crashAt % 7 !== 0) continue;
    for (const when of ['before', 'after'] as const) {
      expect((await play(market, { crashAt, when })).crashed).toBe(true);
    }
  }
}, 300_000);

interface Played {
  crashed: boolean;
  writes: readonly string[];
  rows: readonly OutboxRow[];
}

/** A life that ends at the given write, one that goes on from there, and what all of it came to. */
async function play(market: RecordedMarket, one: Case): Promise<Played> {
  const path = join(await tempFolder(), 'watch.db');
  await copyFile(market.seed, path);
  const store = await openStore({ url: path });
  const clock = new HandClock(market.startAt);
  const platform = new ScriptedPlatform(
    ({ chat }) =>
      chat.chatId === SLOW.chatId && clock.now() < market.startAt + 1.5 * MINUTE_MS
        ? { arrives: false, answer: { kind: 'retry', afterMs: 90_000, reason: 'slow mode' } }
        : SENT,
    { perSecond: Number.POSITIVE_INFINITY },
  );
  const dying = crashingStore(store, one.crashAt, one.when, [
    'series',
    'snapshots',
    'readings',
    'subscriptions',
    'alerts',
    'outbox',
  ]);
  try {
    await live({ market, store: dying.store, clock, platform, workerId: 'first' });
  } catch (error) {
    if (!dying.crashed()) throw error;
  }
  const left = await look(store);
  const arrivedBefore = platform.arrived.length;
  if (dying.crashed()) {
    clock.moveTo(clock.now() + AWAY_MS);
    await live({ market, store, clock, platform, workerId: 'second' });
  }
  const end = await look(store);
  checkCommits(one, left);
  checkCommits(one, end);
  checkMessages(one, left, end, platform);
  const early = new Set(platform.arrived.slice(0, arrivedBefore).map(({ id }) => id));
  for (const { id } of platform.arrived.slice(arrivedBefore)) {
    const settled = left.rows.some((row) => row.id === id && row.state === 'sent');
    expect(settled, `${told(one)} ${id} was settled before the restart`).toBe(false);
    if (early.has(id)) {
      expect(left.rows.find((row) => row.id === id)?.state, told(one)).toBe('claimed');
    }
  }
  await store.close();
  return { crashed: dying.crashed(), writes: dying.writes, rows: end.rows };
}

interface Life {
  market: RecordedMarket;
  store: Store;
  clock: HandClock;
  platform: ScriptedPlatform;
  workerId: string;
}

/** One process from its start: what is left of the minutes, then only deliveries. */
async function live({ market, store, clock, platform, workerId }: Life): Promise<void> {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const log = new RecordingLogger();
  const sources = market.sources(clock);
  const engine = createEngine({
    config: market.config,
    store,
    sources,
    metrics: createMetrics(),
    clock,
    log,
    nextId: createMessageIds(clock),
  });
  const delivery = createDelivery({
    platform,
    store,
    clock,
    wireClock: withoutDeadlines(clock),
    log,
    random: seededRandom(1),
    drawFigure: async () => ({ kind: 'failed', reason: 'no pictures here' }),
    workerId,
    nextId: createMessageIds(clock),
  });
  const deliver = async () => {
    while ((await delivery.deliverDue()) > 0);
  };
  await engine.pipeline.restore();
  await subscribe(store, clock);
  await delivery.takeOver();
  await engine.firstLook(stop.signal);
  await deliver();
  for (
    let at = clock.now() + MINUTE_MS;
    at < market.startAt + MINUTES * MINUTE_MS;
    at += MINUTE_MS
  ) {
    clock.moveTo(at);
    await collectAll(engine.pipeline, sources, stop.signal);
    await engine.pipeline.evaluate();
    await engine.pipeline.flush();
    await deliver();
  }
  for (let round = 0; round < 6; round += 1) {
    clock.moveTo(clock.now() + MINUTE_MS);
    await deliver();
  }
}

/** As people do: who got no confirmation asks again. */
async function subscribe(store: Store, clock: Clock): Promise<void> {
  for (const wanted of WANTED) {
    const held = await store.subscriptions.ofChat(wanted.chat);
    if (held.some(({ asset }) => asset === wanted.asset)) continue;
    await store.subscriptions.add({ ...wanted, createdAt: clock.now() });
  }
}

/** On a clock that every waiting moves, a deadline would pass because it was set. */
function withoutDeadlines(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    sleep: (_durationMs, signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  };
}

interface Facts {
  rows: OutboxRow[];
  incidents: { id: string; sequence: number }[];
}

async function look(store: Store): Promise<Facts> {
  const rows = await Promise.all([DESK, SLOW].map((chat) => store.outbox.ofChat(chat, 100)));
  const states = await store.alerts.all();
  return {
    rows: rows.flat(),
    incidents: states.flatMap(({ incident }) => (incident === undefined ? [] : [incident])),
  };
}

/** Every notice of an incident has its message for every subscriber, or that commit never was. */
function checkCommits(one: Case, { rows, incidents }: Facts): void {
  const groups = new Set(rows.map(({ groupId }) => groupId));
  expect(groups, told(one)).toEqual(new Set(incidents.map(({ id }) => id)));
  for (const { id, sequence } of incidents) {
    const subject = id.split('-').slice(0, 2).join('-');
    const expected = Array.from({ length: sequence }, (_, index) => index + 1).flatMap((number) =>
      (AUDIENCE[subject] ?? ['nobody']).map((chatId) => `${number} ${chatId}`),
    );
    const seen = rows
      .filter(({ groupId }) => groupId === id)
      .map((row) => `${row.sequence} ${row.chat.chatId}`);
    expect(seen.toSorted(), `${told(one)} ${subject}`).toEqual(expected);
  }
}

function checkMessages(one: Case, left: Facts, end: Facts, platform: ScriptedPlatform): void {
  const incidents = end.incidents.map(({ id }) => id.split('-').slice(0, 2).join('-'));
  expect(incidents.toSorted(), told(one)).toEqual(Object.keys(AUDIENCE).toSorted());
  expect(
    end.incidents.map(({ id }) => id),
    told(one),
  ).toEqual(expect.arrayContaining(left.incidents.map(({ id }) => id)));
  for (const before of left.rows) {
    const after = end.rows.find(({ id }) => id === before.id);
    expect(after, told(one)).toBeDefined();
    if (FINAL.includes(before.state)) expect(after?.state, told(one)).toBe(before.state);
  }
  for (const row of end.rows) {
    const what = `${told(one)} ${row.groupId}#${row.sequence} to ${row.chat.chatId}`;
    const copies = platform.arrived.filter(({ id }) => id === row.id).length;
    // Handed over, and nobody lived to see the answer: a claim alone is not enough.
    const begun = left.rows.some(
      ({ id, state, attempts }) => id === row.id && state === 'claimed' && attempts > 0,
    );
    expect(FINAL, what).toContain(row.state);
    if (row.state !== 'unverified') {
      expect(copies, what).toBe(row.state === 'sent' ? 1 : 0);
      expect(begun, what).toBe(false);
    } else {
      expect(begun, what).toBe(true);
      // High and critical ones are repeated once; the others may or may not have arrived.
      expect(row.severity >= 2 ? [1, 2] : [0, 1], what).toContain(copies);
    }
  }
}

function told({ crashAt, when }: Case): string {
  return `killed ${when} write ${crashAt}:`;
}

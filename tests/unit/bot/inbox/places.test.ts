import { describe, expect, test } from 'vitest';
import type { OutgoingMessage, Place } from '../../../../src/alerts/model.ts';
import { createPlaceEvents } from '../../../../src/bot/inbox/places.ts';
import type { PlaceStore } from '../../../../src/store/place-store.ts';
import type { InboundStore } from '../../../../src/store/store.ts';
import { makeDoc } from '../../../fakes/make-message.ts';

const NOW = Date.UTC(2026, 0, 1);
const GROUP: Place = { platform: 'telegram', chatId: '-100' };
const ROOM = { ...GROUP, thread: '7' };

/** Keeps what it is told; places are new once. */
function recordingStore(failure?: Error) {
  const calls: unknown[][] = [];
  const known = new Set<string>();
  const said = <T>(answer: T, ...call: unknown[]): Promise<T> => {
    if (failure !== undefined) return Promise.reject(failure);
    calls.push(call);
    return Promise.resolve(answer);
  };
  const places: PlaceStore = {
    enter: (place, at, greeting) => {
      const isNew = !known.has(place.chatId);
      known.add(place.chatId);
      return said(isNew, 'enter', place, at, greeting);
    },
    leave: (place, reason, at) => said(undefined, 'leave', place, reason, at),
    move: (place, toChatId, at) => said(undefined, 'move', place, toChatId, at),
    forgetClosed: () => said(0),
    known: (platform) => said([...known], 'known', platform),
    subscriptionCount: () => said(0),
  };
  const inbound: InboundStore = {
    isSameBot: (platform, botId) => said(botId === '1', 'isSameBot', platform, botId),
    knownBot: (platform) => said('1', 'knownBot', platform),
    position: (platform) => said(41, 'position', platform),
    commit: (platform, position, messages) =>
      said(undefined, 'commit', platform, position, messages),
  };
  return { calls, places, inbound };
}

function open(failure?: Error) {
  const store = recordingStore(failure);
  const woken: string[] = [];
  let ids = 0;
  const events = createPlaceEvents({
    store,
    now: () => NOW,
    nextId: () => {
      ids += 1;
      return `id${ids}`;
    },
    wake: (platform) => woken.push(platform),
  });
  return { ...events, calls: store.calls, woken };
}

describe('joining', () => {
  test('greets a new place once: quietly, within the hour, in the room it was joined by', async () => {
    const { joined, calls, woken } = open();
    await joined(ROOM, { greet: true });
    const [call = []] = calls;
    expect(call.slice(0, 3)).toEqual(['enter', GROUP, NOW]);
    const { doc, ...greeting } = call[3] as OutgoingMessage;
    expect(greeting).toEqual({
      id: 'id1',
      chat: ROOM,
      groupId: 'greeting-id1',
      sequence: 1,
      severity: 0,
      kind: 'greeting',
      createdAt: NOW,
      expiresAt: NOW + 3_600_000,
    });
    expect(JSON.stringify(doc)).toContain('/subscribe');
    expect(woken).toEqual(['telegram']);
    await joined(ROOM, { greet: true });
    expect(woken).toEqual(['telegram']);
  });

  test('says nothing where it is not wanted', async () => {
    const { joined, calls, woken } = open();
    await joined(ROOM, { greet: false });
    expect(calls).toEqual([['enter', GROUP, NOW, undefined]]);
    expect(woken).toEqual([]);
  });
});

test('leaving passes on the reason, on one short line without control characters', async () => {
  const { left, calls } = open();
  await left({ ...ROOM }, `kicked\u202e\u0007\n${'x'.repeat(5_000)}`);
  const [name, place, reason, at] = calls[0] ?? [];
  expect([name, place, at]).toEqual(['leave', GROUP, NOW]);
  expect(reason).toMatch(/^kicked x+…$/);
  expect(String(reason)).toHaveLength(200);
});

test('moving moves the whole place', async () => {
  const { moved, calls } = open();
  await moved({ ...ROOM }, '-100200');
  expect(calls).toEqual([['move', GROUP, '-100200', NOW]]);
});

describe('answers through the outbox', () => {
  test('are stored with the position in one call, quiet, with two minutes to live', async () => {
    const { commit, position, calls, woken } = open();
    const doc = makeDoc();
    await commit('telegram', 42, [
      { chat: ROOM, doc, replyTo: '99' },
      { chat: GROUP, doc },
    ]);
    const common = {
      sequence: 1,
      severity: 0,
      kind: 'reply',
      doc,
      createdAt: NOW,
      expiresAt: NOW + 120_000,
    };
    expect(calls).toEqual([
      [
        'commit',
        'telegram',
        42,
        [
          { id: 'id1', groupId: 'reply-id1', chat: ROOM, replyTo: '99', ...common },
          { id: 'id2', groupId: 'reply-id2', chat: GROUP, ...common },
        ],
      ],
    ]);
    expect(woken).toEqual(['telegram']);
    expect(await position('telegram')).toBe(41);
  });

  test('an update dealt with again after a crash stores its answer under the same id', async () => {
    const { commit, calls } = open();
    const reply = { chat: ROOM, doc: makeDoc(), key: '700-0' };
    await commit('telegram', 41, [reply]);
    await commit('telegram', 41, [reply]);
    const ids = calls.flatMap(([, , , messages]) =>
      (messages as OutgoingMessage[]).map(({ id }) => id),
    );
    expect(ids).toEqual(['telegram-700-0', 'telegram-700-0']);
  });

  test('that are none store the position and wake nobody', async () => {
    const { commit, calls, woken } = open();
    await commit('telegram', 43, []);
    expect(calls).toEqual([['commit', 'telegram', 43, []]]);
    expect(woken).toEqual([]);
  });
});

test('a store that fails is told to the platform, and wakes nobody', async () => {
  const { joined, left, moved, position, commit, woken } = open(new Error('disk full'));
  const replies = [{ chat: ROOM, doc: makeDoc() }];
  for (const work of [
    joined(ROOM, { greet: true }),
    left(GROUP, 'gone'),
    moved(GROUP, '1'),
    position('telegram'),
    commit('telegram', 1, replies),
  ]) {
    await expect(work).rejects.toThrow('disk full');
  }
  expect(woken).toEqual([]);
});

test('the store knows whether it is the same bot, and which one it was', async () => {
  const { isSameBot, knownBot } = open();
  expect(await isSameBot('telegram', '1')).toBe(true);
  expect(await isSameBot('telegram', '2')).toBe(false);
  expect(await knownBot?.('telegram')).toBe('1');
  await expect(open(new Error('locked')).isSameBot('telegram', '1')).rejects.toThrow('locked');
});

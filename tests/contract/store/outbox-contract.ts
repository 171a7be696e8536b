import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../../src/alerts/model.ts';
import { makeReading } from '../../fakes/make-reading.ts';
import {
  BTC,
  CHAT,
  DAY_MS,
  HOUR_MS,
  makeClaim,
  makeHour,
  makeMessage,
  makeMinute,
  makeState,
  makeSubscription,
  OTHER_CHAT,
  T0,
} from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

export function describeOutbox(makeDatabase: MakeDatabase): void {
  describe('outbox', () => {
    it('keeps a message as it was given, any text and figure included', async () => {
      const { outbox } = await (await makeDatabase())();
      const message: OutgoingMessage = makeMessage({
        id: 'x'.repeat(25),
        chat: OTHER_CHAT,
        delivery: 'edit-or-post',
        replyTo: '12',
        doc: {
          title: '⚠️ Ξ – „Größe“ 龍 \u202E 𝔘\u0000',
          tone: 'critical',
          blocks: [
            { kind: 'table', rows: [['a', 'b'], ['😀']] },
            { kind: 'fields', fields: [{ name: 'x', value: "'; --" }] },
          ],
          footer: '',
          figure: {
            kind: 'liquidation-ladder',
            asset: 'ETH',
            priceUsd: 2500.000001,
            at: T0,
            caption: 'β',
            sides: [{ side: 'down', level: 'high', profile: makeReading().down.profile }],
          },
        },
      });
      await outbox.enqueue([message]);
      expect(await outbox.ofChat(OTHER_CHAT, 5)).toEqual([
        { ...message, state: 'pending', attempts: 0, nextAttemptAt: message.createdAt },
      ]);
    });

    it('leaves a message alone whose id it knows', async () => {
      const { outbox } = await (await makeDatabase())();
      const first = makeMessage();
      const again = makeMessage({ severity: 3, chat: OTHER_CHAT });
      await outbox.enqueue([first, again]);
      await outbox.claim(makeClaim());
      await outbox.begin('m1', 'w');
      await outbox.settle('m1', 'w', { state: 'sent', platformMessageId: 'p9' }, T0 + 2);
      await outbox.enqueue([again]);
      expect(await outbox.ofChat(OTHER_CHAT, 5)).toEqual([]);
      expect(await outbox.ofChat(CHAT, 5)).toEqual([
        {
          ...first,
          state: 'sent',
          attempts: 1,
          nextAttemptAt: T0,
          settledAt: T0 + 2,
          platformMessageId: 'p9',
        },
      ]);
    });

    it('expires what is past its time and nothing that is being sent', async () => {
      const { outbox } = await (await makeDatabase())();
      const expiresAt = T0 + 100;
      await outbox.enqueue([
        makeMessage({ id: 'alive', groupId: 'a', expiresAt: expiresAt + 1, severity: 1 }),
        makeMessage({ id: 'late', groupId: 'b', expiresAt, severity: 1 }),
        makeMessage({ id: 'sending', groupId: 'c', expiresAt, severity: 3 }),
      ]);
      await outbox.claim(makeClaim({ leaseUntil: T0 + 500 }));
      await outbox.begin('sending', 'w');
      expect(await outbox.expire(T0 + 99)).toBe(0);
      expect(await outbox.expire(T0 + 100)).toBe(1);
      const states = async () =>
        Object.fromEntries((await outbox.ofChat(CHAT, 9)).map(({ id, state }) => [id, state]));
      expect(await states()).toEqual({ alive: 'pending', late: 'expired', sending: 'claimed' });
      // Its sender never came back, and nobody may send it any more: it still ends.
      expect(await outbox.expire(T0 + 500)).toBe(2);
      expect(await states()).toEqual({ alive: 'expired', late: 'expired', sending: 'unverified' });
      expect(await outbox.expire(T0 + DAY_MS)).toBe(0);
    });

    it('counts by state and gives the newest messages of a chat first', async () => {
      const { outbox } = await (await makeDatabase())();
      expect(await outbox.counts()).toEqual({
        pending: 0,
        claimed: 0,
        sent: 0,
        refused: 0,
        expired: 0,
        superseded: 0,
        unverified: 0,
      });
      for (const index of [2, 0, 1]) {
        const groupId = `g${index}`;
        await outbox.enqueue([makeMessage({ id: groupId, groupId, createdAt: T0 + index })]);
      }
      await outbox.claim(makeClaim({ now: T0 + 9 }));
      expect(await outbox.counts()).toMatchObject({ pending: 2, claimed: 1 });
      expect((await outbox.ofChat(CHAT, 2)).map(({ id }) => id)).toEqual(['g2', 'g1']);
    });

    it('tells the age of the oldest message that is due', async () => {
      const { outbox } = await (await makeDatabase())();
      expect(await outbox.oldestDueAgeMs(T0)).toBe(0);
      await outbox.enqueue([
        makeMessage({ id: 'a', groupId: 'a', severity: 3 }),
        makeMessage({ id: 'b', groupId: 'b', createdAt: T0 + 40 }),
      ]);
      expect(await outbox.oldestDueAgeMs(T0 - 5)).toBe(0);
      expect(await outbox.oldestDueAgeMs(T0 + 100)).toBe(100);
      await outbox.claim(makeClaim({ leaseUntil: T0 + 200 }));
      expect(await outbox.oldestDueAgeMs(T0 + 100)).toBe(60);
      expect(await outbox.oldestDueAgeMs(T0 + 200)).toBe(200);
      await outbox.release('a', 'w', T0 + 300, 'later');
      expect(await outbox.oldestDueAgeMs(T0 + 299)).toBe(259);
      // Nothing marks it expired while delivery is dead: that must not look like health.
      expect(await outbox.oldestDueAgeMs(T0 + DAY_MS)).toBe(DAY_MS);
    });

    it('forgets settled messages of the past, and only those', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([
        makeMessage({ id: 'old', groupId: 'a' }),
        makeMessage({ id: 'recent', groupId: 'b' }),
        makeMessage({ id: 'waiting', groupId: 'c', severity: 0 }),
      ]);
      await outbox.claim(makeClaim());
      await outbox.claim(makeClaim());
      await outbox.settle('old', 'w', { state: 'sent' }, T0 + 10);
      await outbox.settle('recent', 'w', { state: 'sent' }, T0 + 20);
      expect(await outbox.prune(T0 + 20)).toBe(1);
      const left = await outbox.ofChat(CHAT, 9);
      expect(left.map(({ id }) => id).sort()).toEqual(['recent', 'waiting']);
      expect(left.every(({ doc }) => doc.title === 'BTC: high risk')).toBe(true);
      expect(await outbox.prune(T0 + DAY_MS)).toBe(1);
    });

    it('forgets replies sooner', async () => {
      const { outbox } = await (await makeDatabase())();
      await outbox.enqueue([
        makeMessage({ id: 'alert', groupId: 'a' }),
        makeMessage({ id: 'reply', groupId: 'b', kind: 'reply' }),
        makeMessage({ id: 'waiting', groupId: 'c', kind: 'reply', severity: 0 }),
      ]);
      for (const [lane, id] of [
        ['alerts', 'alert'],
        ['replies', 'reply'],
      ] as const) {
        await outbox.claim(makeClaim({ lane }));
        await outbox.settle(id, 'w', { state: 'sent' }, T0 + 10);
      }
      expect(await outbox.prune(T0 + 10, T0 + 10)).toBe(0);
      expect(await outbox.prune(T0 + 10, T0 + 11)).toBe(1);
      expect((await outbox.ofChat(CHAT, 9)).map(({ id }) => id)).toEqual(['alert', 'waiting']);
      expect(await outbox.prune(T0 + 11)).toBe(1);
    });
  });

  it('everything is still there after closing and opening again', async () => {
    const open = await makeDatabase();
    const first = await open();
    await first.series.writeInstrumentHours([makeHour({ closePriceUsd: 5 })]);
    await first.series.writeAssetMinutes([makeMinute()]);
    await first.readings.save([{ status: 'ready', reading: makeReading() }]);
    await first.snapshots.save({
      source: 'okx',
      job: 'depth',
      takenAt: T0,
      observations: [],
      gaps: [],
    });
    await first.subscriptions.add(makeSubscription());
    await first.subscriptions.mute(CHAT, T0 + 5);
    await first.subscriptions.closeChat(OTHER_CHAT, 'gone', T0);
    await first.places.enter(CHAT, T0);
    await first.inbound.commit('telegram', 77, []);
    await first.alerts.commit({
      states: [makeState()],
      messages: [makeMessage(), makeMessage({ id: 'm2', chat: OTHER_CHAT })],
      outages: { upsert: [{ source: 'okx', outageId: 'o', since: T0 }], remove: [] },
    });
    await first.outbox.claim(makeClaim({ leaseUntil: T0 + HOUR_MS }));
    const read = async (store: typeof first) => [
      await store.series.readInstrumentHours(BTC, 0, Infinity),
      await store.series.newestHours('bybit'),
      await store.series.readAssetMinutes(BTC, 0, Infinity),
      await store.readings.all(),
      await store.snapshots.all(),
      await store.subscriptions.all(),
      await store.subscriptions.mutes(T0),
      await store.alerts.all(),
      await store.alerts.outages(),
      await store.inbound.position('telegram'),
      await store.places.subscriptionCount(CHAT),
      await store.outbox.ofChat(CHAT, 5),
      await store.outbox.ofChat(OTHER_CHAT, 5),
    ];
    const before = await read(first);
    await first.close();
    await first.close();
    const second = await open();
    expect(await read(second)).toEqual(before);
    await second.checkWritable();
    // Names known to the file, not to this process: the same rows are meant.
    await second.series.writeInstrumentHours([makeHour({ volumeUsd: 8 })]);
    expect(await second.series.readInstrumentHours(BTC, 0, Infinity)).toEqual([
      makeHour({ closePriceUsd: 5, volumeUsd: 8 }),
    ]);
  });

  it('close waits for what is under way', async () => {
    const open = await makeDatabase();
    const store = await open();
    const write = store.alerts.commit({ states: [makeState()], messages: [makeMessage()] });
    await store.close();
    await write;
    expect(await (await open()).alerts.all()).toHaveLength(1);
  });
}

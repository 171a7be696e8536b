import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { CHAT, ETH, makeMessage, makeState, T0 } from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

export function describeAlerts(makeDatabase: MakeDatabase): void {
  describe('alert states', () => {
    it('come back as saved, their version one higher', async () => {
      const { alerts } = await (await makeDatabase())();
      const state = makeState({
        incident: {
          id: 'BTC-down-abc-level:high',
          openedAt: T0,
          level: 'high',
          levelSince: T0,
          peakLevel: 'critical',
          lastNoticeAt: T0,
          sequence: 2,
          clearCount: 1,
          blindSince: T0 + 1,
        },
        closedAt: T0 - 1,
        enterSince: T0 - 2,
      });
      const up = makeState({ side: 'up', asset: ETH });
      await alerts.commit({ states: [state, up], messages: [] });
      expect(await alerts.all()).toEqual([
        { ...state, version: 1 },
        { ...up, version: 1 },
      ]);
      const { incident: _, ...closed } = { ...state, version: 1 };
      await alerts.commit({ states: [closed], messages: [] });
      expect((await alerts.all())[0]).toEqual({ ...closed, version: 2 });
    });

    it.each([
      ['an older version', 1],
      ['a version from the future', 3],
      ['one taken for new', 0],
    ])('of %s conflict: retryable, and nothing of the change is written', async (_, version) => {
      const store = await (await makeDatabase())();
      const { alerts, outbox } = store;
      await alerts.commit({ states: [makeState()], messages: [makeMessage({ id: 'old' })] });
      await alerts.commit({ states: [makeState({ version: 1 })], messages: [] });
      const before = await everything(store);
      const change = alerts.commit({
        states: [makeState({ side: 'up' }), makeState({ version, enterCount: 9 })],
        messages: [makeMessage({ id: 'new', sequence: 2 })],
        outages: { upsert: [{ source: 'okx', outageId: 'o', since: T0 }], remove: [] },
      });
      await expect(change).rejects.toMatchObject({ code: 'store/conflict', retryable: true });
      expect(await everything(store)).toEqual(before);
      expect((await outbox.ofChat(CHAT, 5)).map(({ state }) => state)).toEqual(['pending']);
    });

    it('are not saved when a message in the middle of the change cannot be', async () => {
      const store = await (await makeDatabase())();
      await store.alerts.commit({ states: [makeState()], messages: [makeMessage({ id: 'old' })] });
      const before = await everything(store);
      const change = store.alerts.commit({
        states: [makeState({ version: 1 })],
        messages: [
          makeMessage({ id: 'good', sequence: 2 }),
          makeMessage({ id: 'bad', sequence: 3, severity: Number.NaN }),
          makeMessage({ id: 'never', sequence: 4 }),
        ],
        outages: { upsert: [{ source: 'okx', outageId: 'o', since: T0 }], remove: [] },
      });
      await expect(change).rejects.toThrow();
      expect(await everything(store)).toEqual(before);
      await store.alerts.commit({ states: [makeState({ version: 1 })], messages: [] });
    });

    it('of two changes at the same time are saved by exactly one', async () => {
      const { alerts, outbox } = await (await makeDatabase())();
      const change = (id: string) => ({
        states: [makeState()],
        messages: [makeMessage({ id, groupId: id })],
      });
      const results = await Promise.allSettled([
        alerts.commit(change('a')),
        alerts.commit(change('b')),
      ]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect((await outbox.counts()).pending).toBe(1);
    });
  });

  it('outages are kept one a source and removed by source', async () => {
    const { alerts } = await (await makeDatabase())();
    const okx = { source: 'okx', outageId: 'okx-1', since: T0 };
    const told = { ...okx, toldAt: T0 + 1, retiredAt: T0 + 2 };
    const bybit = { source: 'bybit', outageId: 'bybit-1', since: T0 };
    const commit = (upsert: (typeof told | typeof okx)[], remove: string[]) =>
      alerts.commit({ states: [], messages: [], outages: { upsert, remove } });
    await commit([okx, bybit], []);
    expect(await alerts.outages()).toEqual([bybit, okx]);
    await commit([told], ['bybit', 'nobody']);
    expect(await alerts.outages()).toEqual([told]);
    await commit([], ['okx']);
    expect(await alerts.outages()).toEqual([]);
  });
}

async function everything({ alerts, outbox }: Store): Promise<unknown> {
  return [
    await alerts.all(),
    await alerts.outages(),
    await outbox.ofChat(CHAT, 100),
    await outbox.counts(),
  ];
}

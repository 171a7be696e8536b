import { describe, expect, it } from 'vitest';
import type { AssetState } from '../../../src/signals/model/reading.ts';
import type { SourceSnapshot } from '../../../src/store/store.ts';
import { makeReading } from '../../fakes/make-reading.ts';
import { BTC, ETH, makePosition, T0 } from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

export function describeLatest(makeDatabase: MakeDatabase): void {
  describe('snapshots', () => {
    const market: SourceSnapshot = {
      source: 'bybit',
      job: 'market',
      takenAt: T0,
      observations: [
        {
          kind: 'market',
          source: 'bybit',
          asset: BTC,
          instrument: 'BTCUSDT',
          markPriceUsd: 95_000.1,
          observedAt: T0,
        },
      ],
      gaps: [
        {
          kind: 'gap',
          source: 'bybit',
          wanted: 'depth',
          reason: 'timeout',
          detail: 'no answer – 5 s',
        },
      ],
    };

    it('are kept one a source and job, the newest', async () => {
      const open = await makeDatabase();
      const { snapshots } = await open();
      const depth: SourceSnapshot = { ...market, job: 'depth', observations: [] };
      await snapshots.save(market);
      await snapshots.save(depth);
      const newer: SourceSnapshot = { ...market, takenAt: T0 + 1, referencePricesUsd: { BTC: 9 } };
      await snapshots.save(newer);
      expect(await snapshots.all()).toEqual([depth, newer]);
    });

    it('of 20,000 positions come back whole and in order', async () => {
      const open = await makeDatabase();
      const { snapshots } = await open();
      const observations = Array.from({ length: 20_000 }, (_, index) => makePosition(index));
      const snapshot: SourceSnapshot = {
        source: 'morpho-blue',
        job: 'position',
        takenAt: T0,
        observations,
        gaps: [],
        referencePricesUsd: { ETH: 2500, BTC: 95_000 },
      };
      await snapshots.save(snapshot);
      expect(await snapshots.all()).toEqual([snapshot]);
    });
  });

  describe('readings', () => {
    it('keep the newest state of each asset', async () => {
      const { readings } = await (await makeDatabase())();
      const warming: AssetState = {
        status: 'warming-up',
        warming: { asset: BTC, at: T0, needs: ['20 h of prices'] },
      };
      const eth: AssetState = { status: 'ready', reading: makeReading({ name: 'ETH' }) };
      const btc: AssetState = { status: 'ready', reading: makeReading({ name: 'BTC' }) };
      await readings.save([warming, eth]);
      expect(await readings.get(BTC)).toEqual(warming);
      await readings.save([warming, btc]);
      await readings.save([]);
      expect(await readings.get(BTC)).toEqual(btc);
      expect(await readings.get(ETH)).toEqual(eth);
      expect(await readings.all()).toEqual([btc, eth]);
    });

    it('of an asset never seen is undefined', async () => {
      const { readings } = await (await makeDatabase())();
      expect(await readings.get(BTC)).toBeUndefined();
      expect(await readings.all()).toEqual([]);
    });
  });
}

import { expect, it } from 'vitest';
import { createLiveReadings } from '../../../src/pipeline/live-readings.ts';
import { assetId } from '../../../src/signals/assets.ts';
import type { AssetState } from '../../../src/signals/model/reading.ts';
import type { ReadingStore } from '../../../src/store/store.ts';
import { makeReading } from '../../fakes/make-reading.ts';

const ready = (name: string, scoreDown = 40): AssetState => ({
  status: 'ready',
  reading: makeReading({ name, scoreDown }),
});
const warming = (name: string): AssetState => ({
  status: 'warming-up',
  warming: { asset: assetId(name), at: 0, needs: ['history'] },
});

/** A store that keeps what is saved, and fails while `broken`. */
function recordingStore(stored: AssetState[] = []) {
  const saves: (readonly AssetState[])[] = [];
  const state = { broken: false };
  const store: ReadingStore = {
    async save(states) {
      if (state.broken) throw new Error('disk full');
      saves.push(states);
    },
    get: async () => undefined,
    all: async () => stored,
  };
  return { store, saves, state };
}

it('answers from memory at once, and writes at the flush only', async () => {
  const { store, saves } = recordingStore();
  const readings = createLiveReadings(store);
  await readings.save([ready('ETH'), warming('SOL')]);
  expect(await readings.get(assetId('ETH'))).toEqual(ready('ETH'));
  expect(await readings.all()).toEqual([ready('ETH'), warming('SOL')]);
  expect(saves).toEqual([]);
  await readings.flush();
  expect(saves).toEqual([[ready('ETH'), warming('SOL')]]);
});

it('a flush writes the newest state of what changed since the last one', async () => {
  const { store, saves } = recordingStore();
  const readings = createLiveReadings(store);
  await readings.save([ready('ETH'), ready('BTC')]);
  await readings.flush();
  await readings.save([ready('ETH', 60)]);
  await readings.save([ready('ETH', 70)]);
  await readings.flush();
  expect(saves.at(-1)).toEqual([ready('ETH', 70)]);
});

it('a failed flush is tried again with the next, together with what came since', async () => {
  const { store, saves, state } = recordingStore();
  const readings = createLiveReadings(store);
  await readings.save([ready('ETH')]);
  state.broken = true;
  await expect(readings.flush()).rejects.toThrow('disk full');
  state.broken = false;
  await readings.save([ready('BTC')]);
  await readings.flush();
  expect(saves).toEqual([[ready('ETH'), ready('BTC')]]);
});

it('a restart knows the states of the last run, warming ones too', async () => {
  const { store } = recordingStore([ready('ETH'), warming('SOL')]);
  const readings = createLiveReadings(store);
  expect(await readings.get(assetId('ETH'))).toBeUndefined();
  await readings.restore();
  expect(await readings.get(assetId('ETH'))).toEqual(ready('ETH'));
  expect(await readings.get(assetId('SOL'))).toEqual(warming('SOL'));
});

it('forgets a coin that is listed nowhere any more once its last reading is old', async () => {
  const { store, saves } = recordingStore([warming('LUNA'), ready('ETH')]);
  const readings = createLiveReadings(store);
  await readings.restore();
  await readings.save([warming('FTT')]);
  readings.forget(new Set([assetId('FTT')]), 0);
  expect(await readings.all()).toHaveLength(3);
  readings.forget(new Set([assetId('FTT')]), 1);
  expect(await readings.all()).toEqual([ready('ETH'), warming('FTT')]);
  readings.forget(new Set(), 1);
  await readings.flush();
  expect(saves).toEqual([[]]);
});

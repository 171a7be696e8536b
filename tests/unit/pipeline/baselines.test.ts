import { expect, it } from 'vitest';
import { createBaselines } from '../../../src/pipeline/baselines.ts';
import { assetId } from '../../../src/signals/assets.ts';
import { DEFAULT_EVALUATE_SETTINGS } from '../../../src/signals/evaluate.ts';
import type { InstrumentHour } from '../../../src/signals/model/history.ts';
import type { SeriesStore } from '../../../src/store/store.ts';
import { RecordingLogger } from '../../fakes/recording-logger.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 0, 20, 12, 10);
const RUNNING = Date.UTC(2026, 0, 20, 12);
const BTC = assetId('BTC');
const PRICE = 100;
const HOURS = 12 * 24;

function hour(instrument: string, hourAt: number, figures: Partial<InstrumentHour> = {}) {
  return {
    source: 'bybit',
    instrument,
    asset: BTC,
    hourAt,
    closePriceUsd: PRICE,
    openInterestBase: 50,
    volumeUsd: 10,
    ...figures,
  };
}

function make(hours: readonly InstrumentHour[]) {
  const readInstrumentHours: SeriesStore['readInstrumentHours'] = async (_asset, from, to) =>
    hours.filter(({ hourAt }) => hourAt >= from && hourAt < to);
  return createBaselines({
    series: { readInstrumentHours } as SeriesStore,
    clock: new VirtualClock(NOW),
    log: new RecordingLogger(),
    settings: DEFAULT_EVALUATE_SETTINGS,
    days: 181,
  });
}

const past = Array.from({ length: HOURS }, (_, back) =>
  hour('BTCUSDT', RUNNING - (back + 1) * HOUR_MS),
).reverse();

it('a market without a history counts in the past with the share it has now', async () => {
  // Else everything it adds to the present would read as leverage that came overnight.
  const baselines = make([
    ...past,
    hour('BTCUSDT', RUNNING),
    hour('BTCUSD', RUNNING, { volumeUsd: 0 }),
  ]);
  await baselines.refresh([BTC], 1000);
  const { baseline } = baselines.get(BTC) ?? {};
  expect(baseline?.openInterestLoad?.median).toBeCloseTo(Math.log((100 * PRICE) / (24 * 10)), 9);
});

it('the running hour itself is not part of the past', async () => {
  const wild = { closePriceUsd: 300, highPriceUsd: 300, lowPriceUsd: 10 };
  const baselines = make([...past, hour('BTCUSDT', RUNNING, wild)]);
  const calm = make(past);
  await baselines.refresh([BTC], 1000);
  await calm.refresh([BTC], 1000);
  expect(baselines.get(BTC)).toEqual(calm.get(BTC));
  expect(baselines.get(BTC)?.baseline.hoursAvailable).toBe(HOURS);
});

it('is due once an hour and after history was added', async () => {
  const baselines = make(past);
  expect(baselines.areDue([BTC])).toBe(true);
  await baselines.refresh([BTC], 1000);
  expect(baselines.areDue([BTC])).toBe(false);
  baselines.expire();
  expect(baselines.areDue([BTC])).toBe(true);
});

import { describe, expect, it } from 'vitest';
import { assetId } from '../../../src/signals/assets.ts';
import type { InstrumentHour } from '../../../src/signals/model/history.ts';
import { BTC, DAY_MS, ETH, HOUR_MS, MINUTE_MS, makeHour, makeMinute, T0 } from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

export function describeSeries(makeDatabase: MakeDatabase): void {
  describe('hours of instruments', () => {
    it('come back as written, to the seven digits of a float32, absent figures as absent keys', async () => {
      const { series } = await (await makeDatabase())();
      const full = makeHour({
        closePriceUsd: 95_123.456,
        highPriceUsd: 96_000.125,
        lowPriceUsd: 94_000.5,
        openInterestBase: 81_234.5678,
        fundingAnnualFraction: -0.0547,
        volumeUsd: 1.234e9,
      });
      const sparse = makeHour({ hourAt: T0 + HOUR_MS, fundingAnnualFraction: 0 });
      await series.writeInstrumentHours([full, sparse]);
      const read = await series.readInstrumentHours(BTC, T0, T0 + DAY_MS);
      expect(read).toEqual([rounded(full), sparse]);
      expect(Object.keys(read[1] ?? {})).not.toContain('closePriceUsd');
      expect(read[0]?.closePriceUsd).toBeCloseTo(95_123.456, 1);
    });

    it('merge: given figures replace, high and low only widen, absent ones change nothing', async () => {
      const { series } = await (await makeDatabase())();
      await series.writeInstrumentHours([
        makeHour({ closePriceUsd: 100, highPriceUsd: 110, lowPriceUsd: 90, volumeUsd: 5 }),
      ]);
      await series.writeInstrumentHours([
        makeHour({ closePriceUsd: 95, highPriceUsd: 105, lowPriceUsd: 80, openInterestBase: 7 }),
        makeHour({ highPriceUsd: 120, fundingAnnualFraction: -0.5 }),
      ]);
      expect(await series.readInstrumentHours(BTC, T0, T0 + HOUR_MS)).toEqual([
        makeHour({
          closePriceUsd: 95,
          highPriceUsd: 120,
          lowPriceUsd: 80,
          openInterestBase: 7,
          fundingAnnualFraction: -0.5,
          volumeUsd: 5,
        }),
      ]);
    });

    it('are read by asset, `from` inclusive and `to` exclusive, by time, source and instrument', async () => {
      const { series } = await (await makeDatabase())();
      const written: InstrumentHour[] = [];
      for (const hour of [47, 0, 23, 24, 25]) {
        for (const [source, instrument] of [
          ['okx', 'BTC-USDT-SWAP'],
          ['bybit', 'BTCUSDT'],
          ['bybit', 'BTCPERP'],
        ] as const) {
          const hourAt = T0 + hour * HOUR_MS;
          written.push(makeHour({ source, instrument, hourAt, closePriceUsd: hour + 1 }));
        }
      }
      const other = makeHour({ asset: ETH, instrument: 'ETHUSDT', closePriceUsd: 3 });
      await series.writeInstrumentHours([...written, other]);
      const read = await series.readInstrumentHours(BTC, T0 + 23 * HOUR_MS, T0 + 47 * HOUR_MS);
      const order = read.map(({ hourAt, instrument }) => [(hourAt - T0) / HOUR_MS, instrument]);
      expect(order).toEqual(
        [23, 24, 25].flatMap((hour) => [
          [hour, 'BTCPERP'],
          [hour, 'BTCUSDT'],
          [hour, 'BTC-USDT-SWAP'],
        ]),
      );
      expect(await series.readInstrumentHours(ETH, -Infinity, Infinity)).toEqual([other]);
      expect(await series.readInstrumentHours(assetId('DOGE'), 0, T0 * 2)).toEqual([]);
    });

    it('of many instruments over many days each keep their own figures', async () => {
      const { series } = await (await makeDatabase())();
      const assets = Array.from({ length: 300 }, (_, index) => assetId(`COIN${index}`));
      const hours = assets.flatMap((asset, index) =>
        [0, 1, 24, 72].flatMap((hour) =>
          ['a', 'b'].map((source) =>
            makeHour({
              source,
              instrument: `${asset}-PERP`,
              asset,
              hourAt: T0 + hour * HOUR_MS,
              closePriceUsd: index * 1000 + hour + (source === 'a' ? 0 : 0.5),
            }),
          ),
        ),
      );
      await series.writeInstrumentHours(hours.toReversed());
      for (const asset of [assets[0], assets[137], assets[299]]) {
        if (asset === undefined) throw new Error('no asset');
        const expected = hours.filter((hour) => hour.asset === asset);
        expect(await series.readInstrumentHours(asset, T0, T0 + 4 * DAY_MS)).toEqual(expected);
      }
    });

    it('tell the newest stored hour of each instrument of a source', async () => {
      const { series } = await (await makeDatabase())();
      await series.writeInstrumentHours([
        makeHour({ hourAt: T0 + 30 * HOUR_MS, closePriceUsd: 1 }),
        makeHour({ hourAt: T0 + 2 * HOUR_MS, closePriceUsd: 1 }),
        makeHour({ instrument: 'ETHUSDT', asset: ETH, hourAt: T0, openInterestBase: 1 }),
        makeHour({ source: 'okx', closePriceUsd: 1 }),
      ]);
      await series.writeInstrumentHours([makeHour({ hourAt: T0 - DAY_MS, closePriceUsd: 1 })]);
      const newest = [...(await series.newestHours('bybit'))].sort();
      expect(newest).toEqual([
        ['BTCUSDT', T0 + 30 * HOUR_MS],
        ['ETHUSDT', T0],
      ]);
      expect(await series.newestHours('nobody')).toEqual(new Map());
    });

    it('without a usable figure are not stored, and one at a wrong time is refused as a whole', async () => {
      const { series } = await (await makeDatabase())();
      await series.writeInstrumentHours([makeHour(), makeHour({ closePriceUsd: Number.NaN })]);
      expect(await series.newestHours('bybit')).toEqual(new Map());
      const wrong = makeHour({ hourAt: T0 + 1, closePriceUsd: 1 });
      const right = makeHour({ closePriceUsd: 1 });
      await expect(series.writeInstrumentHours([right, wrong])).rejects.toThrow(RangeError);
      expect(await series.readInstrumentHours(BTC, 0, Infinity)).toEqual([]);
      await series.writeInstrumentHours([right]);
      expect(await series.readInstrumentHours(BTC, 0, Infinity)).toEqual([right]);
    });
  });

  describe('minutes of assets', () => {
    it('come back exactly, within the range asked for', async () => {
      const { series } = await (await makeDatabase())();
      const full = makeMinute({
        at: T0 + 12_345,
        openInterestUsd: 6.1e9,
        fundingAnnualFraction: 0.1 + 0.2,
        bidDepth1pctUsd: 0,
        askDepth1pctUsd: 1.5e7,
        scoreDown: 61.7,
        scoreUp: 12.3,
      });
      const bare = makeMinute({ at: T0 + MINUTE_MS });
      const later = makeMinute({ at: T0 + 2 * MINUTE_MS });
      await series.writeAssetMinutes([later, full, makeMinute({ asset: ETH })]);
      await series.writeAssetMinutes([bare]);
      expect(await series.readAssetMinutes(BTC, T0, later.at)).toEqual([full, bare]);
      expect(await series.readAssetMinutes(BTC, full.at + 1, later.at + 1)).toEqual([bare, later]);
      expect(await series.readAssetMinutes(assetId('DOGE'), 0, Infinity)).toEqual([]);
    });

    it('are one an asset and minute: the last written stands', async () => {
      const { series } = await (await makeDatabase())();
      const first = makeMinute({ at: T0 + 1000, priceUsd: 1, scoreUp: 5 });
      const second = makeMinute({ at: T0 + 31_000, priceUsd: 2 });
      await series.writeAssetMinutes([first]);
      await series.writeAssetMinutes([second]);
      expect(await series.readAssetMinutes(BTC, 0, Infinity)).toEqual([second]);
    });
  });

  it('prune removes what is older than the retention and nothing else', async () => {
    const { series } = await (await makeDatabase())();
    // Within a day and a minute: what is partly within the retention stays as a whole.
    const now = T0 + 10 * DAY_MS + 30_000;
    const kept = [10 - 3, 9].map((day) =>
      makeHour({ hourAt: T0 + day * DAY_MS, closePriceUsd: day }),
    );
    await series.writeInstrumentHours([
      ...kept,
      makeHour({ hourAt: T0 + 6 * DAY_MS, closePriceUsd: 6 }),
      makeHour({ hourAt: T0, closePriceUsd: 1 }),
      makeHour({ hourAt: T0, asset: ETH, closePriceUsd: 1 }),
    ]);
    const minutes = [49 * 60, 48 * 60 + 1, 48 * 60, 5].map((ago) =>
      makeMinute({ at: now - ago * MINUTE_MS }),
    );
    await series.writeAssetMinutes(minutes);
    const retention = { minutesHours: 48, hoursDays: 3 };
    expect(await series.prune(now, retention)).toBe(5);
    expect(await series.readInstrumentHours(BTC, 0, Infinity)).toEqual(kept);
    expect(await series.readInstrumentHours(ETH, 0, Infinity)).toEqual([]);
    expect(await series.readAssetMinutes(BTC, 0, Infinity)).toEqual(minutes.slice(2));
    expect(await series.prune(now, retention)).toBe(0);
  });
}

function rounded(hour: InstrumentHour): InstrumentHour {
  const { source, instrument, asset, hourAt, ...figures } = hour;
  const float32 = Object.entries(figures).map(([name, value]) => [name, Math.fround(value)]);
  return { source, instrument, asset, hourAt, ...Object.fromEntries(float32) };
}

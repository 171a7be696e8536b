import { describe, expect, it } from 'vitest';
import type { LiquidationMinute } from '../../../src/signals/model/liquidation-history.ts';
import { BTC, DAY_MS, ETH, HOUR_MS, MINUTE_MS, T0 } from './builders.ts';
import type { MakeDatabase } from './store-contract.ts';

function closed(overrides: Partial<LiquidationMinute> = {}): LiquidationMinute {
  return {
    asset: BTC,
    source: 'bybit',
    minuteAt: T0,
    side: 'long',
    usd: 1000.5,
    count: 1,
    completeness: 'all',
    ...overrides,
  };
}

export function describeLiquidations(makeDatabase: MakeDatabase): void {
  describe('forced closings', () => {
    it('add up by asset, venue, minute and side, whether in one call or in several', async () => {
      const { liquidations } = await (await makeDatabase())();
      await liquidations.add([closed(), closed({ usd: 2, count: 3 }), closed({ asset: ETH })]);
      await liquidations.add([]);
      await liquidations.add([
        closed({ usd: 7 }),
        closed({ side: 'short', usd: 5 }),
        closed({ source: 'okx', usd: 11 }),
        closed({ minuteAt: T0 + MINUTE_MS, usd: 13 }),
      ]);
      expect(await liquidations.minutes(BTC, T0, T0 + HOUR_MS)).toEqual([
        closed({ usd: 1009.5, count: 5 }),
        closed({ side: 'short', usd: 5 }),
        closed({ source: 'okx', usd: 11 }),
        closed({ minuteAt: T0 + MINUTE_MS, usd: 13 }),
      ]);
      expect(await liquidations.minutes(ETH, 0, Infinity)).toEqual([closed({ asset: ETH })]);
    });

    it('are read from `from` inclusive to `to` exclusive', async () => {
      const { liquidations } = await (await makeDatabase())();
      const minutes = [0, 1, 2].map((minute) => closed({ minuteAt: T0 + minute * MINUTE_MS }));
      await liquidations.add(minutes);
      const read = await liquidations.minutes(BTC, T0 + MINUTE_MS, T0 + 2 * MINUTE_MS);
      expect(read).toEqual([minutes[1]]);
    });

    it('once a part of a sum is a lower bound, all of it is', async () => {
      const { liquidations } = await (await makeDatabase())();
      await liquidations.add([closed({ completeness: 'lower-bound' })]);
      await liquidations.add([closed()]);
      await liquidations.add([closed({ minuteAt: T0 + MINUTE_MS })]);
      const minutes = await liquidations.minutes(BTC, 0, Infinity);
      expect(minutes.map(({ completeness }) => completeness)).toEqual(['lower-bound', 'all']);
      const hours = await liquidations.hours(BTC, T0, T0 + HOUR_MS);
      expect(hours.map(({ completeness }) => completeness)).toEqual(['lower-bound']);
    });

    it('add up to hours of the clock', async () => {
      const { liquidations } = await (await makeDatabase())();
      await liquidations.add([
        closed({ usd: 1 }),
        closed({ minuteAt: T0 + 59 * MINUTE_MS, usd: 2 }),
        closed({ minuteAt: T0 + HOUR_MS, usd: 4 }),
        closed({ minuteAt: T0 - MINUTE_MS, usd: 8 }),
        closed({ side: 'short', usd: 16 }),
      ]);
      const { minuteAt: _, ...hour } = closed();
      expect(await liquidations.hours(BTC, T0, T0 + HOUR_MS)).toEqual([
        { ...hour, hourAt: T0, usd: 3, count: 2 },
        { ...hour, hourAt: T0, side: 'short', usd: 16 },
      ]);
    });

    it('know in which minutes anybody listened, however often it is said', async () => {
      const { liquidations } = await (await makeDatabase())();
      const bybit = { source: 'bybit', completeness: 'all' } as const;
      const binance = { source: 'binance-usdm', completeness: 'lower-bound' } as const;
      await liquidations.noteListening([bybit, binance], T0);
      await liquidations.noteListening([bybit], T0);
      await liquidations.noteListening([bybit, bybit], T0 + MINUTE_MS);
      await liquidations.noteListening([bybit], T0 + 59_000);
      await liquidations.noteListening([bybit], T0 + HOUR_MS);
      await liquidations.noteListening([], T0);
      expect(await liquidations.listened(T0, T0 + HOUR_MS)).toEqual([
        { ...binance, hourAt: T0, minutes: 1, lastMinuteAt: T0 },
        { ...bybit, hourAt: T0, minutes: 2, lastMinuteAt: T0 + MINUTE_MS },
      ]);
      expect(await liquidations.listened(T0 + HOUR_MS, T0 + DAY_MS)).toEqual([
        { ...bybit, hourAt: T0 + HOUR_MS, minutes: 1, lastMinuteAt: T0 + HOUR_MS },
      ]);
    });

    it('go with what was listened to once they are too old, and nothing else does', async () => {
      const { liquidations } = await (await makeDatabase())();
      const ages = [40 * DAY_MS, 3 * DAY_MS, 2 * DAY_MS + MINUTE_MS, 2 * DAY_MS, MINUTE_MS];
      const now = T0 + 60 * DAY_MS;
      await liquidations.add(ages.map((age) => closed({ minuteAt: now - age })));
      for (const age of ages) {
        await liquidations.noteListening([{ source: 'bybit', completeness: 'all' }], now - age);
      }
      expect(await liquidations.prune(now - 2 * DAY_MS)).toBe(3 + 3);
      const kept = await liquidations.minutes(BTC, 0, Infinity);
      expect(kept.map(({ minuteAt }) => now - minuteAt)).toEqual([2 * DAY_MS, MINUTE_MS]);
      expect(await liquidations.listened(0, Infinity)).toHaveLength(2);
      expect(await liquidations.prune(now - 2 * DAY_MS)).toBe(0);
    });
  });
}

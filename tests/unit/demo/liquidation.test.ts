import { describe, expect, it } from 'vitest';
import { maintenanceFraction, triggerPrice } from '../../../demo/market/liquidation.ts';

describe('liquidation prices', () => {
  it('of linear positions: equity equals maintenance there', () => {
    // 10x long at 2000 with 2.5 %: 2000 x 0.9 / 0.975.
    expect(triggerPrice('long', 2000, 10, 0.025, false)).toBeCloseTo(1846.154, 3);
    expect(triggerPrice('short', 2000, 10, 0.025, false)).toBeCloseTo(2146.341, 3);
    for (const side of ['long', 'short'] as const) {
      const trigger = triggerPrice(side, 2000, 20, 0.0125, false);
      const gain = side === 'long' ? trigger - 2000 : 2000 - trigger;
      expect(2000 / 20 + gain).toBeCloseTo(0.0125 * trigger, 9);
    }
  });

  it('of inverse positions: equity in coins equals maintenance in coins there', () => {
    for (const side of ['long', 'short'] as const) {
      const [entry, leverage, maintenance] = [50_000, 10, 0.025];
      const trigger = triggerPrice(side, entry, leverage, maintenance, true);
      const marginCoins = 1 / (entry * leverage);
      const gainCoins = side === 'long' ? 1 / entry - 1 / trigger : 1 / trigger - 1 / entry;
      expect(marginCoins + gainCoins).toBeCloseTo(maintenance / trigger, 9);
    }
    expect(triggerPrice('short', 50_000, 1, 0.1, true)).toBe(Number.POSITIVE_INFINITY);
  });

  it('need less maintenance with more leverage, down to half the venue’s least initial margin', () => {
    expect(maintenanceFraction(10, 100)).toBeCloseTo(0.025);
    expect(maintenanceFraction(50, 100)).toBeCloseTo(0.005);
    expect(maintenanceFraction(100, 125)).toBeCloseTo(0.004);
    // Hyperliquid: 1 / (2 x max leverage).
    expect(maintenanceFraction(25, 25)).toBeCloseTo(0.02);
  });
});

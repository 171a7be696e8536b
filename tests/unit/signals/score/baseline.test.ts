import { describe, expect, test } from 'vitest';
import { DEFAULT_EVALUATE_SETTINGS as SETTINGS } from '../../../../src/signals/evaluate.ts';
import { sigma24hNow } from '../../../../src/signals/profile/volatility.ts';
import { buildBaseline, liveSigma24h } from '../../../../src/signals/score/baseline.ts';
import { ETH, HOUR_MS, NOW, quietHours } from './synthetic-market.ts';

const HOURS = quietHours({ days: 60 });

describe('baseline', () => {
  test('knows nothing of hours that are still running or to come', () => {
    const future = { ...HOURS.at(-1), hourAt: NOW + 5 * HOUR_MS, closePriceUsd: 9999 };
    const running = { ...HOURS.at(-1), hourAt: NOW, closePriceUsd: 9999 };
    const complete = (hour: typeof future) => ({
      highPriceUsd: 9999,
      lowPriceUsd: 9999,
      ...hour,
    });
    const clean = buildBaseline(ETH, HOURS, NOW, SETTINGS);
    const mixed = buildBaseline(
      ETH,
      [...HOURS, complete(running), complete(future)],
      NOW,
      SETTINGS,
    );
    expect(mixed).toEqual(clean);
  });

  test('stays what it was when the hours stop coming', () => {
    const { builtAt: _, ...before } = buildBaseline(ETH, HOURS, NOW, SETTINGS);
    const { builtAt: __, ...after } = buildBaseline(ETH, HOURS, NOW + 90 * HOUR_MS, SETTINGS);
    expect(after).toEqual(before);
  });

  test('the live volatility is that of the whole history with the running hour', () => {
    const baseline = buildBaseline(ETH, HOURS, NOW, SETTINGS);
    if (baseline.volatility === undefined) throw new Error('60 days have a volatility');
    for (const move of [-0.2, -0.03, -0.001, 0, 0.004, 0.05]) {
      const priceUsd = baseline.volatility.lastCloseUsd * Math.exp(move);
      expect(liveSigma24h(baseline.volatility, priceUsd)).toBeCloseTo(
        sigma24hNow(HOURS, priceUsd) ?? Number.NaN,
        9,
      );
    }
  });

  test('seven days of funding are averaged, and volume is that of the last day', () => {
    const flat = HOURS.map((hour, index) => ({
      ...hour,
      fundingAnnualFraction: index >= HOURS.length - 168 ? 0.4 : 0.1,
      volumeUsd: 1e8,
    }));
    const baseline = buildBaseline(ETH, flat, NOW, SETTINGS);
    expect(baseline.funding?.mean7dAnnual).toBeCloseTo(0.4, 9);
    expect(baseline.funding?.stats?.median).toBeCloseTo(0.1, 9);
    expect(baseline.volume24hUsd).toBeCloseTo(24e8, 0);
  });

  test('too short a past gives no statistics instead of bad ones', () => {
    const short = buildBaseline(ETH, HOURS.slice(-48), NOW, SETTINGS);
    expect(short.hoursAvailable).toBe(48);
    expect(short.volatility?.sigma24h).toBeGreaterThan(0);
    expect(short.volatility?.log2Stats).toBeUndefined();
    expect(short.funding?.stats).toBeUndefined();
    expect(short.openInterestLoad).toBeUndefined();
    expect(short.pastReachRatios).toBeUndefined();
    expect(buildBaseline(ETH, [], NOW, SETTINGS)).toEqual({
      asset: ETH,
      builtAt: NOW,
      hoursAvailable: 0,
    });
  });

  test('hours without open interest leave the rest of the past standing', () => {
    const bare = HOURS.map(({ openInterestBase: _, ...hour }) => hour);
    const baseline = buildBaseline(ETH, bare, NOW, SETTINGS);
    expect(baseline.openInterestLoad).toBeUndefined();
    expect(baseline.volatility?.log2Stats?.samples).toBeGreaterThan(200);
  });
});

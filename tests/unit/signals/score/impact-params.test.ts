import { describe, expect, test } from 'vitest';
import type { AssetView } from '../../../../src/signals/observe/asset-view.ts';
import { observe } from '../../../../src/signals/observe/observe.ts';
import { DEFAULT_OBSERVE_SETTINGS } from '../../../../src/signals/observe/settings.ts';
import { impactCases, restingUsdPerUnit } from '../../../../src/signals/score/impact-params.ts';
import { DEFAULT_SCORE_SETTINGS as SETTINGS } from '../../../../src/signals/score/settings.ts';
import { boardOf, ETH, NOW, SOURCES } from './synthetic-market.ts';

function view(now = NOW): AssetView {
  const board = boardOf({
    priceUsd: 2500,
    openInterestBase: 3e6,
    volume24hUsd: 9e9,
    fundingAnnual: 0.1,
    depth1pctUsd: 60e6,
  });
  const seen = observe({ board, sources: SOURCES, now, settings: DEFAULT_OBSERVE_SETTINGS });
  const own = seen.assets.get(ETH);
  if (own === undefined) throw new Error('ETH is on the board');
  return own;
}

describe('impact parameters', () => {
  test('depth is half of the resting USD within 1 %, latent liquidity follows from volume', () => {
    const cases = impactCases(view(), 'down', 0.03, SETTINGS);
    expect(cases?.present.depthUsdPerUnit).toBeCloseTo((0.5 * 60e6) / -Math.log(0.99), 0);
    // rho V / (Y sigma)^2 = (10 / 1440) 9e9 / (0.7 x 0.03)^2
    expect(cases?.present.latentUsdPerUnit2).toBeCloseTo(6.25e7 / 0.000441, 0);
    expect(cases?.stressed.depthUsdPerUnit).toBeCloseTo(
      0.1 * (cases?.present.depthUsdPerUnit ?? 0),
      3,
    );
    expect(cases?.stressed.latentUsdPerUnit2).toBe(cases?.present.latentUsdPerUnit2);
  });

  test('stale books are out of the present case and stay in the frozen one', () => {
    const cases = impactCases(view(NOW + 600_000), 'up', 0.03, SETTINGS);
    expect(cases?.present.depthUsdPerUnit).toBe(0);
    expect(cases?.frozen.depthUsdPerUnit).toBeCloseTo((0.5 * 60e6) / Math.log(1.01), 0);
  });

  test('without volume a tenth of stale books is better than no answer', () => {
    const { volume24hUsd: _, ...withoutVolume } = view(NOW + 600_000);
    const cases = impactCases(withoutVolume, 'down', 0.03, SETTINGS);
    expect(cases?.present.depthUsdPerUnit).toBeCloseTo(
      0.1 * (cases?.frozen.depthUsdPerUnit ?? 0),
      3,
    );
  });

  test('neither books nor volume: unscorable, which is not the same as safe', () => {
    const { volume24hUsd: _, ...withoutVolume } = view();
    expect(impactCases({ ...withoutVolume, depth: [] }, 'down', 0.03, SETTINGS)).toBeUndefined();
  });

  test('a book that ends nearer is measured at the distance it reaches', () => {
    const levels = [
      { distanceFraction: 0.001, bidUsd: 1e6 },
      { distanceFraction: 0.005, bidUsd: 4e6 },
      { distanceFraction: 0.01 },
    ];
    expect(restingUsdPerUnit(levels, 'down', SETTINGS)).toBeCloseTo(4e6 / -Math.log(0.995), 3);
    expect(restingUsdPerUnit(levels, 'up', SETTINGS)).toBe(0);
    const coarse = [{ distanceFraction: 0.02, askUsd: 8e6 }];
    expect(restingUsdPerUnit(coarse, 'up', SETTINGS)).toBeCloseTo(8e6 / Math.log(1.02), 3);
  });
});

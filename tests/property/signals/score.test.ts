import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildBarrier } from '../../../src/signals/cascade/barrier.ts';
import { distanceOf } from '../../../src/signals/cascade/distance.ts';
import type { ProfileBins } from '../../../src/signals/model/reading.ts';
import { fragilityFigures, fragilityScore } from '../../../src/signals/score/fragility.ts';
import { combinedScore, levelOf } from '../../../src/signals/score/levels.ts';
import { likelihoodOf } from '../../../src/signals/score/likelihood.ts';
import { buildSideBarriers, reachOf } from '../../../src/signals/score/reach.ts';
import { DEFAULT_SCORE_SETTINGS as SETTINGS } from '../../../src/signals/score/settings.ts';

const share = (max: number) => fc.integer({ min: 0, max: max * 1000 }).map((n) => n / 1000);

const profile = fc
  .array(fc.tuple(share(0.7), share(100), share(100)), { maxLength: 40 })
  .map((units): ProfileBins => {
    const sorted = [...units].sort((a, b) => a[0] - b[0]);
    return {
      distances: sorted.map((unit) => unit[0]),
      exactUsd: sorted.map((unit) => unit[1] * 1e6),
      estimatedUsd: sorted.map((unit) => unit[2] * 1e6),
    };
  });

const impact = fc
  .tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 1000 }))
  .map(([depth, latent]) => ({ depthUsdPerUnit: depth * 1e7, latentUsdPerUnit2: latent * 1e8 }));

function unitsOf(bins: ProfileBins, factor: number) {
  const usd = bins.exactUsd.map((own, bin) => own + factor * (bins.estimatedUsd[bin] ?? 0));
  return { distances: Float64Array.from(bins.distances), usd: Float64Array.from(usd) };
}

function fragility(bins: ProfileBins, factor: number, depthShare: number, params: ImpactParams) {
  const barrier = buildBarrier(unitsOf(bins, factor), {
    ...params,
    depthUsdPerUnit: params.depthUsdPerUnit * depthShare,
  });
  const input = {
    side: 'down',
    barrier,
    typicalSigma24h: 0.04,
    kappaDistance: 0.02,
    pastRank: 0.5,
  } as const;
  return fragilityScore(fragilityFigures(input, SETTINGS), SETTINGS);
}

type ImpactParams = typeof impact extends fc.Arbitrary<infer T> ? T : never;

describe('the score', () => {
  test('fragility stays within 0 and 100, rises with volume and falls with depth', () => {
    fc.assert(
      fc.property(profile, impact, share(1), share(1), (bins, params, factor, depthShare) => {
        const whole = fragility(bins, 1, 1, params);
        expect(whole).toBeGreaterThanOrEqual(0);
        expect(whole).toBeLessThanOrEqual(100);
        expect(fragility(bins, factor, 1, params)).toBeLessThanOrEqual(whole + 1e-9);
        expect(fragility(bins, 1, depthShare, params)).toBeGreaterThanOrEqual(whole - 1e-9);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('combined score and level rise with both parts, and the cap holds', () => {
    const part = share(100).map((point) => ({ low: point, point, high: point }));
    fc.assert(
      fc.property(part, part, share(1), (likelihood, own, factor) => {
        const less = { low: own.low * factor, point: own.point * factor, high: own.high * factor };
        const score = combinedScore(likelihood, own).point;
        expect(combinedScore(likelihood, less).point).toBeLessThanOrEqual(score);
        expect(combinedScore(less, likelihood).point).toBeLessThanOrEqual(score);
        expect(levelOf(score, 'high', SETTINGS.levels)).not.toBe('critical');
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test('mirrored funding makes mirrored likelihoods', () => {
    const stats = { median: 0, scale: 0.1, samples: 700 };
    fc.assert(
      fc.property(share(2), share(0.2), (funding, sigma) => {
        const at = (side: 'down' | 'up', weeklyFundingAnnual: number) =>
          likelihoodOf(
            {
              side,
              sigma24h: 0.01 + sigma,
              weeklyFundingAnnual,
              baseline: {
                hoursAvailable: 4000,
                funding: { mean7dAnnual: 0, q05Annual: -1, q95Annual: 1, stats },
              },
            },
            SETTINGS,
          ).score;
        expect(at('up', -funding)).toEqual(at('down', funding));
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  test('both sides of a mirrored profile force the same and stop at the same log distance', () => {
    const factors = { low: 0.5, high: 2 };
    fc.assert(
      fc.property(profile, impact, share(0.5), (bins, params, shock) => {
        const cases = { present: params, stressed: { ...params, depthUsdPerUnit: 0 } };
        const down = reachOf(buildSideBarriers('down', bins, factors, cases), shock);
        const up = reachOf(buildSideBarriers('up', bins, factors, cases), shock);
        expect(up.forcedUsd).toEqual(down.forcedUsd);
        expect(distanceOf(up.endFraction, 'up')).toBeCloseTo(
          distanceOf(down.endFraction, 'down'),
          9,
        );
        expect(down.forcedUsd.low).toBeLessThanOrEqual(down.forcedUsd.point);
        expect(down.forcedUsd.point).toBeLessThanOrEqual(down.forcedUsd.high);
        expect(down.endStressedFraction).toBeGreaterThanOrEqual(down.endFraction);
        expect(down.exactShareFraction).toBeLessThanOrEqual(1);
        for (const value of [down.endFraction, up.endFraction, down.amplification]) {
          expect(Number.isFinite(value)).toBe(true);
        }
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});

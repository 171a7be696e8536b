import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TriggerUnits } from '../../../../src/signals/model/profile.ts';
import { mergeToBins } from '../../../../src/signals/profile/profile-bins.ts';

const unitsArbitrary = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 8000 }), fc.integer({ min: 0, max: 100_000 })), {
    maxLength: 80,
  })
  .map(
    (pairs): TriggerUnits => ({
      distances: Float64Array.from(pairs, ([distance]) => distance / 10_000),
      usd: Float64Array.from(pairs, ([, usd]) => usd),
    }),
  );

const within = (distances: ArrayLike<number>, usd: ArrayLike<number>, limit: number) =>
  Array.from(usd).reduce((sum, value, i) => sum + ((distances[i] ?? 9) <= limit ? value : 0), 0);

it('bins ascend, keep both sums within reach, and never understate what is within any distance', () => {
  fc.assert(
    fc.property(
      unitsArbitrary,
      unitsArbitrary,
      fc.integer({ min: 1, max: 600 }),
      (exact, estimated, maxBins) => {
        const bins = mergeToBins(exact, estimated, maxBins);
        expect(bins.distances.length).toBeLessThanOrEqual(maxBins);
        expect(bins.exactUsd).toHaveLength(bins.distances.length);
        expect(bins.estimatedUsd).toHaveLength(bins.distances.length);
        for (let i = 1; i < bins.distances.length; i++) {
          expect(bins.distances[i]).toBeGreaterThan(bins.distances[i - 1] ?? Number.NaN);
        }
        for (const [units, usd] of [
          [exact, bins.exactUsd],
          [estimated, bins.estimatedUsd],
        ] as const) {
          expect(within(bins.distances, usd, 1)).toBe(within(units.distances, units.usd, Math.LN2));
          for (let limit = 0; limit <= 0.69; limit += 0.01) {
            expect(within(bins.distances, usd, limit)).toBeGreaterThanOrEqual(
              within(units.distances, units.usd, limit),
            );
          }
        }
      },
    ),
    { numRuns: 100, seed: 20_251_010 },
  );
});

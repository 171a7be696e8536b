import fc from 'fast-check';
import type { TriggerUnits } from '../../../../src/signals/model/profile.ts';
import type { ImpactParams } from '../../../../src/signals/model/reading.ts';
import type { ReferenceUnit } from '../../../reference/round-by-round.ts';

/** One cascade in both shapes. */
export interface Cascade {
  list: ReferenceUnit[];
  units: TriggerUnits;
  impact: ImpactParams;
  /** The size of "1 %" in this cascade's distances: 1 or 0.01. */
  percent: number;
}

export function unitsOf(list: readonly ReferenceUnit[]): TriggerUnits {
  return {
    distances: Float64Array.from(list, (unit) => unit.distance),
    usd: Float64Array.from(list, (unit) => unit.usd),
  };
}

/**
 * Small whole numbers, so that ties, zero sizes, zero distances, v = 0 and d = 0 are common and
 * sums are exact; in percent and $m like the worked example, or in real units.
 */
export const cascades: fc.Arbitrary<Cascade> = fc
  .record({
    list: fc.array(
      fc.record({
        distance: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 6 })),
        usd: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.constant(0)),
      }),
      { maxLength: 30 },
    ),
    depth: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constant(0)),
    latent: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant(0)),
    inPercent: fc.boolean(),
  })
  .filter(({ depth, latent }) => depth + latent > 0)
  .map(({ list, depth, latent, inPercent }) => {
    const percent = inPercent ? 1 : 0.01;
    const usd = inPercent ? 1 : 1e6;
    const scaled = list.map((unit) => ({
      distance: unit.distance * percent,
      usd: unit.usd * usd,
    }));
    return {
      list: scaled,
      units: unitsOf(scaled),
      impact: {
        depthUsdPerUnit: (depth * usd) / percent,
        latentUsdPerUnit2: (latent * usd) / (percent * percent),
      },
      percent,
    };
  });

/** Shocks in "percent"; multiply by the cascade's `percent`. */
export const percents = fc.integer({ min: 0, max: 7000 }).map((hundredths) => hundredths / 100);

/** Kappas in "percent", odd enough never to equal an impact exactly. */
export const kappaPercents = fc.integer({ min: 1, max: 1000 }).map((n) => (n + Math.SQRT1_2) / 100);

/** Is `a` at most `b`, rounding aside? */
export function atMost(a: number, b: number): boolean {
  return a <= b + 1e-9 * Math.max(1, Math.abs(b));
}

export function isNear(a: number, b: number): boolean {
  return atMost(a, b) && atMost(b, a);
}
